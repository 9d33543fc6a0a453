"""A surface smoothed by a windowed sinc filter (Taubin, Zhang and Golub 1996, ECCV).

It keeps the volume where an average of neighbours would shrink it.
"""

from __future__ import annotations

import numpy as np

from .topology import TriangleSurface

#: Rounds of the filter, and the share of the spectrum that passes.
ROUNDS, PASS_BAND = 100, 0.01


def smoothed(surface: TriangleSurface) -> TriangleSurface:
    """The same triangles with points moved, those of rims along their rim."""
    import pyvista

    faces = np.column_stack([np.full(len(surface.triangles), 3), surface.triangles])
    smooth = pyvista.PolyData(surface.points, faces.ravel()).smooth_taubin(
        n_iter=ROUNDS,
        pass_band=PASS_BAND,
        boundary_smoothing=True,
        feature_smoothing=False,
        edge_angle=180.0,
        non_manifold_smoothing=True,
        normalize_coordinates=True,
    )
    points = np.asarray(smooth.points, dtype=np.float64)
    return TriangleSurface(points=points, triangles=surface.triangles)

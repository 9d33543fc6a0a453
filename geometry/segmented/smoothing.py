"""Steps of voxels smoothed away before a wall is meshed.

A windowed sinc filter on the surface (Taubin, Zhang and Golub 1996, ECCV), which keeps the volume
where an average of neighbours would shrink it.
"""

from __future__ import annotations

import numpy as np

from magcap.geometry.surfaces import TriangleSurface

from .wall import LumenSurface, with_wall

#: Rounds of the filter, and the share of the spectrum that passes.
ROUNDS, PASS_BAND = 100, 0.01


def without_steps(lumen: LumenSurface) -> LumenSurface:
    """The same lumen with a smooth wall and smooth rims.

    Raises
    ------
    SolverError
        If an opening was lost.
    """
    import pyvista

    wall = lumen.wall
    faces = np.column_stack([np.full(len(wall.triangles), 3), wall.triangles])
    smooth = pyvista.PolyData(wall.points, faces.ravel()).smooth_taubin(
        n_iter=ROUNDS,
        pass_band=PASS_BAND,
        boundary_smoothing=True,
        feature_smoothing=False,
        edge_angle=180.0,
        non_manifold_smoothing=True,
        normalize_coordinates=True,
    )
    points = np.asarray(smooth.points, dtype=np.float64)
    return with_wall(lumen, TriangleSurface(points=points, triangles=wall.triangles))

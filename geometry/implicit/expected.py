"""How long the sides of a lumen's wall are made, and how many cells that gives."""

from __future__ import annotations

import math

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Mesh
from magcap.geometry.segmented import relative_size, wall_layers

#: Sides of triangles in radii of curvature at most: 13 around a tube, as where it is swept.
BENT = {"coarse": 0.5, "medium": 0.4, "fine": 0.25}
#: Triangles of the wall over those of even size, and cells of the core over r³/h³ (measured).
_WALL, _CORE = 1.0, 5.0


def expected_cells(area: FloatArray, radius: FloatArray, mesh: Mesh) -> int:
    """About how many cells `build_implicit_lumen` makes.

    Parameters
    ----------
    area, radius : ndarray, shape (n,)
        Pieces of the wall in m² and the radius of the lumen at each in m.
    mesh : Mesh
    """
    number = float((area / radius**2).sum()) * 4.0 / math.sqrt(3.0)
    share = min(relative_size(number, mesh), BENT[mesh.resolution])
    h = share * radius if mesh.lumen_size is None else np.full_like(radius, mesh.lumen_size)
    triangles = _WALL * float((area / (math.sqrt(3.0) / 4.0 * h**2)).sum())
    core = _CORE * float((0.5 * area * radius / h**3).sum())
    return round(3 * wall_layers(mesh, float(np.median(radius))) * triangles + core)

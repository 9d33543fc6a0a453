"""How many cells the mesh of a lumen surface will have, before it is made.

The wall has ∫ dA / (√3/4 h²) even triangles of the local size h, times what gmsh makes more of
them; each stands under three cells a layer. The core has cells of the size of its skin:
c ∫ dV / h³, with r/2 dA for dV where the lumen has the local radius r. The factors are those of
meshes that magcap made of segmented vessels and tubes (`docs/verification.md`).
"""

from __future__ import annotations

import math

import numpy as np

from magcap.case import Mesh
from magcap.errors import CaseError

from .layers import THICKNESS, layer_steps
from .refine import Sizes, refined
from .wall import LumenSurface

#: Triangles of the wall over those of even size, and c, by resolution.
_WALL = {"coarse": 1.28, "medium": 1.20, "fine": 1.15}
_CORE = {"coarse": 13.5, "medium": 10.0, "fine": 9.0}
#: More cells than this are taken for a wrong size.
_MOST_CELLS = 20_000_000


def expected_cells(lumen: LumenSurface, mesh: Mesh) -> int:
    """About how many cells `build_surface_lumen` makes.

    Raises
    ------
    CaseError
        If an explicit size does not fit the vessel, or its own ask for more cells than are made.
    """
    check_sizes(lumen, mesh)
    return cells_of(refined(lumen, mesh, lumen.creases)[1], mesh)


def cells_of(sizes: Sizes, mesh: Mesh) -> int:
    """About how many cells are made with these sizes.

    Raises
    ------
    CaseError
        If they are more than are made.
    """
    wall, radius = sizes.wall, sizes.radius
    h = sizes.length[wall.triangles].mean(axis=1)
    r = radius[wall.triangles].mean(axis=1)
    area = wall.areas
    triangles = _WALL[mesh.resolution] * float((area / (math.sqrt(3.0) / 4.0 * h**2)).sum())
    inside = (1.0 - THICKNESS) ** 2
    core = _CORE[mesh.resolution] * inside * float((0.5 * area * r / h**3).sum())
    cells = 3 * (len(layer_steps(mesh, radius)) - 1) * triangles + core
    if not cells <= _MOST_CELLS:
        narrow = int(np.argmin(radius))
        x, y, z = 1e3 * wall.points[narrow]
        raise CaseError(
            f"`vessel.file`: a mesh would take about {cells:.1e} cells, at most {_MOST_CELLS:.0e} "
            f"are made. The lumen is narrowest near ({x:.2f}, {y:.2f}, {z:.2f}) mm: its radius is "
            f"taken for {1e3 * radius[narrow]:.1e} mm there, as at a spike or where walls touch. "
            "Smooth the surface there, or give `mesh.lumen_size`."
        )
    return round(cells)


def check_sizes(lumen: LumenSurface, mesh: Mesh) -> None:
    """Explicit sizes as for the swept vessels: no cell as large as the vessel, nor without end.

    Raises
    ------
    CaseError
    """
    widest = max(opening.radius for opening in lumen.openings)
    if mesh.lumen_size is not None and mesh.lumen_size > widest:
        raise CaseError(
            f"`mesh.lumen_size` must be at most the radius of the vessel's widest end, {widest:g} "
            f"m, got {mesh.lumen_size:g} m."
        )
    if mesh.wall_size is not None and mesh.wall_size > 0.5 * widest:
        raise CaseError(
            "`mesh.wall_size` must be at most half the radius of the vessel's widest end, "
            f"{widest:g} m, got {mesh.wall_size:g} m."
        )
    if mesh.lumen_size is None:
        return
    triangles = float(lumen.wall.areas.sum()) / (math.sqrt(3.0) / 4.0 * mesh.lumen_size**2)
    if 20.0 * triangles > _MOST_CELLS:
        raise CaseError(
            f"`mesh.lumen_size` asks for more than {20.0 * triangles:.1e} cells in this vessel, at "
            f"most {_MOST_CELLS:.0e} are made; ask for larger cells."
        )

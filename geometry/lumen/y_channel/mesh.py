"""The plan of a Y-channel carried through its height: cells, openings, distances."""

from __future__ import annotations

import logging
import math

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Mesh, YChannel
from magcap.errors import CaseError
from magcap.geometry.lumen.path import across, unit
from magcap.geometry.lumen.sweep import (
    MOST_CELLS,
    RELATIVE_SIZE,
    STRETCH,
    sizes,
    split_prisms,
    stack,
)
from magcap.geometry.mesh import (
    VISCOUS_LAYER,
    Lumen,
    Opening,
    TetMesh,
    boundary_facets,
    elevate,
    mesh_quality,
    orient,
)
from magcap.geometry.sections import grid_lines, layer_radii

from .plan import Grid, Plan, grid_of, plan_of

logger = logging.getLogger(__name__)

NAMES = ("inlet", "outlet_1", "outlet_2")
#: Points along each wall of the outline, and through the height.
_ALONG, _UP = 60, 8


def _axes(vessel: YChannel) -> FloatArray:
    """Directions of x, y and the height in space as rows."""
    x = unit(vessel.axis, "vessel.axis")
    if vessel.toward is None:
        # The height is nearest to z (y along z), as in a straight channel.
        z = across(x, None, "vessel.axis")
        return np.stack([x, np.cross(z, x), z])
    y = across(x, vessel.toward, "vessel.toward")
    return np.stack([x, y, np.cross(x, y)])


def _to_space(vessel: YChannel, local: FloatArray) -> FloatArray:
    """Points (x, y, height from the middle) in space."""
    return np.asarray(np.array(vessel.center) + local @ _axes(vessel))


def y_openings(vessel: YChannel, plan: Plan) -> tuple[Opening, ...]:
    """Inlet and outlets, exact."""
    made = []
    axes = _axes(vessel)
    for name, (one, other) in zip(NAMES, plan.ends, strict=True):
        middle = 0.5 * (one + other)
        side = other - one
        width = float(np.linalg.norm(side))
        normal = np.array([side[1], -side[0]]) / width
        normal *= np.sign(normal @ (middle - plan.center))
        center = _to_space(vessel, np.append(middle, 0.0)[None])[0]
        role, area = name.split("_")[0], width * vessel.height
        made.append(Opening.at(name, role, center, normal @ axes[:2], area=area))
    return tuple(made)


def y_wall(vessel: YChannel, plan: Plan) -> FloatArray:
    """Points of the sides, of floor and ceiling in m, shape (n, 3)."""
    t = np.linspace(0.0, 1.0, _ALONG)[:, None]
    sides = np.vstack([(1 - t) * a + t * b for a, b in plan.walls])
    inside = np.vstack([sides, *((1 - u) * sides + u * plan.center for u in (0.2, 0.4))])
    z = np.linspace(-0.5, 0.5, _UP) * vessel.height
    walls = np.column_stack([np.tile(sides, (_UP, 1)), np.repeat(z, len(sides))])
    flats = [
        np.column_stack([inside, np.full(len(inside), side * vessel.height)])
        for side in (-0.5, 0.5)
    ]
    return _to_space(vessel, np.vstack([walls, *flats]))


def build_y_channel(vessel: YChannel, mesh: Mesh) -> Lumen:
    """Mesh the blood in a Y-channel.

    Raises
    ------
    CaseError
        If its branches do not part, or directions or sizes are impossible.
    """
    plan = plan_of(vessel)
    grid, z = _grids(vessel, plan, mesh)
    count = len(grid.points)
    cells = split_prisms(grid.triangles, count, len(z) - 1)
    vertices = stack(grid.points, z)
    cells = orient(vertices[:, [0, 1, 3]], cells)
    facets = boundary_facets(cells)
    tags = np.ones(len(facets), dtype=np.int64)
    for tag, end in enumerate(grid.ends, start=2):
        tags[np.isin(facets % count, end).all(axis=1)] = tag
    nodes, cells, facets = elevate(vertices, cells, facets)
    local = nodes[:, [0, 1, 3]]
    tets = TetMesh.of_lumen(_to_space(vessel, local), cells, facets, tags, NAMES)
    depth = np.minimum(0.5 * vessel.height - np.abs(local[:, 2]), _to_walls(plan, local[:, :2]))
    depth[tets.facets_of("wall").ravel()] = 0.0
    half = 0.5 * min(vessel.height, vessel.width, *vessel.branch_widths)
    quality = mesh_quality(tets, wall=depth, radius=np.full(len(depth), half))
    logger.info("lumen: %d cells, worst quality %.3f", quality.cells, quality.worst)
    return Lumen(
        mesh=tets,
        openings=y_openings(vessel, plan),
        wall_distance=depth,
        arc_length=np.maximum(nodes[:, 2], 0.0),
        quality=quality,
    )


def expected_cells(vessel: YChannel, mesh: Mesh) -> int:
    """Number of cells of `build_y_channel`, exact.

    Raises
    ------
    CaseError
        As `build_y_channel`.
    """
    grid, z = _grids(vessel, plan_of(vessel), mesh)
    return 3 * len(grid.triangles) * (len(z) - 1)


def _grids(vessel: YChannel, plan: Plan, mesh: Mesh) -> tuple[Grid, FloatArray]:
    """The plan's triangles and the heights of their copies in m."""
    widths = (vessel.width, *vessel.branch_widths)
    thin = min(widths)
    half = 0.5 * min(thin, vessel.height)
    size = sizes(mesh, half)
    depths = half * (1.0 - layer_radii(size.wall, max(VISCOUS_LAYER, size.wall), size.core))
    core = mesh.lumen_size or 0.5 * RELATIVE_SIZE[mesh.resolution] * math.sqrt(thin * vessel.height)
    flat = vessel.height <= thin
    # Layers are as wide, relative to each channel, in all three: thinner than wanted in the thin.
    beside = depths * math.sqrt(thin / max(widths))
    lines = grid_lines(0.5 * thin, beside, core if flat else half * size.core) / (0.5 * thin)
    z = grid_lines(0.5 * vessel.height, depths, half * size.core if flat else core)
    steps = [STRETCH * core * min(width / thin, 2.0) for width in widths]
    length = vessel.length + 2.0 * vessel.branch_length
    count = 6.0 * len(lines) * len(z) * length / min(steps)
    if count > MOST_CELLS:
        raise CaseError(
            f"`mesh.lumen_size` and `mesh.wall_size` ask for about {count:.1e} cells in this "
            f"channel, at most {MOST_CELLS:.0e} are made; ask for larger cells."
        )
    return grid_of(plan, lines, (steps[0], steps[1], steps[2])), z


def _to_walls(plan: Plan, at: FloatArray) -> FloatArray:
    """Distance in the plan to the nearest side wall in m."""
    least = np.full(len(at), np.inf)
    for a, b in plan.walls:
        along = b - a
        share = np.clip((at - a) @ along / (along @ along), 0.0, 1.0)
        nearest = a + share[:, None] * along
        least = np.minimum(least, np.linalg.norm(at - nearest, axis=1))
    return least

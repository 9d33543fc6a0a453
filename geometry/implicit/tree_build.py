"""A tree of vessels from its centrelines: level, wall before meshing, lumen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from magcap.case import Mesh, Tree
from magcap.errors import CaseError, SolverError
from magcap.geometry.mesh import Lumen, Opening
from magcap.geometry.segmented import LumenSurface, check_sizes, local_radius, named_ends

from .build import Contour, build_implicit_lumen, contoured
from .expected import expected_cells
from .level import End
from .tree import TreeLevel
from .tree_lines import open_ends, read_lines
from .tree_tubes import tube_of


def tree_level(vessel: Tree) -> TreeLevel:
    """The level of a tree, its ends named, the inlet first.

    Raises
    ------
    CaseError
        With the faults of the file or of the names of its ends.
    """
    lines = read_lines(vessel.file, vessel.unit)
    found, at_lines = open_ends(lines)
    if len(found) < 2:
        raise CaseError(
            f"`vessel.file`: the lines of {vessel.file} have {len(found)} open end; blood needs at "
            "least two, an inlet and an outlet."
        )
    order, names, faults = named_ends([_opening(end) for end in found], vessel.cap)
    if faults:
        raise CaseError(faults)
    ends = tuple(replace(found[i], name=names[i]) for i in order)
    place = {old: new for new, old in enumerate(order)} | {-1: -1}
    named = [(place[a], place[b]) for a, b in at_lines]
    tubes = tuple(tube_of(line, pair, list(ends)) for line, pair in zip(lines, named, strict=True))
    return TreeLevel(tubes=tubes, ends=ends)


def tree_wall(level: TreeLevel) -> LumenSurface:
    """The wall of a tree as triangles, not made even yet.

    Raises
    ------
    CaseError
        If branches meet again, or an end lies inside another branch.
    """
    return _contoured(level)[1]


def _contoured(level: TreeLevel) -> tuple[Contour, LumenSurface]:
    """The wall on the grid, and with its corners on f = 0; errors of `tree_wall`."""
    try:
        found = contoured(level, level.ends, level.box(level.step), level.step)
        wall = found.wall
    except SolverError as error:
        raise CaseError(
            f"`vessel.file` must give a tree of tubes that part before they end: {error}"
        ) from None
    edges = len(wall.wall.edges.nodes)
    euler = len(np.unique(wall.wall.triangles)) - edges + len(wall.wall.triangles)
    handles = (2 - len(wall.loops) - euler) // 2
    if handles:
        raise CaseError(
            f"`vessel.file` must give a tree, but its branches form {handles} rings: they meet "
            "again or touch. Remove the line that closes the ring, or make the tubes thinner."
        )
    return found, wall


def build_tree(vessel: Tree, mesh: Mesh) -> Lumen:
    """Mesh the blood in a tree.

    Raises
    ------
    CaseError
        As `tree_level` and `tree_wall`.
    SolverError
        If no mesh could be made of it.
    """
    level = tree_level(vessel)
    return build_implicit_lumen(_contoured(level)[0], mesh)


def expected_tree_cells(wall: LumenSurface, mesh: Mesh) -> int:
    """About how many cells `build_tree` makes of a wall.

    Raises
    ------
    CaseError
        If an explicit size does not fit the vessel.
    """
    check_sizes(wall, mesh)
    radius = local_radius(wall.wall)[wall.wall.triangles].mean(axis=1)
    return expected_cells(wall.wall.areas, radius, mesh)


def _opening(end: End) -> Opening:
    return Opening.circle("", "outlet", end.center, end.normal, end.radius)

"""Bifurcation lumens: three swept branches that meet in three half discs.

Parent and daughters each carry the same mirror-symmetric cross-section. At the junction a
section is folded along the line ℓ through the centre C, across the plane of the branching, into
two half discs; each half disc is shared with one of the other two branches. Away from C the
folded sections open until they are flat. Where that makes bad cells (`is_swept`), `fork.py`
meshes the same wall in another way. Every wall node lies on the smooth wall of
`geometry.lumen.branching`, found along its ray from the section's centre, so cells are as
regular as in a swept tube, layers at the wall included.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Bifurcation, Mesh
from magcap.geometry.mesh import (
    Lumen,
    Opening,
    TetMesh,
    curved_min_jacobian,
    elevate,
    mesh_quality,
    unfold,
    volumes,
    wall_distance,
)
from magcap.geometry.sections import Section, build_symmetric_section, mirror

from .branching import Branching, branching, plane_axes
from .junction import LAYOUTS, Branch, Layout, branch_stations, branches_of
from .sweep import (
    Sizes,
    check_count,
    section_facets,
    section_layers,
    sizes,
    split_prisms,
    stack,
    to_circles,
)

logger = logging.getLogger(__name__)

#: Daughters that are swept: thinner over thicker at least, sum of their angles at least, and each
#: between these bounds, in rad. Others fold, or nearly (measured on a grid of shapes); if these
#: fold in all layouts, they are not swept either.
ALIKE, APART, TURNS = 0.5, np.radians(55.0), (np.radians(15.0), np.radians(60.0))
#: Wall layers at the junction are thicker by this share: chords of its saddles cut deep.
THICKEN = 1.3


def build_bifurcation(vessel: Bifurcation, mesh: Mesh) -> Lumen:
    """Mesh the lumen of a bifurcation; boundaries wall, inlet, outlet_1, outlet_2.

    Raises
    ------
    CaseError
        If the daughters do not part, or a size does not fit.
    SolverError
        If no mesh could be made of this shape.
    """
    shape = branching(vessel)
    axes = np.stack(plane_axes(vessel))
    size = _sizes_of(vessel, shape, mesh)
    for layout in LAYOUTS if is_swept(shape) else ():
        branches = branches_of(shape, layout)
        tet_mesh, arc, radius = _mesh(shape, branches, _finer(size, layout))
        tet_mesh = unfold(tet_mesh)
        straight = volumes(tet_mesh.points, tet_mesh.cells).min()
        if straight > 0 and curved_min_jacobian(tet_mesh).min() > 0:
            break
        logger.info("bifurcation: cells folded with %s", layout)
    else:
        from .fork import build_fork

        return build_fork(vessel, shape, mesh)
    tet_mesh = replace(tet_mesh, points=np.array(vessel.center) + tet_mesh.points @ axes)
    wall = wall_distance(tet_mesh)
    return Lumen(
        mesh=tet_mesh,
        openings=bifurcation_openings(vessel, shape, axes),
        wall_distance=wall,
        arc_length=arc,
        quality=mesh_quality(tet_mesh, wall=wall, radius=radius),
    )


def is_swept(shape: Branching) -> bool:
    """Whether three swept branches make a good mesh of this shape."""
    radii = [pipe.radius for pipe in shape.pipes]
    turns = [abs(pipe.turn) for pipe in shape.pipes]
    return bool(
        min(radii) >= ALIKE * max(radii)
        and sum(turns) >= APART
        and min(turns) >= TURNS[0]
        and max(turns) <= TURNS[1]
    )


def expected_cells(vessel: Bifurcation, mesh: Mesh) -> int:
    """The number of cells that `build_bifurcation` makes where its first layout serves; else about.

    Raises
    ------
    CaseError
        As `build_bifurcation`.
    """
    shape = branching(vessel)
    regular = _sizes_of(vessel, shape, mesh)
    if not is_swept(shape):
        from .fork import expected_fork_cells

        return expected_fork_cells(shape, mesh)
    size = _finer(regular, LAYOUTS[0])
    branches = branches_of(shape, LAYOUTS[0])
    prisms = sum(len(branch_stations(branch, size.axial)) - 1 for branch in branches)
    return 3 * len(_section(size).triangles) * prisms


def _sizes_of(vessel: Bifurcation, shape: Branching, mesh: Mesh) -> Sizes:
    """Cell sizes for a branching, refused where they make no sense there."""
    size = sizes(mesh, max(vessel.radius, *(pipe.radius for pipe in shape.pipes)))
    check_count(size, sum(pipe.length / pipe.radius for pipe in shape.pipes))
    return size


def _finer(size: Sizes, layout: Layout) -> Sizes:
    return Sizes(core=layout.refine * size.core, wall=size.wall, axial=layout.refine * size.axial)


def _section(size: Sizes) -> Section:
    n_rim, radii = section_layers(size)
    radii = 1.0 - (1.0 - radii) / (1.0 + 0.1 * THICKEN)
    return build_symmetric_section(n_rim, radii, size.core)


def _mesh(
    shape: Branching, branches: tuple[Branch, ...], size: Sizes
) -> tuple[TetMesh, FloatArray, FloatArray]:
    """Mesh in plane coordinates, distance along the vessel and radius at its nodes."""
    section = _section(size)
    pieces = [_sweep_branch(shape, branch, section, size.axial) for branch in branches]
    return _join(pieces, branches, section)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A meshed branch: nodes in plane coordinates and (x, y, s), ten-node cells, tagged facets."""

    points: FloatArray
    reference: FloatArray
    cells: IntArray
    facets: IntArray
    tags: IntArray
    sections: int


def _sweep_branch(shape: Branching, branch: Branch, section: Section, axial: float) -> _Piece:
    """Sections along one branch, placed along their rays."""
    s = branch_stations(branch, axial)
    vertices = stack(section.points, s)
    cells = split_prisms(section.triangles, len(section.points), len(s) - 1)
    facets, tags = section_facets(section, cells, len(s))
    reference, cells, facets = elevate(vertices, cells, facets)
    to_circles(reference, cells, section.layer_radius)
    # Vertices on the fold stay on it, whatever the rounding.
    reference[np.abs(reference[:, 0]) < 1e-9, 0] = 0.0
    center, direction = branch.rays(reference)
    rho = np.hypot(reference[:, 0], reference[:, 1])
    off = rho > 0
    points = center.copy()
    wall = shape.wall_along(center[off], direction[off])
    depth = 1.0 - rho
    rho = 1.0 - depth * (1.0 + THICKEN * branch.weight(reference[:, 2]) * rho**2)
    points[off] += (rho[off] * wall)[:, None] * direction[off]
    return _Piece(
        points=points,
        reference=reference,
        cells=cells,
        facets=facets,
        tags=tags,
        sections=len(s),
    )


def _vertex_maps(pieces: list[_Piece], section: Section) -> tuple[list[IntArray], int]:
    """Global number of each vertex of each branch; half discs are shared.

    +x half of the parent's last section = that of daughter 1, −x half = that of daughter 2; the
    −x half of daughter 1 = the +x half of daughter 2, mirrored.
    """
    n, x = len(section.points), section.points[:, 0]
    parent = np.arange(n * pieces[0].sections)
    last = parent[-n:]
    total = len(parent)
    maps = [parent]
    first_of_one = np.empty(0, dtype=np.int64)
    for k, piece in enumerate(pieces[1:]):
        first = last.copy()
        own = x < -1e-9 if k == 0 else x > 1e-9
        if k == 0:
            first[own] = total + np.arange(np.count_nonzero(own))
            total += int(np.count_nonzero(own))
            first_of_one = first
        else:
            first[own] = first_of_one[mirror(section)[own]]
        rest = total + np.arange(n * (piece.sections - 1))
        total += len(rest)
        maps.append(np.concatenate([first, rest]))
    return maps, total


def _join(
    pieces: list[_Piece], branches: tuple[Branch, ...], section: Section
) -> tuple[TetMesh, FloatArray, FloatArray]:
    """One mesh in plane coordinates, the distance along the vessel and the radius at its nodes."""
    maps, total = _vertex_maps(pieces, section)
    cells = np.vstack([m[p.cells[:, :4]] for m, p in zip(maps, pieces, strict=True)])
    # Tags of a swept piece: 1 wall, 2 its first section, 3 its last; 0 drops the shared ones.
    names = ((0, 1, 2, 0), (0, 1, 0, 3), (0, 1, 0, 4))
    tags = np.concatenate([np.array(t)[p.tags] for t, p in zip(names, pieces, strict=True)])
    facets = np.vstack([m[p.facets[:, :3]] for m, p in zip(maps, pieces, strict=True)])[tags > 0]
    empty = np.zeros((total, 3))
    points, cells, facets = elevate(empty, cells, facets)
    arc, radius = np.zeros(len(points)), np.zeros(len(points))
    start, behind = 0, 0.0
    for piece, branch in zip(pieces, branches, strict=True):
        rows = cells[start : start + len(piece.cells)]
        start += len(piece.cells)
        s = piece.reference[:, 2]
        points[rows] = piece.points[piece.cells]
        arc[rows] = (s if branch.end == 0 else behind + s - branch.junction)[piece.cells]
        radius[rows] = branch.pipe.radius_at(s)[piece.cells]
        behind = branches[0].junction
    return (
        TetMesh.of_lumen(points, cells, facets, tags[tags > 0], ("inlet", "outlet_1", "outlet_2")),
        arc,
        radius,
    )


def bifurcation_openings(
    vessel: Bifurcation, shape: Branching, axes: FloatArray
) -> tuple[Opening, ...]:
    """The round ends in space."""
    first, second = shape.pipes
    made = []
    for name, pipe, at in (
        ("inlet", first, 0.0),
        ("outlet_1", first, first.length),
        ("outlet_2", second, second.length),
    ):
        s = np.array([at])
        x, y = pipe.axis_at(s)[0]
        angle = float(pipe.angle_at(s)[0]) + (np.pi if name == "inlet" else 0.0)
        center = np.array(vessel.center) + x * axes[0] + y * axes[1]
        normal = np.cos(angle) * axes[0] + np.sin(angle) * axes[1]
        made.append(
            Opening.circle(name, name.split("_")[0], center, normal, float(pipe.radius_at(s)[0]))
        )
    return tuple(made)

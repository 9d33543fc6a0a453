"""Swept lumens: the cross-section carried along a path, prisms split into curved tetrahedra.

Every node is placed by the map (x, y, s) → c(s) + R(s) (x n(s) + y b(s)) of the reference
cylinder, so the wall is exact at all nodes of the second-order cells. Cells are two to three
times as long as they are wide: along the axis the flow changes least.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Mesh
from magcap.errors import CaseError
from magcap.geometry.mesh import VISCOUS_LAYER, TetMesh, elevate, unique_edges
from magcap.geometry.sections import GROWTH, Section, build_section, layer_radii

from .path import Path

#: Size of core cells, relative to the radius, by resolution.
RELATIVE_SIZE = {"coarse": 0.57, "medium": 0.35, "fine": 0.19}
#: Spacing of cross-sections relative to the size of core cells.
STRETCH = 1.9
#: Largest turn of the path between two cross-sections, in rad.
TURN = 0.2
#: Wall layers across the viscous layer.
WALL_LAYERS = 4
#: More cells than this are taken for a wrong size.
MOST_CELLS = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Cell sizes relative to the largest radius: core, height at the wall, along the axis."""

    core: float
    wall: float
    axial: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SweptMesh:
    """A swept mesh and the reference-cylinder coordinates of its nodes.

    Attributes
    ----------
    mesh : TetMesh
    reference : ndarray, shape (n, 3)
        x, y in the unit disk, arc length s in m.
    """

    mesh: TetMesh
    reference: FloatArray


def sizes(mesh: Mesh, radius: float) -> Sizes:
    """Relative cell sizes for a vessel of largest radius `radius` (m).

    Raises
    ------
    CaseError
        If an explicit size does not fit the vessel.
    """
    core = RELATIVE_SIZE[mesh.resolution]
    if mesh.lumen_size is not None:
        core = mesh.lumen_size / radius
        if core > 1.0:
            raise CaseError(
                f"`mesh.lumen_size` must be at most the vessel's radius {radius:g} m, "
                f"got {mesh.lumen_size:g} m."
            )
    layers = int(np.clip(1.2 * VISCOUS_LAYER / core, WALL_LAYERS, 60))
    growth = GROWTH ** np.arange(layers)
    wall = VISCOUS_LAYER / float(growth.sum())
    if mesh.wall_size is not None:
        wall = mesh.wall_size / radius
        if wall > 0.5:
            raise CaseError(
                f"`mesh.wall_size` must be at most half the vessel's radius {radius:g} m, "
                f"got {mesh.wall_size:g} m."
            )
    return Sizes(core=core, wall=wall, axial=STRETCH * core)


def check_count(size: Sizes, slenderness: float) -> None:
    """Refuse sizes that ask for too many cells in a vessel of length/radius `slenderness`.

    Raises
    ------
    CaseError
    """
    cells = (
        3.0 * slenderness / size.axial * 2 * np.pi / size.core * (2 * WALL_LAYERS + 1 / size.core)
    )
    if cells > MOST_CELLS or size.wall < 1e-5:
        raise CaseError(
            f"`mesh.lumen_size` and `mesh.wall_size` ask for about {cells:.1e} cells in this "
            f"vessel, at most {MOST_CELLS:.0e} are made; ask for larger cells."
        )


def section_layers(size: Sizes) -> tuple[int, FloatArray]:
    """Number of vertices on the rim and radii of the rings of the wall layers."""
    n_rim = max(8, int(np.ceil(2 * np.pi / size.core - 1e-9)))
    return n_rim, layer_radii(size.wall, max(VISCOUS_LAYER, size.wall), size.core)


def stations(path: Path, axial: float) -> FloatArray:
    """Arc lengths of the cross-sections, shape (n,).

    The spacing is `axial` local radii, less where the path turns by more than `TURN` per step
    or the radius changes fast; every break of the path gets a cross-section.
    """
    result = [np.zeros(1)]
    for start, end in zip(path.breaks[:-1], path.breaks[1:], strict=True):
        inset = 1e-9 * (end - start)
        s = np.linspace(start + inset, end - inset, 513)
        step = np.minimum(axial * path.radius(s), path.feature(s))
        step = np.minimum(step, TURN / np.maximum(path.curvature(s), 1e-30))
        density = np.concatenate([[0.0], np.cumsum(0.5 * (1 / step[1:] + 1 / step[:-1]))])
        count = max(2, int(np.ceil(density[-1] * (s[1] - s[0]) - 1e-9)))
        inner = np.interp(np.arange(1, count) * density[-1] / count, density, s)
        result += [inner, np.array([end])]
    return np.concatenate(result)


def sweep(path: Path, mesh: Mesh) -> SweptMesh:
    """Second-order tetrahedra of the lumen along `path`, boundaries wall, inlet, outlet.

    Raises
    ------
    CaseError
        If a size in `mesh` does not fit the vessel.
    """
    size = _sizes_of(path, mesh)
    section = _section(size)
    swept = swept_section(section, stations(path, size.axial))
    reference = swept.reference
    to_circles(reference, swept.mesh.cells, section.layer_radius)
    mesh_in_space = replace(swept.mesh, points=to_space(path, reference))
    return SweptMesh(mesh=mesh_in_space, reference=reference)


def swept_section(section: Section, s: FloatArray) -> SweptMesh:
    """Second-order tetrahedra of a section along the straight line of its places `s`.

    The points of the mesh are its reference coordinates (x, y, s), the middle nodes in the middle;
    boundaries wall, inlet, outlet.
    """
    cells = split_prisms(section.triangles, len(section.points), len(s) - 1)
    facets, tags = section_facets(section, cells, len(s))
    reference, cells, facets = elevate(stack(section.points, s), cells, facets)
    mesh = TetMesh.of_lumen(reference, cells, facets, tags, ("inlet", "outlet"))
    return SweptMesh(mesh=mesh, reference=reference)


def expected_cells(path: Path, mesh: Mesh) -> int:
    """The number of cells that `sweep` makes.

    Raises
    ------
    CaseError
        As `sweep`.
    """
    size = _sizes_of(path, mesh)
    return 3 * len(_section(size).triangles) * (len(stations(path, size.axial)) - 1)


def _sizes_of(path: Path, mesh: Mesh) -> Sizes:
    """Cell sizes for a path, refused where they make no sense there."""
    largest = float(path.radius(np.linspace(0.0, path.length, 2001)).max())
    size = sizes(mesh, largest)
    check_count(size, path.length / largest)
    return size


def _section(size: Sizes) -> Section:
    n_rim, radii = section_layers(size)
    return build_section(n_rim, radii, size.core)


def to_space(path: Path, reference: FloatArray) -> FloatArray:
    """Positions in m of reference coordinates (x, y, s), shape (n, 3)."""
    s, inverse = np.unique(reference[:, 2], return_inverse=True)
    frames, radius = path.frames(s), path.radius(s)
    x, y = (radius[inverse] * reference[:, i] for i in (0, 1))
    placed: FloatArray = (
        frames.point[inverse]
        + x[:, None] * frames.normal[inverse]
        + y[:, None] * frames.binormal[inverse]
    )
    return placed


def stack(points: FloatArray, s: FloatArray) -> FloatArray:
    """Copies of the cross-section at every station, one after the other."""
    return np.column_stack([np.tile(points, (len(s), 1)), np.repeat(s, len(points))])


def split_prisms(triangles: IntArray, n: int, layers: int) -> IntArray:
    """Three tetrahedra per prism; diagonals start at the lower vertex number.

    In even layers they rise from the first cross-section to the second, in odd ones they fall;
    the horizontal faces match anyway.
    """
    v = np.sort(triangles, axis=1)
    # A sorted row may be clockwise: then all three tetrahedra are mirrored.
    swapped = _parity(triangles)
    a, b, c = v.T
    even = np.stack(
        [
            np.column_stack([a, b, c, c + n]),
            np.column_stack([a, b, c + n, b + n]),
            np.column_stack([a, a + n, b + n, c + n]),
        ]
    )
    flipped = np.where(even >= n, even - n, even + n)
    odd = flipped[:, :, [1, 0, 2, 3]]
    for block in (even, odd):
        block[:, swapped, 2:4] = block[:, swapped, 3:1:-1]
    pair = [even.reshape(-1, 4), odd.reshape(-1, 4)]
    return np.vstack([pair[k % 2] + k * n for k in range(layers)])


def _parity(triangles: IntArray) -> IntArray:
    """Rows whose sorting needs an odd number of swaps, as booleans."""
    order = np.argsort(triangles, axis=1)
    odd: IntArray = (order[:, 1] - order[:, 0]) % 3 != 1
    return odd


def section_facets(section: Section, cells: IntArray, n_stations: int) -> tuple[IntArray, IntArray]:
    """Boundary triangles, outwards, and their tags (1 wall, 2 inlet, 3 outlet)."""
    n = len(section.points)
    faces = cells[:, np.array(((1, 2, 3), (0, 3, 2), (0, 1, 3), (0, 2, 1)))].reshape(-1, 3)
    layer, vertex = faces // n, faces % n
    wall = np.all(vertex < len(section.rim), axis=1)
    # A wall face joins neighbours of the rim; three rim vertices of one station would be a
    # triangle of the section, which has none.
    inlet = np.all(layer == 0, axis=1)
    outlet = np.all(layer == n_stations - 1, axis=1)
    tags = np.select([wall, inlet, outlet], [1, 2, 3], 0)
    return faces[tags > 0], tags[tags > 0]


def to_circles(reference: FloatArray, cells: IntArray, layer_radius: float) -> None:
    """Bend the middle nodes of the wall layers onto circles, in place."""
    edges, cell_edges = unique_edges(cells)
    node = np.empty(len(edges), dtype=np.int64)
    node[cell_edges.ravel()] = cells[:, 4:].ravel()
    z = reference[:, 0] + 1j * reference[:, 1]
    ends = z[edges]
    outside = np.abs(ends).min(axis=1) > layer_radius - 1e-9
    p, q = ends[outside].T
    middle = 0.5 * (np.abs(p) + np.abs(q)) * np.exp(1j * np.angle(p))
    middle = middle * np.exp(0.5j * np.angle(q / p))
    reference[node[outside], 0] = middle.real
    reference[node[outside], 1] = middle.imag

"""From a `[vessel]` of shape "mesh" to the lumen: file → cells → names → second order → distances.

Straight cells get their middle nodes in the middles of their edges: the wall stays the polyhedron
that the file has. A curved wall comes from a file with cells of ten nodes.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from magcap.arrays import FloatArray, IntArray
from magcap.case import MeshVessel
from magcap.errors import CaseError
from magcap.geometry.mesh import (
    Lumen,
    Opening,
    TetMesh,
    curved_min_jacobian,
    elevate,
    graph_arc_length,
    mesh_quality,
    wall_distance,
)
from magcap.geometry.segmented import unit_faults
from magcap.geometry.surfaces import UNITS

from .cells import Cells, face_keys, proper_cells
from .file import RawMesh, read_raw
from .integrals import opening_of, surface_of
from .names import boundary_of_tag, face_tags, region_cells

logger = logging.getLogger(__name__)

#: Quality 3 r_in/R_circ of the worst cell below which a note asks for a better mesh.
_POOR = 0.02
_FILE = "`vessel.file`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What a mesh file is, before anything is computed on it.

    Attributes
    ----------
    mesh : TetMesh
        Of order 2, boundaries "wall" and the openings.
    openings : tuple of Opening
        Inlet first.
    volume, area : float
        Of the lumen in m³, of its wall in m².
    wall : ndarray, shape (n, 3)
        Points of the wall in m.
    notes : tuple of str
    """

    mesh: TetMesh
    openings: tuple[Opening, ...]
    volume: float
    area: float
    wall: FloatArray
    notes: tuple[str, ...]


def inspect_mesh(vessel: MeshVessel) -> Inspected:
    """Read and check the mesh of a vessel.

    Raises
    ------
    CaseError
        With every fault of the file and of the names of its boundaries.
    """
    raw = read_raw(vessel.file)
    tets = raw.tets[region_cells(raw, vessel)]
    cells = proper_cells(raw.points * UNITS[vessel.unit], tets, raw.others)
    names = _names_of_faces(raw, vessel, cells)
    mesh = _second_order(cells, names)
    _refuse_folded(mesh)
    openings = _openings(mesh)
    faults = unit_faults(openings, vessel.unit)
    if faults:
        raise CaseError(faults)
    notes = list(cells.notes)
    if cells.cells.shape[1] == 4:
        notes.append(
            "The cells of the mesh file are straight, and so the wall of the lumen is made of flat "
            "triangles; cells of ten nodes (order 2) follow a curved one."
        )
    return Inspected(
        mesh=mesh,
        openings=openings,
        volume=surface_of(mesh).volume,
        area=surface_of(mesh, "wall").area,
        wall=mesh.points[np.unique(mesh.facets_of("wall"))],
        notes=tuple(notes),
    )


def build_mesh_lumen(vessel: MeshVessel) -> Lumen:
    """The lumen of a mesh file.

    Raises
    ------
    CaseError
        As `inspect_mesh`.
    SolverError
        If the distance along the vessel cannot be had.
    """
    found = inspect_mesh(vessel)
    mesh = found.mesh
    distance = wall_distance(mesh)
    quality = mesh_quality(mesh, wall=distance)
    notes = list(found.notes)
    if quality.worst < _POOR:
        notes.append(
            f"The worst tetrahedron of the mesh file has quality {quality.worst:.2g} (1 is the "
            f"best, {_POOR} is poor); the flow near it may be inaccurate."
        )
    logger.info("lumen: %d cells, worst quality %.3f", quality.cells, quality.worst)
    return Lumen(
        mesh=mesh,
        openings=found.openings,
        wall_distance=distance,
        arc_length=graph_arc_length(mesh, found.openings[0].name),
        quality=quality,
        notes=tuple(notes),
    )


def _names_of_faces(raw: RawMesh, vessel: MeshVessel, cells: Cells) -> list[str]:
    """Name of the boundary of each outer face.

    Raises
    ------
    CaseError
        If faces have none, two, or a named triangle is not on the boundary.
    """
    tags = face_tags(raw, vessel)
    by_tag = boundary_of_tag(raw, vessel, tags)
    count = len(cells.points)
    triangles = raw.triangles[:, :3]
    if triangles.min() < 0 or triangles.max() >= len(cells.number):
        raise CaseError(f"{_FILE}: triangles name points that the file does not have.")
    triangles = cells.number[triangles]
    kept = (triangles >= 0).all(axis=1)
    ordered = np.vstack([np.sort(cells.faces[:, :3], axis=1), np.sort(triangles[kept], axis=1)])
    keys = face_keys(ordered, count)
    outer, given = np.split(keys, [len(cells.faces)])
    order = np.argsort(outer)
    place = np.minimum(np.searchsorted(outer[order], given), len(outer) - 1)
    row = order[place]
    on = outer[row] == given
    named = np.array([tag in by_tag for tag in tags[kept].tolist()])
    faults = []
    inside = int((named & ~on).sum()) + int(
        np.array([tag in by_tag for tag in tags[~kept].tolist()], dtype=bool).sum()
    )
    if inside:
        faults.append(
            f"{_FILE}: {inside} triangles with tags of `vessel.boundary` are no outer faces of the "
            "blood's tetrahedra."
        )
    found = np.full(len(outer), -1, dtype=np.int64)
    chosen = np.flatnonzero(named & on)
    numbers = {name: i for i, name in enumerate(dict.fromkeys(by_tag.values()))}
    number = np.array([numbers[by_tag[tag]] for tag in tags[kept][chosen].tolist()], dtype=np.int64)
    found[row[chosen]] = number
    if (found[row[chosen]] != number).any():
        faults.append(f"{_FILE}: faces belong to two boundaries of `vessel.boundary` at once.")
    if (found < 0).any():
        faults.append(_unnamed(cells, found < 0, tags[kept], row, on))
    if faults:
        raise CaseError(faults)
    listed = list(numbers)
    return [listed[i] for i in found.tolist()]


def _unnamed(
    cells: Cells, missing: np.ndarray, tags: IntArray, row: IntArray, on: np.ndarray
) -> str:
    """The sentence on outer faces that belong to no boundary."""
    face = cells.faces[int(np.argmax(missing)), :3]
    x, y, z = 1e3 * cells.points[face].mean(axis=0)
    other = np.unique(tags[on & missing[row]]).tolist()
    because = (
        f"they have the tags {', '.join(map(str, other[:12]))}, which `vessel.boundary` does not "
        "name"
        if other
        else "the file gives them no tag"
    )
    return (
        f"{_FILE}: {int(missing.sum())} of {len(missing)} outer faces belong to no boundary, the "
        f"first near ({x:.2f}, {y:.2f}, {z:.2f}) mm: {because}. Every outer face is wall, inlet or "
        "outlet."
    )


def _second_order(cells: Cells, names: list[str]) -> TetMesh:
    """Cells of ten nodes; boundaries in the order wall, inlet, others by name."""
    first = ["wall", "inlet"] if "inlet" in names else ["wall"]
    listed = [*first, *sorted(set(names) - {"wall", "inlet"}, key=_by_number)]
    number = {name: tag for tag, name in enumerate(listed, start=1)}
    points, tets, faces = cells.points, cells.cells, cells.faces
    if tets.shape[1] == 4:
        points, tets, faces = elevate(points, tets, faces)
    tags = np.array([number[name] for name in names], dtype=np.int64)
    return TetMesh.of_lumen(points, tets, faces, tags, listed[1:])


def _by_number(name: str) -> list[tuple[int, str]]:
    """Order in which outlet_2 comes before outlet_10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def _refuse_folded(mesh: TetMesh) -> None:
    smallest = curved_min_jacobian(mesh)
    folded = int(np.count_nonzero(smallest <= 0.0))
    if folded:
        x, y, z = 1e3 * mesh.points[mesh.cells[int(smallest.argmin()), :4]].mean(axis=0)
        raise CaseError(
            f"{_FILE}: {folded} curved tetrahedra are folded (their Jacobian changes sign), the "
            f"first near ({x:.2f}, {y:.2f}, {z:.2f}) mm; let Gmsh optimise the mesh for high order "
            "(Mesh.HighOrderOptimize = 2), or write straight cells."
        )


def _openings(mesh: TetMesh) -> tuple[Opening, ...]:
    """The openings, measured; each must be one piece."""
    found, faults = [], []
    for name in mesh.boundaries:
        if name == "wall":
            continue
        facets = mesh.facets_of(name)
        pieces = _pieces(facets)
        if pieces > 1:
            faults.append(
                f'{_FILE}: the boundary "{name}" has {pieces} pieces that do not touch; give each '
                "open end a name of its own."
            )
        found.append(opening_of(mesh, name))
    if faults:
        raise CaseError(faults)
    return tuple(found)


def _pieces(facets: IntArray) -> int:
    """Connected pieces of some facets."""
    nodes, corners = np.unique(facets[:, :3], return_inverse=True)
    corners = corners.reshape(-1, 3)
    rows = np.concatenate([corners[:, 0], corners[:, 1]])
    columns = np.concatenate([corners[:, 1], corners[:, 2]])
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(nodes), len(nodes)))
    return int(connected_components(graph, directed=False)[0])

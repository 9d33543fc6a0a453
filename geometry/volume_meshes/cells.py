"""Tetrahedra of a file made a proper mesh: used nodes only, positive, one part, without a fold.

A tetrahedron whose nodes are listed the other way round is turned: that is the order of a list. Two
cells on the same side of their common face overlap, and a curved cell whose Jacobian changes its
sign is folded: both are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from magcap.arrays import BoolArray, FloatArray, IntArray
from magcap.errors import CaseError
from magcap.geometry.mesh import radius_ratio, unique_edges, volumes

#: Faces of a tetrahedron outwards, with the middle nodes of their edges (VTK order).
FACES = np.array([[1, 2, 3, 5, 9, 8], [0, 3, 2, 7, 9, 6], [0, 1, 3, 4, 8, 7], [0, 2, 1, 6, 5, 4]])
#: Nodes of a cell after its vertices 2 and 3 are exchanged.
_TURNED = np.array([0, 1, 3, 2, 4, 8, 7, 6, 5, 9])
#: Quality 3 r_in/R_circ below which a cell counts as flat.
FLAT = 1e-6
_FILE = "`vessel.file`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A conforming mesh.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        The vertices first.
    cells : ndarray of int, shape (m, 4) or (m, 10)
        Positively oriented.
    faces : ndarray of int, shape (k, 3) or (k, 6)
        The outer ones, outwards.
    number : ndarray of int, shape (nodes of the file,)
        New number of each node of the file, −1 for those that no cell uses.
    notes : tuple of str
        What to look at twice.
    """

    points: FloatArray
    cells: IntArray
    faces: IntArray
    number: IntArray
    notes: tuple[str, ...]


def proper_cells(points: FloatArray, tets: IntArray, others: Mapping[str, int]) -> Cells:
    """Check the cells and number their nodes anew.

    Parameters
    ----------
    points : ndarray, shape (n, 3)
        In m.
    tets : ndarray of int, shape (m, 4) or (m, 10)
    others : mapping of str to int
        Number of cells of other kinds in the file.

    Raises
    ------
    CaseError
        With the faults.
    """
    faults = _basic_faults(points, tets, others)
    if faults:
        raise CaseError(faults)
    cells, turned = _oriented(points, tets)
    order, number = _numbering(len(points), cells)
    used, cells = points[order], number[cells]
    _refuse_flat(used, cells)
    _refuse_wrong_middles(cells)
    owners = _face_owners(cells)
    _refuse_bad_faces(used, cells, owners)
    faces = cells[:, FACES[:, : 3 if cells.shape[1] == 4 else 6]].reshape(4 * len(cells), -1)
    notes = []
    if len(order) < len(points):
        notes.append(
            f"{len(points) - len(order)} points of the mesh file belong to no tetrahedron of the "
            "blood and were left out."
        )
    if turned not in (0, len(cells)):
        notes.append(f"{turned} tetrahedra of the mesh file were listed inside out and turned.")
    outer = faces[owners.count == 1]
    return Cells(points=used, cells=cells, faces=outer, number=number, notes=tuple(notes))


def _basic_faults(points: FloatArray, tets: IntArray, others: Mapping[str, int]) -> list[str]:
    faults = []
    if others:
        listed = ", ".join(f"{count} {kind}" for kind, count in others.items())
        faults.append(
            f"{_FILE} must hold tetrahedra of 4 or 10 nodes and triangles only, got {listed}; "
            "mesh the lumen with tetrahedra of order 1 or 2."
        )
    if not len(tets):
        faults.append(f"{_FILE} holds no tetrahedra.")
        return faults
    if tets.min() < 0 or tets.max() >= len(points):
        faults.append(f"{_FILE}: tetrahedra name points that the file does not have.")
        return faults
    if not np.isfinite(points[np.unique(tets)]).all():
        faults.append(f"{_FILE}: coordinates of points are not numbers.")
        return faults
    ordered = np.sort(tets, axis=1)
    double = int((ordered[:, 1:] == ordered[:, :-1]).any(axis=1).sum())
    if double:
        faults.append(f"{_FILE}: {double} tetrahedra name the same point twice.")
    return faults


def _oriented(points: FloatArray, tets: IntArray) -> tuple[IntArray, int]:
    """Cells of positive volume, and how many were turned."""
    negative = volumes(points, tets[:, :4]) < 0.0
    cells = tets.copy()
    cells[negative] = tets[negative][:, _TURNED[: tets.shape[1]]]
    return cells, int(negative.sum())


def _numbering(count: int, cells: IntArray) -> tuple[IntArray, IntArray]:
    """Nodes of the file that are used, vertices first, each kind in the file's order; inverse."""
    vertices = np.unique(cells[:, :4])
    middles = np.setdiff1d(cells[:, 4:], vertices)
    order = np.concatenate([vertices, middles]).astype(np.int64)
    number = np.full(count, -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    return order, number


def _refuse_flat(points: FloatArray, cells: IntArray) -> None:
    flat = radius_ratio(points, cells[:, :4]) < FLAT
    if flat.any():
        raise CaseError(
            f"{_FILE}: {int(flat.sum())} tetrahedra are flat, the first near "
            f"{_place(points, cells[int(np.argmax(flat))])}; improve the mesh in the program that "
            "made it."
        )


def _refuse_wrong_middles(cells: IntArray) -> None:
    """Cells of ten nodes that meet must share the middles of their edges."""
    if cells.shape[1] == 4:
        return
    _, edge = unique_edges(cells)
    middle = cells[:, 4:].ravel()
    vertices = int(cells[:, :4].max()) + 1
    pairs = np.unique(np.column_stack([edge.ravel(), middle]), axis=0)
    shared = len(pairs) == len(np.unique(pairs[:, 0])) == len(np.unique(pairs[:, 1]))
    if not shared or middle.min() < vertices:
        raise CaseError(
            f"{_FILE}: tetrahedra of ten nodes do not share the middle nodes of their common "
            "edges; merge double points."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owners:
    """Of each face of each cell: a number, the same for equal ones, how many are equal, parity."""

    group: IntArray
    count: IntArray
    odd: BoolArray


def _face_owners(cells: IntArray) -> _Owners:
    faces = cells[:, FACES[:, :3]].reshape(-1, 3)
    order = np.argsort(faces, axis=1)
    ordered = np.take_along_axis(faces, order, axis=1)
    group = face_keys(ordered, int(cells.max()) + 1)
    _, group, counts = np.unique(group, return_inverse=True, return_counts=True)
    odd = (order[:, 1] - order[:, 0]) % 3 != 1
    return _Owners(group=group.astype(np.int64), count=counts[group], odd=odd)


def face_keys(ordered: IntArray, count: int) -> IntArray:
    """One number for each three sorted nodes below `count`, equal for equal ones, shape (k,)."""
    if count < 2_000_000:
        keys: IntArray = (ordered[:, 0] * count + ordered[:, 1]) * count + ordered[:, 2]
        return keys
    return np.unique(ordered, axis=0, return_inverse=True)[1].ravel().astype(np.int64)


def _refuse_bad_faces(points: FloatArray, cells: IntArray, owners: _Owners) -> None:
    faults = []
    many = owners.count > 2
    if many.any():
        where = _place(points, cells[int(np.argmax(many)) // 4])
        faults.append(
            f"{_FILE}: {len(np.unique(owners.group[many]))} faces belong to more than two "
            f"tetrahedra, the first near {where}: cells lie on each other."
        )
    inner = np.flatnonzero(owners.count == 2)
    pairs = inner[np.argsort(owners.group[inner], kind="stable")].reshape(-1, 2)
    same = owners.odd[pairs[:, 0]] == owners.odd[pairs[:, 1]]
    if same.any():
        where = _place(points, cells[int(pairs[np.argmax(same), 0]) // 4])
        faults.append(
            f"{_FILE}: {int(same.sum())} pairs of tetrahedra lie on the same side of their common "
            f"face, the first near {where}: the mesh is folded there."
        )
    graph = coo_array((np.ones(len(pairs)), (pairs // 4).T), shape=(len(cells), len(cells)))
    number, label = connected_components(graph, directed=False)
    if number > 1:
        sizes = ", ".join(str(n) for n in np.sort(np.bincount(label))[::-1][:5])
        faults.append(
            f"{_FILE}: the tetrahedra are {number} parts that share no face ({sizes}"
            f"{', …' if number > 5 else ''} cells); the lumen must be one. Merge double points, or "
            "name the part by `vessel.region`."
        )
    if faults:
        raise CaseError(faults)


def _place(points: FloatArray, cell: IntArray) -> str:
    x, y, z = 1e3 * points[cell[:4]].mean(axis=0)
    return f"({x:.2f}, {y:.2f}, {z:.2f}) mm"

"""Lumens from lattices of bricks, as long, thin or square as a test wants, and points in them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from helpers import synthetic
from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import Lumen, MeshQuality, Opening, TetMesh
from magcap.solvers.tracking import PackedLumen
from magcap.solvers.tracking.packed_lumen import positions
from magcap.solvers.tracking.seeding import Seeds


def tube(radius: float, length: float, *, across: int = 6, along: int = 60) -> Lumen:
    """Tube along x around the origin; its cells are as long as length/along."""
    lumen = synthetic.tube_lumen(across, along)
    scale = np.array([length / synthetic.LENGTH, *[radius / synthetic.RADIUS] * 2])
    openings = tuple(
        replace(
            one,
            center=(float(one.normal[0]) * length / 2, 0.0, 0.0),
            area=np.pi * radius**2,
            radius=radius,
        )
        for one in lumen.openings
    )
    return replace(
        lumen,
        mesh=replace(lumen.mesh, points=lumen.mesh.points * scale),
        wall_distance=lumen.wall_distance * scale[1],
        arc_length=lumen.arc_length * scale[0],
        openings=openings,
    )


def box(x: FloatArray, y: FloatArray, z: FloatArray, openings: dict[str, str]) -> Lumen:
    """Box of Kuhn's tetrahedra on a grid; `openings` names the sides ("x-" … "z+") that are open.

    The first one is the inlet; all other sides are wall.
    """
    axes = [np.asarray(one, dtype=float) for one in (x, y, z)]
    counts = [len(one) - 1 for one in axes]
    unit, cells = synthetic._lattice(*counts)
    points = np.column_stack(
        [np.interp(unit[:, i] * counts[i], np.arange(counts[i] + 1), axes[i]) for i in range(3)]
    )
    cells = synthetic._positive(points, cells)
    faces = np.sort(cells[:, [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]].reshape(-1, 3), axis=1)
    unique, found = np.unique(faces, axis=0, return_counts=True)
    facets = unique[found == 1].astype(np.int64)
    names = ["wall", *dict.fromkeys(openings.values())]
    tags = np.ones(len(facets), dtype=np.int64)
    shown = {name: _opening(name, side, axes) for side, name in openings.items()}
    for side, name in openings.items():
        tags[_on(points[facets], side, axes)] = 1 + names.index(name)
    points, cells, facets = synthetic._second_order(points, cells, facets)
    distance = np.full(len(points), np.inf)
    for axis, letter in enumerate("xyz"):
        for end, sign in ((0, "-"), (-1, "+")):
            if letter + sign not in openings:
                distance = np.minimum(distance, np.abs(points[:, axis] - axes[axis][end]))
    return Lumen(
        mesh=TetMesh.of_lumen(points, cells, facets, tags, names[1:]),
        openings=tuple(shown.values()),
        wall_distance=distance,
        arc_length=points[:, 0] - axes[0][0],
        quality=MeshQuality(
            cells=len(cells), worst=1.0, median=1.0, smallest_edge=1.0, largest_edge=1.0
        ),
    )


def _on(corners: FloatArray, side: str, axes: list[FloatArray]) -> FloatArray:
    """Which facets lie in the plane of a side."""
    axis, end = "xyz".index(side[0]), 0 if side[1] == "-" else -1
    return np.asarray(np.isclose(corners[..., axis], axes[axis][end], atol=0).all(axis=1))


def _opening(name: str, side: str, axes: list[FloatArray]) -> Opening:
    axis, end = "xyz".index(side[0]), 0 if side[1] == "-" else -1
    center = np.array([0.5 * (one[0] + one[-1]) for one in axes])
    center[axis] = axes[axis][end]
    size = np.array([one[-1] - one[0] for one in axes])
    area = float(np.delete(size, axis).prod())
    normal = np.zeros(3)
    normal[axis] = 1.0 if side[1] == "+" else -1.0
    role = "inlet" if name == "inlet" else "outlet"
    return Opening.at(name, role, center, normal, area=area)


def located(packed: PackedLumen, points: FloatArray) -> Seeds:
    """Cell and barycentric coordinates of points, by Newton in all cells around each of them."""
    everywhere = np.arange(len(packed.order), dtype=np.int64)
    corners = np.stack(
        [positions(packed, everywhere, np.tile(v, (len(everywhere), 1))) for v in np.eye(4)]
    )
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = 0.2 * (high - low)
    low, high = low - margin, high + margin
    some, back = np.unique(points, axis=0, return_inverse=True)
    found = [_pairs(packed, part, low, high) for part in np.array_split(some, len(some) // 50 + 1)]
    cell = np.concatenate([one.cell for one in found])[back.ravel()]
    return Seeds(cell=cell, bary=np.concatenate([one.bary for one in found])[back.ravel()])


def _pairs(packed: PackedLumen, points: FloatArray, low: FloatArray, high: FloatArray) -> Seeds:
    """The same for some points at once: all pairs of a point and a cell whose box it is in."""
    boxes = ((low <= points[:, None]) & (points[:, None] <= high)).all(axis=2)
    row, near = (a.astype(np.int64) for a in np.nonzero(boxes))
    bary = np.full((len(near), 4), 0.25)
    for _ in range(8):
        miss = points[row] - positions(packed, near, bary)
        step = np.linalg.solve(_jacobian(packed, near, bary), miss[..., None])[..., 0]
        bary[:, 1:] = np.clip(bary[:, 1:] + step, -2, 3)
        bary[:, 0] = 1 - bary[:, 1:].sum(axis=1)
    away = np.abs(points[row] - positions(packed, near, bary)) / (high - low)[near]
    inside = np.where(away.max(axis=1) < 1e-7, bary.min(axis=1), -np.inf)
    order = np.lexsort([inside, row])
    last = order[np.searchsorted(row[order], np.arange(len(points)), side="right") - 1]
    if not np.array_equal(row[last], np.arange(len(points))) or inside[last].min() < -1e-6:
        raise AssertionError("points are outside of the lumen")
    best = np.clip(bary[last], 0.0, None)
    return Seeds(cell=near[last], bary=best / best.sum(axis=1, keepdims=True))


def _jacobian(packed: PackedLumen, cell: IntArray, bary: FloatArray) -> FloatArray:
    """∂x/∂(λ_1 … λ_3) by central differences, exact for quadratic cells; shape (n, 3, 3)."""
    columns = []
    for i in range(3):
        shift = np.zeros(4)
        shift[[0, i + 1]] = -0.1, 0.1
        ahead, behind = (positions(packed, cell, bary + s) for s in (shift, -shift))
        columns.append((ahead - behind) / 0.2)
    return np.stack(columns, axis=2)

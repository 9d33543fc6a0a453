"""Thin cells at the wall: its triangles pushed inwards in layers, prisms cut into tetrahedra.

Level k of a wall node v lies at X(v) + s_k T(v) d(v), with d the inward direction, T the local
thickness and 0 = s_0 < … < s_L = 1 growing geometrically. At an opening d lies in the opening.
Where cells would tangle, T is reduced until they do not.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array, diags_array

from magcap.arrays import FloatArray, IntArray
from magcap.case import Mesh
from magcap.errors import SolverError
from magcap.geometry.surfaces import (
    TriangleSurface,
    edges_of,
    intersecting_triangles,
    shape_of,
)

from .radius import point_normals
from .wall import LumenSurface

logger = logging.getLogger(__name__)

#: Thickness of all layers in local radii; the viscous layer is 0.293 (geometry.quality).
THICKNESS = 0.30
#: Layers by resolution and the growth from one to the next.
LAYERS = {"coarse": 5, "medium": 5, "fine": 6}
GROWTH = 1.2
#: Volume of a cell in its layer, relative to a third of wall triangle × height, at least.
SQUEEZED = 0.15
#: Shape (`topology.shape_of`) of a triangle between layers and core at least.
SHAPE = 0.25
#: Cosine between the direction of the layers and each triangle's normal that is aimed at.
VISIBLE = 0.5
#: Rounds of averaging of the directions with those of the neighbours.
SMOOTHINGS = 3
#: Where the thickness falls below this fraction of what was wanted, layers are given up.
THINNEST = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Cells between the wall and the core.

    Attributes
    ----------
    points : ndarray, shape ((L + 1) n, 3)
        Level 0 (the wall's nodes) first, in m.
    cells : ndarray of int, shape (m, 4)
    depth : ndarray, shape ((L + 1) n,)
        s_k of each node: 0 at the wall, 1 at the core.
    core : LumenSurface
        What is left, bounded by level L.
    """

    points: FloatArray
    cells: IntArray
    depth: FloatArray
    core: LumenSurface


def layer_steps(mesh: Mesh, radius: FloatArray) -> FloatArray:
    """The levels s_0 = 0 … s_L = 1; `mesh.wall_size` sets the first for the median radius."""
    number = LAYERS[mesh.resolution]
    if mesh.wall_size is not None:
        total = THICKNESS * float(np.median(radius)) / mesh.wall_size
        number = round(math.log1p((GROWTH - 1.0) * max(total, 1.0)) / math.log(GROWTH))
        number = min(max(number, 1), 20)
    heights = GROWTH ** np.arange(number)
    return np.concatenate([[0.0], np.cumsum(heights) / heights.sum()])


def wall_layers(mesh: Mesh, radius: float) -> int:
    """The number of layers at the wall of a vessel of this radius (m)."""
    return len(layer_steps(mesh, np.array([radius]))) - 1


def make_layers(lumen: LumenSurface, radius: FloatArray, steps: FloatArray) -> Layers:
    """Layers on the wall of `lumen`.

    Parameters
    ----------
    lumen : LumenSurface
        Its triangles become the wall facets.
    radius : ndarray, shape (n,)
        Local radius at the wall's nodes in m.
    steps : ndarray, shape (L + 1,)
        See `layer_steps`.

    Raises
    ------
    SolverError
        If the cells tangle even when thin.
    """
    wall = lumen.wall
    direction = _directions(lumen)
    wanted = THICKNESS * radius
    smoother = _smoother(wall.triangles, len(wall.points))
    thickness = wanted.copy()
    cells, sign = split_prisms(wall.triangles, len(wall.points), len(steps) - 1)
    column = cells % len(wall.points)
    least = np.minimum(SHAPE, 0.5 * shape_of(wall.points, wall.triangles))
    for _ in range(40):
        points = _levels(wall.points, direction, thickness, steps)
        bad = np.zeros(len(wall.points), dtype=bool)
        squeeze = _volumes(points, cells) * sign / _nominal(wall, thickness, steps)
        bad[column[squeeze < SQUEEZED]] = True
        bad[wall.triangles[shape_of(points[-len(wall.points) :], wall.triangles) < least]] = True
        if not bad.any():
            inner = TriangleSurface(points=points[-len(wall.points) :], triangles=wall.triangles)
            bad[wall.triangles[intersecting_triangles(inner).ravel()]] = True
        if not bad.any():
            return _layers(lumen, points, _positive(cells, sign), steps)
        around = smoother @ bad.astype(float) > 0.0
        thickness = np.where(bad, 0.7, np.where(around, 0.85, 1.0)) * thickness
        thickness = np.minimum(thickness, smoother @ thickness)
        logger.debug("%d nodes of the wall get thinner layers", int(bad.sum()))
        if (thickness < THINNEST * wanted).any():
            break
    raise SolverError("The layers at the wall tangle.")


def _layers(lumen: LumenSurface, points: FloatArray, cells: IntArray, steps: FloatArray) -> Layers:
    number = len(lumen.wall.points)
    inner = TriangleSurface(points=points[-number:], triangles=lumen.wall.triangles)
    return Layers(
        points=points,
        cells=cells,
        depth=np.repeat(steps, number),
        core=LumenSurface(wall=inner, openings=lumen.openings, loops=lumen.loops),
    )


def _directions(lumen: LumenSurface) -> FloatArray:
    """Inward unit vectors at the wall's nodes, in the plane of the opening at its rim.

    Smoothed normals, then turned until every triangle at the node sees them: triangles that see
    them least gain weight.
    """
    triangles = lumen.wall.triangles
    normals = lumen.wall.area_vectors / np.maximum(lumen.wall.areas, 1e-300)[:, None]
    direction = -point_normals(lumen.wall)
    smoother = _smoother(triangles, len(direction))
    for _ in range(SMOOTHINGS):
        direction = _unit(0.5 * direction + 0.5 * (smoother @ direction))
    flattening = _flattening(lumen)
    weight = np.ones(triangles.shape)
    for _ in range(30):
        direction = _unit(flattening(direction))
        seen = -np.einsum("mcd,md->mc", direction[triangles], normals)
        blind = np.zeros(len(direction), dtype=bool)
        blind[triangles[seen < VISIBLE]] = True
        if not blind.any():
            break
        weight *= np.exp(1.0 - np.clip(seen, -1.0, 1.0))
        turned = np.zeros_like(direction)
        for corner in range(3):
            np.add.at(turned, triangles[:, corner], -weight[:, corner, None] * normals)
        direction = np.where(blind[:, None], _unit(turned), direction)
    return _unit(flattening(direction))


def _flattening(lumen: LumenSurface) -> Callable[[FloatArray], FloatArray]:
    """Takes the part out of an opening's plane away from the vectors at its rim."""

    def flatten(vectors: FloatArray) -> FloatArray:
        flat = vectors.copy()
        for opening, loop in zip(lumen.openings, lumen.loops, strict=True):
            normal = np.array(opening.normal)
            flat[loop] -= np.outer(flat[loop] @ normal, normal)
        return flat

    return flatten


def _unit(vectors: FloatArray) -> FloatArray:
    unit: FloatArray = vectors / np.maximum(np.linalg.norm(vectors, axis=1), 1e-300)[:, None]
    return unit


def _smoother(triangles: IntArray, number: int) -> csr_array:
    """Mean over the neighbours of each node."""
    a, b = edges_of(triangles).nodes.T
    ones = np.ones(2 * len(a))
    graph = coo_array(
        (ones, (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(number, number)
    ).tocsr()
    mean: csr_array = csr_array(diags_array(1.0 / np.maximum(graph.sum(axis=1), 1.0)) @ graph)
    return mean


def _levels(
    points: FloatArray, direction: FloatArray, thickness: FloatArray, steps: FloatArray
) -> FloatArray:
    offset = thickness[:, None] * direction
    return np.vstack([points + s * offset for s in steps])


def split_prisms(triangles: IntArray, number: int, layers: int) -> tuple[IntArray, FloatArray]:
    """Three tetrahedra for each prism over each triangle; neighbours fit.

    With the corners sorted, a < b < c, and primes one level up: abcc', abb'c', aa'b'c'. Every
    quadrilateral is cut from the lower smaller to the upper larger corner.

    Returns
    -------
    cells : ndarray of int, shape (3 m layers, 4)
        Node v on level k is k·number + v.
    sign : ndarray, shape (3 m layers,)
        Sign of the volume that an untangled cell has when the levels go against the normals.
    """
    order = np.argsort(triangles, axis=1)
    a, b, c = np.take_along_axis(triangles, order, axis=1).T
    even = ((order[:, 1] - order[:, 0]) % 3 == 1).astype(float)
    blocks, signs = [], []
    for level in range(layers):
        low, high = level * number, (level + 1) * number
        for cell, turn in (
            ((a + low, b + low, c + low, c + high), -1.0),
            ((a + low, b + low, b + high, c + high), 1.0),
            ((a + low, a + high, b + high, c + high), -1.0),
        ):
            blocks.append(np.column_stack(cell))
            signs.append(turn * (2.0 * even - 1.0))
    return np.vstack(blocks), np.concatenate(signs)


def _volumes(points: FloatArray, cells: IntArray) -> FloatArray:
    a, b, c, d = (points[cells[:, i]] for i in range(4))
    volume: FloatArray = np.einsum("ij,ij->i", np.cross(b - a, c - a), d - a) / 6.0
    return volume


def _nominal(wall: TriangleSurface, thickness: FloatArray, steps: FloatArray) -> FloatArray:
    """Volumes that the cells of `split_prisms` would have on a flat wall."""
    prism = wall.areas * thickness[wall.triangles].mean(axis=1) / 3.0
    return np.concatenate([np.tile(prism * height, 3) for height in np.diff(steps)])


def _positive(cells: IntArray, sign: FloatArray) -> IntArray:
    cells = cells.copy()
    cells[sign < 0, 2:] = cells[sign < 0, :1:-1]
    return cells

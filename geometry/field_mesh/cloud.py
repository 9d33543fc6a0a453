"""Cell sizes of the field mesh: fine at edges and around the vessel, growing with distance.

h(x) = min(h_max, min_i (h_i + g_i · distance of x from segment i)). The segments are the edges of
the bodies, where B is singular, points on thin plates, in narrow gaps and on the vessel, and points
at which an error estimate wants a size. A tree over them answers in about a microsecond; gmsh asks
for it through its size callback, which is far cheaper than its Distance + MathEval fields.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from magcap.arrays import FloatArray

from ._size_kernels import build, size_at, sizes_at


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeSegments:
    """Where small cells are wanted (any one unit of length).

    Attributes
    ----------
    starts, ends : ndarray, shape (n, 3)
        Segments; points have equal ends.
    sizes : ndarray, shape (n,)
        Cell size on the segment.
    growths : ndarray, shape (n,)
        Increase of the size per distance.
    largest : float
        Upper bound of the size.
    """

    starts: FloatArray
    ends: FloatArray
    sizes: FloatArray
    growths: FloatArray
    largest: float

    def __call__(self, points: FloatArray) -> FloatArray:
        """Sizes at `points`, shape (n, 3)."""
        return self.evaluator()(points)

    def evaluator(self) -> Callable[[FloatArray], FloatArray]:
        """The sizes as a function that can be called many times."""
        tree = self._tree()

        def sizes(points: FloatArray) -> FloatArray:
            return np.asarray(sizes_at(np.ascontiguousarray(points), *tree, self.largest))

        return sizes

    def _tree(self) -> tuple[Any, ...]:
        """Arguments of the compiled functions between the place and the largest size."""
        arrays = [np.ascontiguousarray(a, dtype=np.float64) for a in (self.starts, self.ends)]
        values = [np.ascontiguousarray(a, dtype=np.float64) for a in (self.sizes, self.growths)]
        order, boxes, least, links = build(*arrays, *values)
        return (*(a[order] for a in (*arrays, *values)), boxes, least, links)


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeCloud:
    """Sizes wanted at points, e.g. by an error estimate.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        In m.
    sizes : ndarray, shape (n,)
        Cell sizes in m.
    growth : float or None
        Increase of the size per distance from a point; None: that of the resolution.
    alone : bool
        In place of the sizes that follow from the geometry, not beside them (then the smaller
        one counts).
    """

    points: FloatArray
    sizes: FloatArray
    growth: float | None = None
    alone: bool = False


def joined(parts: list[SizeSegments], *, largest: float) -> SizeSegments:
    """All segments together."""
    return SizeSegments(
        starts=np.concatenate([p.starts for p in parts]),
        ends=np.concatenate([p.ends for p in parts]),
        sizes=np.concatenate([p.sizes for p in parts]),
        growths=np.concatenate([p.growths for p in parts]),
        largest=largest,
    )


def finer(segments: SizeSegments, factor: float) -> SizeSegments:
    """All sizes times `factor`."""
    return replace(segments, sizes=segments.sizes * factor, largest=segments.largest * factor)


def gmsh_callback(
    segments: SizeSegments,
) -> Callable[[int, int, float, float, float, float], float]:
    """The function for ``gmsh.model.mesh.setSizeCallback``."""
    tree, largest = segments._tree(), segments.largest

    def size(dim: int, tag: int, x: float, y: float, z: float, lc: float) -> float:
        value: float = size_at(x, y, z, *tree, largest)
        return min(value, lc)

    return size


def expected_cells(segments: SizeSegments, center: FloatArray, radius: float) -> float:
    """Tetrahedra that the sizes ask for in a sphere, 12/√2 ∫ dV/h³ (regular tetrahedra).

    The integral is a sum over an octree whose leaves are no larger than 1.5 times the local size.
    """
    corners = np.array([[center[0], center[1], center[2]]])
    half = radius
    total = 0.0
    size = segments.evaluator()
    for _ in range(12):
        h = size(corners)
        # A leaf's own size at its middle stands for the leaf.
        leaf = 2.0 * half <= 1.5 * h
        inside = np.linalg.norm(corners - center, axis=1) <= radius
        total += float(np.sum((2.0 * half) ** 3 / h[leaf & inside] ** 3))
        parents = corners[~leaf]
        if parents.size == 0:
            break
        half *= 0.5
        offsets = half * (2.0 * np.indices((2, 2, 2)).reshape(3, -1).T - 1.0)
        corners = (parents[:, None, :] + offsets[None]).reshape(-1, 3)
        reach = radius + math.sqrt(3.0) * half
        corners = corners[np.linalg.norm(corners - center, axis=1) <= reach]
    return total * 12.0 / math.sqrt(2.0)

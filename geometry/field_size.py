"""Cell sizes of the field mesh: fine at edges and around the vessel, growing with distance.

h(x) = min(h_max, min_i (h_i + g · distance of x from segment i)). The segments are the edges of
the magnets, where B is singular, and points on the vessel. One compiled loop over at most a few
hundred segments costs about a microsecond; gmsh asks for it through its size callback, which is
far cheaper than its Distance + MathEval fields (DESIGN.md).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numba
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeSources:
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
        return np.asarray(
            _sizes_at(points, self.starts, self.ends, self.sizes, self.growths, self.largest)
        )


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


def join_sources(parts: list[SizeSources], *, largest: float) -> SizeSources:
    """All sources together."""
    return SizeSources(
        starts=np.concatenate([p.starts for p in parts]),
        ends=np.concatenate([p.ends for p in parts]),
        sizes=np.concatenate([p.sizes for p in parts]),
        growths=np.concatenate([p.growths for p in parts]),
        largest=largest,
    )


def finer(sources: SizeSources, factor: float) -> SizeSources:
    """All sizes times `factor`."""
    return replace(sources, sizes=sources.sizes * factor, largest=sources.largest * factor)


def gmsh_callback(
    sources: SizeSources,
) -> Callable[[int, int, float, float, float, float], float]:
    """The function for ``gmsh.model.mesh.setSizeCallback``."""
    starts, ends = sources.starts, sources.ends
    sizes, growths, largest = sources.sizes, sources.growths, sources.largest

    def size(dim: int, tag: int, x: float, y: float, z: float, lc: float) -> float:
        value: float = _size_at(x, y, z, starts, ends, sizes, growths, largest)
        return min(value, lc)

    return size


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _size_at(
    x: float,
    y: float,
    z: float,
    starts: FloatArray,
    ends: FloatArray,
    sizes: FloatArray,
    growths: FloatArray,
    largest: float,
) -> float:
    """Size at one point."""
    best = largest
    for i in range(sizes.size):
        if sizes[i] >= best:
            continue
        ax, ay, az = x - starts[i, 0], y - starts[i, 1], z - starts[i, 2]
        ex, ey, ez = (
            ends[i, 0] - starts[i, 0],
            ends[i, 1] - starts[i, 1],
            ends[i, 2] - starts[i, 2],
        )
        length2 = ex * ex + ey * ey + ez * ez
        t = 0.0
        if length2 > 0.0:
            t = min(1.0, max(0.0, (ax * ex + ay * ey + az * ez) / length2))
        dx, dy, dz = ax - t * ex, ay - t * ey, az - t * ez
        h = sizes[i] + growths[i] * np.sqrt(dx * dx + dy * dy + dz * dz)
        best = min(best, h)
    return best


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _sizes_at(
    points: FloatArray,
    starts: FloatArray,
    ends: FloatArray,
    sizes: FloatArray,
    growths: FloatArray,
    largest: float,
) -> FloatArray:
    """Sizes at many points."""
    result = np.empty(points.shape[0])
    for i in range(points.shape[0]):
        result[i] = _size_at(
            points[i, 0], points[i, 1], points[i, 2], starts, ends, sizes, growths, largest
        )
    return result


def expected_cells(sources: SizeSources, center: FloatArray, radius: float) -> float:
    """Tetrahedra that the sizes ask for in a sphere, 12/√2 ∫ dV/h³ (regular tetrahedra).

    The integral is a sum over an octree whose leaves are no larger than 1.5 times the local size.
    """
    corners = np.array([[center[0], center[1], center[2]]])
    half = radius
    total = 0.0
    for _ in range(12):
        h = sources(corners)
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

"""Sizes for the next mesh from the wanted change of size in the cells of the last one.

The wanted size of a node is the geometric mean of what its cells want, which takes the noise of an
error estimate out. Between nodes the size grows with the distance, h(x) = min_i (h_i + g|x − x_i|)
(`geometry.field_mesh.cloud.SizeCloud`), so that nodes which another one bounds already can be
left out: a few hundred to a few thousand points are left, and asking for a size is cheap.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import TetMesh, volumes

from .cloud import SizeCloud

#: A point is left out if the others ask for no more than this much above its size.
_SLACK = 1.1
#: Steps of the logarithm of the size: round-off, as of another number of ranks, must not change
#: the mesh.
_STEP = 0.02
#: Size to ask gmsh for over the edge of the regular tetrahedron of the wanted volume: HXT's cells
#: are larger than the size asked for.
ASKED = 0.82


def cell_sizes(mesh: TetMesh) -> FloatArray:
    """Edge in m of the regular tetrahedron with the volume of each cell, shape (m,)."""
    volume = np.abs(volumes(mesh.points, mesh.cells[:, :4]))
    sizes: FloatArray = np.cbrt(6.0 * np.sqrt(2.0) * volume)
    return sizes


def size_cloud(
    mesh: TetMesh,
    factors: FloatArray,
    *,
    growth: float,
    points: FloatArray | None = None,
    sizes: FloatArray | None = None,
) -> SizeCloud:
    """Cloud of sizes for the mesh after `mesh`.

    Parameters
    ----------
    mesh : TetMesh
    factors : ndarray, shape (m,)
        Wanted size of each cell over its size now.
    growth : float
        Increase of the size per distance.
    points : ndarray, shape (k, 3), optional
        Further points in m …
    sizes : ndarray, shape (k,), optional
        … and sizes of cells wanted there, in m.
    """
    wanted = at_nodes(mesh, np.log(cell_sizes(mesh) * factors))
    places = mesh.points
    if points is not None and sizes is not None:
        places, wanted = np.concatenate([points, places]), np.concatenate([np.log(sizes), wanted])
    values = np.exp(_STEP * np.round(wanted / _STEP))
    kept = thinned(places, values, growth)
    return SizeCloud(
        points=places[kept], sizes=ASKED * values[kept], growth=ASKED * growth, alone=True
    )


def at_nodes(mesh: TetMesh, values: FloatArray) -> FloatArray:
    """Mean of the cells around each node, shape (n,), of values of the cells, shape (m,)."""
    nodes = mesh.cells[:, :4].ravel()
    count = np.bincount(nodes, minlength=len(mesh.points))
    total = np.bincount(nodes, np.repeat(values, 4), minlength=len(mesh.points))
    mean: FloatArray = total / np.maximum(count, 1)
    return mean


def thinned(points: FloatArray, sizes: FloatArray, growth: float) -> IntArray:
    """Rows of the points that bound the size, the smallest size first."""
    order = np.argsort(sizes, kind="stable")
    kept = _bounding(np.ascontiguousarray(points[order]), sizes[order], growth, _SLACK)
    rows: IntArray = order[kept]
    return rows


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _bounding(
    points: FloatArray, sizes: FloatArray, growth: float, slack: float
) -> NDArray[np.int64]:
    """Points, by rising size, whose size is not met within `slack` by those kept before."""
    kept = np.empty(sizes.size, dtype=np.int64)
    count = 0
    for i in range(sizes.size):
        bounded = False
        for j in range(count):
            k = kept[j]
            room = (slack * sizes[i] - sizes[k]) / growth
            x = points[i, 0] - points[k, 0]
            y = points[i, 1] - points[k, 1]
            z = points[i, 2] - points[k, 2]
            if room > 0.0 and x * x + y * y + z * z < room * room:
                bounded = True
                break
        if not bounded:
            kept[count] = i
            count += 1
    return kept[:count]

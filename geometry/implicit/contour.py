"""The surface f = 0 of a level as triangles, on a grid that is only made near it.

Blocks of cells whose middle is farther from the wall than their corners can be are left out:
|f| grows by at most `STEEPEST` times the distance. The others go through flying edges
(Schroeder, Maynard, Geveci 2015) one by one; neighbours share the values of their common points,
so their triangles fit.
"""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.errors import SolverError
from magcap.geometry.surfaces import TriangleSurface, merge_points

from .level import STEEPEST, Level

#: Cells along a block, in the two passes; points evaluated at a time.
_COARSE, _FINE, _CHUNK = 40, 8, 200_000
#: Blocks of the first pass at most: more is a step far too small for the vessel.
_MOST_BLOCKS = 4_000_000


def contour(level: Level, low: FloatArray, high: FloatArray, step: float) -> TriangleSurface:
    """Triangles of f = 0 in a box, with corners on the edges of a grid of spacing `step` (m).

    Raises
    ------
    SolverError
        If the box has no wall, or far too many steps.
    """
    shape = np.maximum(np.ceil((high - low) / (_COARSE * step)), 1).astype(np.int64)
    if np.prod(shape.astype(float)) > _MOST_BLOCKS:
        raise SolverError(
            f"The lumen spans {float((high - low).max()) / step:.1e} of the steps of {step:.2g} m "
            "that its thinnest part needs; take a part of it."
        )
    blocks = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1).reshape(-1, 3)
    blocks = _near(level, low, step, blocks, _COARSE)
    parts = np.arange(_COARSE // _FINE)
    inner = np.stack(np.meshgrid(parts, parts, parts, indexing="ij"), axis=-1).reshape(-1, 3)
    blocks = (blocks[:, None] * (_COARSE // _FINE) + inner).reshape(-1, 3)
    blocks = _near(level, low, step, blocks, _FINE)
    points, triangles, number = [], [], 0
    for some in np.array_split(blocks, len(blocks) * (_FINE + 1) ** 3 // _CHUNK + 1):
        for block, values in zip(some, _values(level, low, step, some), strict=True):
            at, corners = _flying_edges(values)
            points.append(at + block * _FINE)
            triangles.append(corners + number)
            number += len(at)
    if number == 0:
        raise SolverError("The lumen has no wall: its level function has no zero.")
    # Corners at grid points that two edges share are one point, whatever the rounding.
    grid = np.vstack(points).round(7)
    merged = merge_points(TriangleSurface(points=grid, triangles=np.vstack(triangles)))
    return TriangleSurface(points=low + step * merged.points, triangles=merged.triangles)


def _near(level: Level, low: FloatArray, step: float, blocks: IntArray, cells: int) -> IntArray:
    """The blocks that the wall may cross."""
    reach = STEEPEST * 0.5 * np.sqrt(3.0) * cells * step
    kept = []
    for some in np.array_split(blocks, len(blocks) // _CHUNK + 1):
        middle = low + step * cells * (some + 0.5)
        kept.append(some[np.abs(level.at(middle)[0]) <= reach])
    return np.concatenate(kept)


def _values(level: Level, low: FloatArray, step: float, blocks: IntArray) -> FloatArray:
    """f at the grid points of blocks, shape (k, n, n, n)."""
    if not len(blocks):
        return np.empty((0, 1, 1, 1))
    n = np.arange(_FINE + 1)
    grid = np.stack(np.meshgrid(n, n, n, indexing="ij"), axis=-1)
    places = low + step * (blocks[:, None, None, None] * _FINE + grid)
    f, _ = level.at(places.reshape(-1, 3))
    # A zero at a grid point would give triangles without area.
    f = np.where(np.abs(f) < 1e-6 * step, 1e-6 * step, f)
    return np.asarray(f.reshape(len(blocks), len(n), len(n), len(n)))


def _flying_edges(values: FloatArray) -> tuple[FloatArray, IntArray]:
    """Corners in grid units and triangles of one block, normals towards f > 0."""
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
    from vtkmodules.vtkCommonDataModel import vtkImageData
    from vtkmodules.vtkFiltersCore import vtkFlyingEdges3D

    if values.min() > 0 or values.max() < 0:
        return np.empty((0, 3)), np.empty((0, 3), dtype=np.int64)
    image = vtkImageData()
    image.SetDimensions(*values.shape)
    image.GetPointData().SetScalars(numpy_to_vtk(values.ravel(order="F"), deep=True))
    edges = vtkFlyingEdges3D()
    edges.SetInputData(image)
    edges.SetValue(0, 0.0)
    edges.ComputeNormalsOff()
    edges.Update()
    found = edges.GetOutput()
    if found.GetNumberOfPolys() == 0:
        return np.empty((0, 3)), np.empty((0, 3), dtype=np.int64)
    corners = vtk_to_numpy(found.GetPolys().GetConnectivityArray()).astype(np.int64)
    points = vtk_to_numpy(found.GetPoints().GetData()).astype(np.float64)
    return points, corners.reshape(-1, 3)[:, ::-1]

"""Closed triangulated surfaces: reading, checking and measuring."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Metres per unit of a file.
UNIT_LENGTHS = {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6, "in": 25.4e-3}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedSurface:
    """A closed surface with outward triangles.

    Attributes
    ----------
    vertices : ndarray, shape (n, 3)
        In m.
    triangles : ndarray of int, shape (k, 3)
    centroid : ndarray, shape (3,)
        Of the enclosed volume, in m.
    volume : float
        In m³.
    """

    vertices: FloatArray
    triangles: IntArray
    centroid: FloatArray
    volume: float


def read_closed_surface(path: Path, unit: str) -> ClosedSurface:
    """Read a closed surface file (STL, PLY, OBJ, VTP); merge equal points; turn it outwards."""
    import pyvista

    mesh = pyvista.read(path).extract_surface(algorithm="dataset_surface").triangulate().clean()
    vertices = np.asarray(mesh.points, dtype=np.float64) * UNIT_LENGTHS[unit]
    triangles = np.asarray(mesh.faces, dtype=np.int64).reshape(-1, 4)[:, 1:]
    volume, centroid = volume_and_centroid(vertices, triangles)
    if volume < 0:
        triangles = triangles[:, ::-1].copy()
    return ClosedSurface(
        vertices=vertices, triangles=triangles, centroid=centroid, volume=abs(volume)
    )


def volume_and_centroid(vertices: FloatArray, triangles: IntArray) -> tuple[float, FloatArray]:
    """Signed volume in m³ and centroid in m by the divergence theorem."""
    origin = vertices.mean(axis=0)
    a, b, c = (vertices[triangles[:, i]] - origin for i in range(3))
    volumes = np.einsum("ij,ij->i", a, np.cross(b, c)) / 6.0
    volume = float(volumes.sum())
    centroid = np.einsum("i,ij->j", volumes, a + b + c) / (4.0 * volume) + origin
    return volume, centroid

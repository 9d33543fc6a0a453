"""Magnets of the case resolved to bodies: simple shapes with a pose and a remanence vector."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class BodyShape(StrEnum):
    """Shape of a body and what its `dimensions` are, in m and rad, in the body's own axes."""

    CUBOID = "cuboid"  # (a, b, c) along x, y, z
    CYLINDER = "cylinder"  # (diameter, height), axis z
    RING = "ring"  # (inner diameter, outer diameter, height), axis z
    SPHERE = "sphere"  # (diameter,)
    SECTOR = "sector"  # (inner radius, outer radius, height, phi1, phi2), axis z
    SURFACE = "surface"  # (), closed triangulation in `vertices`, `triangles`


@dataclass(frozen=True, slots=True, kw_only=True)
class MagnetBody:
    """One uniformly magnetised body.

    Attributes
    ----------
    name : str
        For messages, e.g. ``"magnet[1]"`` or ``"magnet[2] block 3"``.
    shape : BodyShape
    dimensions : tuple of float
        See `BodyShape`, in m and rad.
    center : ndarray, shape (3,)
        Origin of the body's own axes in m: the centroid (a sector: the centre of its circles at
        mid-height).
    rotation : ndarray, shape (3, 3)
        Columns are the body's axes: x_lab = rotation @ x_body + center.
    remanence : ndarray, shape (3,)
        Remanence vector (J = μ0 M at H = 0) in the lab's axes in T, at the magnet's temperature.
    recoil_permeability : float
        Relative.
    vertices : ndarray, shape (n, 3)
        Surface bodies: vertices in the body's own axes in m; empty otherwise.
    triangles : ndarray of int, shape (k, 3)
        Surface bodies: triangles with outward normals; empty otherwise.
    """

    name: str
    shape: BodyShape
    dimensions: tuple[float, ...]
    center: FloatArray
    rotation: FloatArray
    remanence: FloatArray
    recoil_permeability: float
    vertices: FloatArray
    triangles: IntArray

"""A solid of a simple shape with a pose: what magnets and soft iron have in common."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from magcap.arrays import FloatArray, IntArray


class BodyShape(StrEnum):
    """Shape of a body and what its `dimensions` are, in m and rad, in the body's own axes."""

    CUBOID = "cuboid"  # (a, b, c) along x, y, z
    CYLINDER = "cylinder"  # (diameter, height), axis z
    RING = "ring"  # (inner diameter, outer diameter, height), axis z
    SPHERE = "sphere"  # (diameter,)
    SECTOR = "sector"  # (inner radius, outer radius, height, phi1, phi2), axis z
    FRUSTUM = "frustum"  # (diameter at −height/2, diameter at +height/2, height), axis z
    SURFACE = "surface"  # (), closed triangulation in `vertices`, `triangles`


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A solid.

    Attributes
    ----------
    name : str
        For messages, e.g. ``"magnet[1]"``, ``"magnet[2] block 3"`` or ``"iron[1]"``.
    shape : BodyShape
    dimensions : tuple of float
        See `BodyShape`, in m and rad.
    center : ndarray, shape (3,)
        Origin of the body's own axes in m: the centroid (a sector: the centre of its circles at
        mid-height; a frustum: the middle of its axis).
    rotation : ndarray, shape (3, 3)
        Columns are the body's axes: x_lab = rotation @ x_body + center.
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
    vertices: FloatArray
    triangles: IntArray

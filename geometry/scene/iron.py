"""Soft-magnetic parts of the case resolved to bodies with a material."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import (
    ConeIron,
    CuboidIron,
    CylinderIron,
    FrustumIron,
    Iron,
    IronBase,
    RingIron,
    SphereIron,
    SurfaceIron,
)
from magcap.geometry.bodies import Body, BodyShape, body_rotation
from magcap.geometry.surfaces import read_closed_surface
from magcap.library import (
    SoftMaterial,
    is_table_file,
    linear_material,
    read_bh_table,
    soft_material,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IronBody(Body):
    """One soft-magnetic body.

    Attributes
    ----------
    material : SoftMaterial
    """

    material: SoftMaterial


def iron_bodies(parts: Sequence[Iron]) -> tuple[IronBody, ...]:
    """The soft-magnetic bodies of a case, in order; `magcap.reading` has checked the parts.

    Raises
    ------
    CaseError
        If a surface file is not one closed surface, or a B-H table is faulty.
    """
    return tuple(iron_body(part, f"iron[{i}]") for i, part in enumerate(parts, 1))


def material_of(part: IronBase, *, path: str = "iron.material") -> SoftMaterial:
    """The material of a part: constant permeability, the user's table or the library's.

    Raises
    ------
    CaseError
        If a table is faulty.
    KeyError
        If the library does not have the material.
    """
    if part.relative_permeability is not None:
        return linear_material(part.relative_permeability)
    name = part.material or ""
    if is_table_file(name):
        return read_bh_table(Path(name), path=path)
    return soft_material(name)


def iron_body(part: Iron, name: str) -> IronBody:
    """The body of one part; `name` is its path in the case, e.g. ``"iron[1]"``.

    Raises
    ------
    CaseError
        If its surface file is not one closed surface, or its B-H table is faulty.
    """
    shape, dimensions = _shape(part)
    vertices: FloatArray = np.empty((0, 3))
    triangles: IntArray = np.empty((0, 3), dtype=np.int64)
    if isinstance(part, SurfaceIron):
        surface = read_closed_surface(part.file, part.unit, path=f"{name}.file")
        vertices, triangles = surface.vertices - surface.centroid, surface.triangles
    return IronBody(
        name=name,
        shape=shape,
        dimensions=dimensions,
        center=np.array(part.center),
        rotation=body_rotation(part.axis, part.rotation),
        vertices=vertices,
        triangles=triangles,
        material=material_of(part, path=f"{name}.material"),
    )


def _shape(part: Iron) -> tuple[BodyShape, tuple[float, ...]]:
    """Shape and dimensions; a cone is a frustum without a top."""
    match part:
        case CuboidIron():
            return BodyShape.CUBOID, part.size
        case CylinderIron():
            return BodyShape.CYLINDER, (part.diameter, part.height)
        case RingIron():
            return BodyShape.RING, (part.inner_diameter, part.outer_diameter, part.height)
        case SphereIron():
            return BodyShape.SPHERE, (part.diameter,)
        case FrustumIron():
            return BodyShape.FRUSTUM, (part.bottom_diameter, part.top_diameter, part.height)
        case ConeIron():
            return BodyShape.FRUSTUM, (part.diameter, 0.0, part.height)
        case SurfaceIron():
            return BodyShape.SURFACE, ()

"""Soft-magnetic parts of the case resolved to bodies with a material."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Iron
from magcap.errors import CaseError
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
    """The soft-magnetic bodies of a case, in order.

    Raises
    ------
    CaseError
        With all faults of the parts (see `magcap.reading.checks.iron`).
    """
    from magcap.reading.checks import iron_faults

    faults = iron_faults(parts)
    if faults:
        raise CaseError(faults)
    return tuple(_body(part, f"iron[{i}]") for i, part in enumerate(parts, 1))


def material_of(part: Iron, *, path: str = "iron.material") -> SoftMaterial:
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


def _body(part: Iron, name: str) -> IronBody:
    """The body of one faultless part."""
    shape, dimensions = _shape(part)
    vertices: FloatArray = np.empty((0, 3))
    triangles: IntArray = np.empty((0, 3), dtype=np.int64)
    if part.shape == "surface" and part.file is not None:
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
    match part.shape:
        case "cuboid":
            return BodyShape.CUBOID, part.size or ()
        case "cylinder":
            return BodyShape.CYLINDER, _lengths(part, "diameter", "height")
        case "ring":
            return BodyShape.RING, _lengths(part, "inner_diameter", "outer_diameter", "height")
        case "sphere":
            return BodyShape.SPHERE, _lengths(part, "diameter")
        case "frustum":
            return BodyShape.FRUSTUM, _lengths(part, "bottom_diameter", "top_diameter", "height")
        case "cone":
            diameter, height = _lengths(part, "diameter", "height")
            return BodyShape.FRUSTUM, (diameter, 0.0, height)
        case "surface":
            return BodyShape.SURFACE, ()


def _lengths(part: Iron, *keys: str) -> tuple[float, ...]:
    """Values of keys that `iron_faults` has found to be there."""
    return tuple(float(getattr(part, key)) for key in keys)

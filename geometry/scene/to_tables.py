"""Bodies and windings as the tables of a case that would make them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.bodies import BodyShape

if TYPE_CHECKING:
    from magcap.case import Coil, Magnet, Model

    from .magnets import MagnetBody
    from .winding import Winding


def magnet_table(body: MagnetBody) -> Magnet | None:
    """The table of a body; None for a shape that has none."""
    from magcap.case import (
        CuboidMagnet,
        CylinderMagnet,
        RingMagnet,
        SegmentMagnet,
        SphereMagnet,
    )

    strength = float(np.linalg.norm(body.remanence))
    common = {
        "shape": str(body.shape),
        "center": tuple(body.center.tolist()),
        "rotation": _rotation_table(body.rotation),
        "remanence": strength,
        "recoil_permeability": body.recoil_permeability,
        "magnetization": tuple((body.remanence / strength).tolist()),
    }
    match body.shape:
        case BodyShape.CUBOID:
            return _made(CuboidMagnet, common, size=body.dimensions)
        case BodyShape.CYLINDER:
            diameter, height = body.dimensions
            return _made(CylinderMagnet, common, diameter=diameter, height=height)
        case BodyShape.RING:
            inner, outer, height = body.dimensions
            sizes = {"inner_diameter": inner, "outer_diameter": outer, "height": height}
            return _made(RingMagnet, common, **sizes)
        case BodyShape.SECTOR:
            inner, outer, height, start, end = body.dimensions
            sizes = {"inner_diameter": 2 * inner, "outer_diameter": 2 * outer, "height": height}
            angles = {"start_angle": start, "end_angle": end}
            arc = common | {"shape": "segment"}
            return _made(SegmentMagnet, arc, **sizes, **angles)
        case BodyShape.SPHERE:
            (diameter,) = body.dimensions
            return _made(SphereMagnet, common, diameter=diameter)
        case _:
            return None


def coil_table(winding: Winding) -> Coil:
    """The table of a solenoid."""
    from magcap.case import Solenoid

    inner, outer, height = winding.dimensions
    common = {
        "shape": "solenoid",
        "center": tuple(winding.center.tolist()),
        "rotation": _rotation_table(winding.rotation),
        "turns": winding.turns,
        "current": winding.current,
    }
    sizes = {"inner_diameter": 2 * inner, "outer_diameter": 2 * outer, "height": height}
    return _made(Solenoid, common, **sizes)


def _made[T: Model](kind: type[T], common: Mapping[str, Any], **sizes: Any) -> T:
    """A table of SI numbers, which a case file would have as text with units."""
    values = {**common, **sizes}
    return kind.model_construct(set(values), **values)


def _rotation_table(matrix: FloatArray) -> Any:
    """A rotation table; None for no rotation."""
    from scipy.spatial.transform import Rotation as Turn

    from magcap.case import Rotation

    vector = Turn.from_matrix(matrix).as_rotvec()
    angle = float(np.linalg.norm(vector))
    if angle == 0.0:
        return None
    axis = tuple((vector / angle).tolist())
    return Rotation.model_construct(axis=axis, angle=angle)

"""Bodies and windings as the tables of a case that would make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from magcap.arrays import FloatArray

if TYPE_CHECKING:
    from magcap.case import Coil, Magnet

    from .magnets import MagnetBody
    from .winding import Winding


def magnet_table(body: MagnetBody) -> Magnet | None:
    """The table of a body; None for a shape that has none."""
    from magcap.case import Magnet
    from magcap.geometry.bodies import BodyShape

    d = body.dimensions
    strength = float(np.linalg.norm(body.remanence))
    values: dict[str, Any] = {
        "shape": str(body.shape),
        "center": tuple(body.center.tolist()),
        "rotation": _rotation_table(body.rotation),
        "remanence": strength,
        "recoil_permeability": body.recoil_permeability,
        "magnetization": tuple((body.remanence / strength).tolist()),
    }
    match body.shape:
        case BodyShape.CUBOID:
            values["size"] = d
        case BodyShape.CYLINDER:
            values |= {"diameter": d[0], "height": d[1]}
        case BodyShape.RING:
            values |= {"inner_diameter": d[0], "outer_diameter": d[1], "height": d[2]}
        case BodyShape.SPHERE:
            values["diameter"] = d[0]
        case _:
            return None
    return Magnet.model_construct(set(values), **values)  # SI numbers, no strings with units


def coil_table(winding: Winding) -> Coil:
    """The table of a solenoid."""
    from magcap.case import Coil

    inner, outer, height = winding.dimensions
    values = {
        "shape": "solenoid",
        "inner_diameter": 2 * inner,
        "outer_diameter": 2 * outer,
        "height": height,
        "turns": winding.turns,
        "current": winding.current,
        "center": tuple(winding.center.tolist()),
        "rotation": _rotation_table(winding.rotation),
    }
    return Coil.model_construct(set(values), **values)


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

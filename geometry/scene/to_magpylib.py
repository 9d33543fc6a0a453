"""Magnet bodies as magpylib sources: the exact field of uniformly magnetised bodies in vacuum.

The polarisation is the remanence vector, as if the recoil permeability were 1; what a recoil
permeability above 1 changes is the reaction that the finite-element solution adds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from magcap.geometry.bodies import BodyShape

from .magnets import MagnetBody


def to_magpylib(body: MagnetBody) -> Any:
    """The magpylib source of a body (SI units, lab frame)."""
    import magpylib
    from scipy.spatial.transform import Rotation

    pose: dict[str, Any] = {
        "position": body.center,
        "orientation": Rotation.from_matrix(body.rotation),
        "polarization": body.rotation.T @ body.remanence,
    }
    d = body.dimensions
    magnet = magpylib.magnet
    match body.shape:
        case BodyShape.CUBOID:
            return magnet.Cuboid(dimension=d, **pose)
        case BodyShape.CYLINDER:
            return magnet.Cylinder(dimension=d, **pose)
        case BodyShape.SPHERE:
            return magnet.Sphere(diameter=d[0], **pose)
        case BodyShape.RING:
            full = (0.5 * d[0], 0.5 * d[1], d[2], 0.0, 360.0)
            return magnet.CylinderSegment(dimension=full, **pose)
        case BodyShape.SECTOR:
            part = (*d[:3], math.degrees(d[3]), math.degrees(d[4]))
            return magnet.CylinderSegment(dimension=part, **pose)
        case BodyShape.SURFACE:
            return magnet.TriangularMesh(
                vertices=body.vertices,
                faces=np.asarray(body.triangles, dtype=np.int64),
                check_open="ignore",
                check_disconnected="skip",
                check_selfintersecting="skip",
                reorient_faces="skip",
                **pose,
            )


def magpylib_collection(bodies: Sequence[MagnetBody]) -> Any:
    """All bodies as one magpylib collection, whose field is the sum."""
    import magpylib

    return magpylib.Collection([to_magpylib(body) for body in bodies])

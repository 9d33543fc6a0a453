"""Magnet bodies as OpenCASCADE volumes in a gmsh session (millimetres)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from magcap.geometry.magnet import BodyShape, MagnetBody

#: Millimetres per metre: gmsh's OpenCASCADE tolerances suit millimetres.
MM = 1e3


def add_body(gmsh: Any, body: MagnetBody) -> int:
    """Add a body (any shape but a surface) to the OCC model and return its volume's tag."""
    occ = gmsh.model.occ
    d = [MM * value for value in body.dimensions]
    match body.shape:
        case BodyShape.CUBOID:
            tag = occ.addBox(-0.5 * d[0], -0.5 * d[1], -0.5 * d[2], d[0], d[1], d[2])
        case BodyShape.CYLINDER:
            tag = occ.addCylinder(0, 0, -0.5 * d[1], 0, 0, d[1], 0.5 * d[0])
        case BodyShape.RING:
            outer = occ.addCylinder(0, 0, -0.5 * d[2], 0, 0, d[2], 0.5 * d[1])
            inner = occ.addCylinder(0, 0, -0.5 * d[2], 0, 0, d[2], 0.5 * d[0])
            cut, _ = occ.cut([(3, outer)], [(3, inner)])
            tag = cut[0][1]
        case BodyShape.SPHERE:
            tag = occ.addSphere(0, 0, 0, 0.5 * d[0])
        case BodyShape.SECTOR:
            tag = _add_sector(occ, body)
        case BodyShape.SURFACE:
            raise ValueError("a surface body has no OpenCASCADE shape")
    matrix = np.eye(4)
    matrix[:3, :3] = body.rotation
    matrix[:3, 3] = MM * body.center
    occ.affineTransform([(3, tag)], matrix.ravel().tolist())
    return int(tag)


def _add_sector(occ: Any, body: MagnetBody) -> int:
    """A rectangle in the x-z plane turned about z."""
    inner, outer, height = (MM * value for value in body.dimensions[:3])
    phi1, phi2 = body.dimensions[3:]
    face = occ.addRectangle(inner, -0.5 * height, 0, outer - inner, height)
    occ.rotate([(2, face)], 0, 0, 0, 1, 0, 0, 0.5 * math.pi)
    occ.rotate([(2, face)], 0, 0, 0, 0, 0, 1, phi1)
    swept = occ.revolve([(2, face)], 0, 0, 0, 0, 0, 1, phi2 - phi1)
    return next(int(tag) for dim, tag in swept if dim == 3)

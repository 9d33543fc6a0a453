"""Bodies as OpenCASCADE volumes in a gmsh session (millimetres)."""

from __future__ import annotations

import math
from typing import Any

from magcap.arrays import FloatArray
from magcap.geometry.bodies import Body, BodyShape, rotation_angle_axis, turn_z_to
from magcap.geometry.scene import TissueSlab

from .air import Air
from .plan import MM


def add_body(gmsh: Any, body: Body) -> int:
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
        case BodyShape.FRUSTUM if d[0] == d[1]:
            tag = occ.addCylinder(0, 0, -0.5 * d[2], 0, 0, d[2], 0.5 * d[0])
        case BodyShape.FRUSTUM:
            tag = occ.addCone(0, 0, -0.5 * d[2], 0, 0, d[2], 0.5 * d[0], 0.5 * d[1])
        case BodyShape.SURFACE:
            raise ValueError("a surface body has no OpenCASCADE shape")
    place(occ, [(3, tag)], body.rotation, body.center)
    return int(tag)


def place(
    occ: Any, entities: list[tuple[int, int]], rotation: FloatArray, center: FloatArray
) -> None:
    """Rigid motion of entities (gmsh's `affineTransform` would turn planes into splines)."""
    angle, (ux, uy, uz) = rotation_angle_axis(rotation)
    if angle > 0.0:
        occ.rotate(entities, 0, 0, 0, ux, uy, uz, angle)
    occ.translate(entities, *(MM * center).tolist())


def _add_sector(occ: Any, body: Body) -> int:
    """A rectangle in the x-z plane turned about z."""
    inner, outer, height = (MM * value for value in body.dimensions[:3])
    phi1, phi2 = body.dimensions[3:]
    face = occ.addRectangle(inner, -0.5 * height, 0, outer - inner, height)
    occ.rotate([(2, face)], 0, 0, 0, 1, 0, 0, 0.5 * math.pi)
    occ.rotate([(2, face)], 0, 0, 0, 0, 0, 1, phi1)
    swept = occ.revolve([(2, face)], 0, 0, 0, 0, 0, 1, phi2 - phi1)
    return next(int(tag) for dim, tag in swept if dim == 3)


def add_slab(gmsh: Any, slab: TissueSlab, air: Air) -> int:
    """A slab of tissue inside the sphere of air; its volume's tag, 0 if it is outside."""
    occ = gmsh.model.occ
    reach = 1.1 * MM * air.radius
    middle = 0.5 * (slab.outer + slab.inner)
    middle = air.center - ((air.center - middle) @ slab.normal) * slab.normal
    thickness = MM * (slab.layer.end - slab.layer.start)
    box = occ.addBox(-reach, -reach, -0.5 * thickness, 2 * reach, 2 * reach, thickness)
    place(occ, [(3, box)], turn_z_to(slab.normal.tolist()), middle)
    x, y, z = (MM * air.center).tolist()
    ball = occ.addSphere(x, y, z, MM * air.radius)
    cut, _ = occ.intersect([(3, box)], [(3, ball)])
    return next((int(tag) for dim, tag in cut if dim == 3), 0)

"""What loads are reported for: magnets (all blocks of an array), iron parts, coils; and the room.

A part made of several blocks is wrapped by one simple hull: a box for cuboids of one orientation,
a ring for sectors about one axis, a box of the lab otherwise. The gap of a part is the distance
from its hull to the nearest other body or winding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.bodies import Body, BodyShape, bounding_box, gap as between, signed_distance
from magcap.geometry.scene import MagnetBody, MagneticScene, Winding, WindingShape, table_name

from .wrap import patches

#: Points along a side of a patch where distances are taken.
_SAMPLES = 9
#: Sampled gap over the size from which on edges are not searched.
_CLOSE = 0.3
#: Points on a long straight wire.
_WIRE_POINTS = 4001


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A rigid part of the scene.

    Attributes
    ----------
    name : str
        ``"magnet[1]"``, ``"iron[2]"`` or ``"coil[1]"``.
    solids : mapping of str to Body
        Region of the field mesh to body; empty for a coil.
    windings : tuple of Winding
    hull : Body or None
        Simple body around all solids; None for a coil.
    point : ndarray, shape (3,)
        Its centre in m.
    """

    name: str
    solids: Mapping[str, Body]
    windings: tuple[Winding, ...]
    hull: Body | None
    point: FloatArray

    @property
    def body(self) -> Body:
        """The hull of a part that is not a coil."""
        if self.hull is None:
            raise ValueError(f"{self.name} has no hull")
        return self.hull

    @property
    def magnets(self) -> tuple[MagnetBody, ...]:
        """Its permanent magnets."""
        return tuple(body for body in self.solids.values() if isinstance(body, MagnetBody))


def parts_of(scene: MagneticScene) -> tuple[Part, ...]:
    """Magnets, iron and coils of a scene in the order of the case."""
    groups: dict[str, dict[str, Body]] = {}
    for region, body in scene.solids:
        groups.setdefault(table_name(body.name), {})[region] = body
    parts = []
    for name, solids in groups.items():
        hull = hull_of(tuple(solids.values()))
        part = Part(name=name, solids=solids, windings=(), hull=hull, point=hull.center)
        parts.append(part)
    coils: dict[str, list[Winding]] = {}
    for winding in scene.windings:
        coils.setdefault(table_name(winding.name), []).append(winding)
    for name, members in coils.items():
        middle = np.mean([winding.center for winding in members], axis=0)
        parts.append(Part(name=name, solids={}, windings=tuple(members), hull=None, point=middle))
    return tuple(parts)


def hull_of(bodies: Sequence[Body]) -> Body:
    """A simple body that encloses `bodies`, itself where there is one only."""
    first = bodies[0]
    if len(bodies) == 1:
        return first
    same = all(np.allclose(body.rotation, first.rotation, atol=1e-9) for body in bodies)
    if same and all(body.shape is BodyShape.CUBOID for body in bodies):
        return _box(bodies, first.rotation)
    about = same and all(np.allclose(body.center, first.center, atol=1e-9) for body in bodies)
    if about and all(body.shape is BodyShape.SECTOR for body in bodies):
        inner = min(body.dimensions[0] for body in bodies)
        outer = max(body.dimensions[1] for body in bodies)
        height = max(body.dimensions[2] for body in bodies)
        ring = (2.0 * inner, 2.0 * outer, height)
        return _simple(first, BodyShape.RING, ring, first.center, first.rotation)
    return _box(bodies, np.eye(3))


def _box(bodies: Sequence[Body], rotation: FloatArray) -> Body:
    """The box along the columns of `rotation` around bodies."""
    lows, highs = [], []
    for body in bodies:
        turned = _simple(
            body, body.shape, body.dimensions, body.center @ rotation, rotation.T @ body.rotation
        )
        low, high = bounding_box(turned)
        lows.append(low)
        highs.append(high)
    low, high = np.min(lows, axis=0), np.max(highs, axis=0)
    size = tuple(float(s) for s in high - low)
    return _simple(bodies[0], BodyShape.CUBOID, size, 0.5 * (low + high) @ rotation.T, rotation)


def _simple(
    like: Body,
    shape: BodyShape,
    dimensions: tuple[float, ...],
    center: FloatArray,
    rotation: FloatArray,
) -> Body:
    return Body(
        name=like.name,
        shape=shape,
        dimensions=dimensions,
        center=center,
        rotation=rotation,
        vertices=like.vertices,
        triangles=like.triangles,
    )


def gap_around(part: Part, scene: MagneticScene) -> float:
    """Distance in m from the hull of a part to the nearest other solid or winding.

    Sampled on both surfaces, so that it is a little too large for close curved bodies. Not
    positive where the hull touches or overlaps another; infinite where there is no other.
    """
    hull = part.body
    own = surface_points(hull)
    gap = np.inf
    others = [body for region, body in scene.solids if region not in part.solids]
    for least, body in sorted(
        ((between_boxes(hull, body), body) for body in others), key=lambda pair: pair[0]
    ):
        if least < gap and gap > 0.0:
            theirs = surface_points(body)
            gap = min(gap, _least(body, own), _least(hull, theirs))
            gap = min(gap, _searched(hull, body, gap))
    for winding in scene.windings:
        gap = min(gap, float(winding_distance(winding, own).min()))
        gap = min(gap, _least(hull, winding_points(winding)))
    return gap


def between_boxes(first: Body, second: Body) -> float:
    """Distance in m of the lab's boxes around two bodies: they are not nearer."""
    (low, high), (other_low, other_high) = bounding_box(first), bounding_box(second)
    apart = np.maximum(0.0, np.maximum(low - other_high, other_low - high))
    return float(np.linalg.norm(apart))


def _searched(first: Body, second: Body, sampled: float) -> float:
    """A gap between two edges, which samples overestimate, searched for where it may be small."""
    low, high = bounding_box(first)
    triangulated = BodyShape.SURFACE in (first.shape, second.shape)
    if triangulated or not 0.0 < sampled < _CLOSE * float((high - low).max()):
        return sampled
    return between(first, second)


def _least(body: Body, points: FloatArray) -> float:
    return float(signed_distance(body, points).min())


def surface_points(body: Body) -> FloatArray:
    """Points on the surface of a body, edges and corners included, shape (n, 3)."""
    if body.shape is BodyShape.SURFACE:
        corners = body.vertices[body.triangles]
        local = np.concatenate([body.vertices, corners.mean(axis=1)])
        points: FloatArray = local @ body.rotation.T + body.center
        return points
    s = np.linspace(0.0, 1.0, _SAMPLES)
    u, v = (grid.ravel() for grid in np.meshgrid(s, s))
    return np.concatenate([patch(u, v)[0] for patch in patches(body)])


def winding_distance(winding: Winding, points: FloatArray) -> FloatArray:
    """Signed distance in m to the conductor of a winding, shape (n,); negative inside."""
    x = (points - winding.center) @ winding.rotation
    match winding.shape:
        case WindingShape.SOLENOID:
            inner, outer, height = winding.dimensions
            depth, thickness = np.hypot(x[:, 0], x[:, 1]) - inner, outer - inner
        case WindingShape.RACETRACK:
            along, across, radius, thickness, height = winding.dimensions
            half = 0.5 * np.array([along, across]) - radius
            q = np.abs(x[:, :2]) - half
            outside = np.linalg.norm(np.maximum(q, 0.0), axis=1)
            depth = outside + np.minimum(q.max(axis=1), 0.0) - radius
        case WindingShape.WIRE:
            return np.asarray(np.hypot(x[:, 0], x[:, 1]))
    q = np.stack([np.abs(depth - 0.5 * thickness) - 0.5 * thickness, np.abs(x[:, 2])], axis=1)
    q[:, 1] -= 0.5 * height
    outside = np.linalg.norm(np.maximum(q, 0.0), axis=1)
    return np.asarray(outside + np.minimum(q.max(axis=1), 0.0))


def winding_points(winding: Winding) -> FloatArray:
    """Points on the conductor of a winding in m, shape (n, 3)."""
    match winding.shape:
        case WindingShape.WIRE:
            z = np.sinh(np.linspace(-8.0, 8.0, _WIRE_POINTS)) * 1e-2
            local = np.stack([0.0 * z, 0.0 * z, z], axis=1)
        case _:
            local = np.concatenate(list(_section_sweep(winding)))
    points: FloatArray = local @ winding.rotation.T + winding.center
    return points


def _section_sweep(winding: Winding) -> Iterator[FloatArray]:
    """The boundary of the section, swept along the winding, in its own axes."""
    if winding.shape is WindingShape.SOLENOID:
        inner, outer, height = winding.dimensions
        half, radius, thickness = np.zeros(2), inner, outer - inner
    else:
        along, across, radius, thickness, height = winding.dimensions
        half = 0.5 * np.array([along, across]) - radius
    angle = np.linspace(0.0, 2.0 * np.pi, 4 * 16, endpoint=False)
    unit = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    centers = half * np.where(unit >= -1e-12, 1.0, -1.0)
    for share in np.linspace(0.0, 1.0, _SAMPLES):
        round_ = centers + (radius + share * thickness) * unit
        straight = [
            p + t * (q - p)
            for p, q in zip(round_, np.roll(round_, -1, axis=0), strict=True)
            for t in (0.0, 0.25, 0.5, 0.75)
        ]
        curve = np.array(straight)
        heights = (-0.5, 0.5) if 0.0 < share < 1.0 else np.linspace(-0.5, 0.5, _SAMPLES)
        for level in heights:
            yield np.column_stack([curve, np.full(len(curve), level * height)])

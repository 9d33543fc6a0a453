"""Do windings overlap magnets, iron, the vessel, the tissue or each other?

A winding is cut into solids with exact signed distances: a ring, or the bars and the corners of a
racetrack. A wire is a line; it must not pass through anything, where its field has no bound.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import ShellTissue, SlabTissue, Tissue
from magcap.geometry.bodies import (
    TOUCH,
    Body,
    BodyShape,
    bounding_box,
    gap,
    rotation_matrix,
    signed_distance,
)
from magcap.geometry.scene import (
    Winding,
    WindingShape,
    about_mm,
    skin_plane,
    tissue_layers,
    without_block,
)

from .overlaps import overlap_faults

#: Places along a wire at which its distance to a body is taken.
_PLACES = 4001


def winding_overlap_faults(
    windings: Sequence[Winding],
    bodies: Sequence[Body],
    wall: FloatArray,
    tissue: Tissue | None = None,
    *,
    axis: FloatArray | None = None,
    radius: FloatArray | None = None,
) -> list[str]:
    """Overlaps of windings with bodies, the vessel, the tissue and each other, each a sentence.

    Parameters
    ----------
    windings : sequence of Winding
    bodies : sequence of Body
        Magnets and iron.
    wall, tissue, axis, radius
        As for `magcap.reading.checks.overlaps.overlap_faults`.
    """
    parts = [part for winding in windings for part in winding_parts(winding)]
    wires = [winding for winding in windings if winding.shape is WindingShape.WIRE]
    faults = overlap_faults(parts, wall, tissue, axis=axis, radius=radius) if parts else []
    faults += _with_bodies(parts, bodies)
    for wire in wires:
        faults += _through(wire, [*bodies, *parts])
        faults += _through_vessel(wire, wall, tissue, axis, radius)
    return faults


def winding_parts(winding: Winding) -> tuple[Body, ...]:
    """Solids that make up a winding, named ``"coil[2] upper block 1"`` …; none for a wire."""
    d = winding.dimensions
    match winding.shape:
        case WindingShape.WIRE:
            return ()
        case WindingShape.SOLENOID:
            pieces = [_piece(BodyShape.RING, (2.0 * d[0], 2.0 * d[1], d[2]))]
        case WindingShape.RACETRACK:
            pieces = list(_racetrack(*d))
    own = winding.rotation
    return tuple(
        Body(
            name=f"{winding.name} block {number}",
            shape=shape,
            dimensions=dimensions,
            center=winding.center + own @ offset,
            rotation=own @ rotation_matrix((0.0, 0.0, 1.0), angle),
            vertices=np.empty((0, 3)),
            triangles=np.empty((0, 3), dtype=np.int64),
        )
        for number, (shape, dimensions, offset, angle) in enumerate(pieces, 1)
    )


_Piece = tuple[BodyShape, tuple[float, ...], FloatArray, float]


def _piece(
    shape: BodyShape,
    dimensions: tuple[float, ...],
    x: float = 0.0,
    y: float = 0.0,
    angle: float = 0,
) -> _Piece:
    return shape, dimensions, np.array([x, y, 0.0]), angle


def _racetrack(
    a: float, b: float, corner: float, thickness: float, height: float
) -> Iterator[_Piece]:
    """Bars and corners, counterclockwise from the side at +x."""
    lengths = (b - 2.0 * corner, a - 2.0 * corner)
    outer = corner + thickness
    for k in range(4):
        cos, sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[k]
        angle = 0.5 * math.pi * k
        length = lengths[k % 2]
        if length > 1e-9 * (a + b):
            reach = 0.5 * ((a if k % 2 == 0 else b) + thickness)
            box = (thickness, length, height)
            yield _piece(BodyShape.CUBOID, box, reach * cos, reach * sin, angle)
        x, y = 0.5 * lengths[1] * (cos - sin), 0.5 * lengths[0] * (cos + sin)
        sector = (corner, outer, height, 0.0, 0.5 * math.pi)
        yield _piece(BodyShape.SECTOR, sector, x, y, angle)


def _with_bodies(parts: Sequence[Body], bodies: Sequence[Body]) -> Iterator[str]:
    """One sentence for each pair of a winding and a magnet or an iron part."""
    depths: dict[tuple[str, str], float] = {}
    for part in parts:
        low, high = bounding_box(part)
        for body in bodies:
            other_low, other_high = bounding_box(body)
            if (low > other_high).any() or (other_low > high).any():
                continue
            pair = (without_block(part.name), without_block(body.name))
            depths[pair] = max(depths.get(pair, 0.0), -gap(part, body))
    for (coil, other), depth in depths.items():
        if depth > TOUCH:
            yield f"`{coil}` overlaps `{other}` by {about_mm(depth)}; move it at least that far."


def _through(wire: Winding, bodies: Sequence[Body]) -> Iterator[str]:
    """Magnets, iron and windings through which a wire passes."""
    passed: dict[str, float] = {}
    direction = wire.rotation[:, 2]
    for body in bodies:
        low, high = bounding_box(body)
        middle, reach = 0.5 * (low + high), 0.5 * float(np.linalg.norm(high - low))
        nearest = wire.center + (middle - wire.center) @ direction * direction
        s = np.linspace(-reach, reach, _PLACES)
        depth = -float(signed_distance(body, nearest + s[:, None] * direction).min())
        name = without_block(body.name)
        passed[name] = max(passed.get(name, -math.inf), depth)
    for name, depth in passed.items():
        if depth > TOUCH:
            yield (
                f"`{wire.name}` passes through `{name}`, {about_mm(depth)} deep; a wire's field "
                "has no bound at the wire. Move it, or give a thick conductor as a coil."
            )


def _through_vessel(
    wire: Winding,
    wall: FloatArray,
    tissue: Tissue | None,
    axis: FloatArray | None,
    radius: FloatArray | None,
) -> Iterator[str]:
    """A wire in the lumen or in the tissue."""
    direction = wire.rotation[:, 2]

    def away(points: FloatArray) -> FloatArray:
        return np.asarray(np.linalg.norm(np.cross(points - wire.center, direction), axis=1))

    thickness = 0.0
    if isinstance(tissue, ShellTissue):
        thickness = tissue_layers(tissue)[-1].end
    elif tissue is not None:
        yield from _through_slab(wire, tissue)
    inside = bool((away(wall) < thickness).any())
    if axis is not None and radius is not None:
        inside = inside or bool((away(axis) < radius + thickness).any())
    if inside:
        what = "the tissue" if thickness > 0.0 else "the vessel"
        yield (
            f"`{wire.name}` passes through {what}; a wire's field has no bound at the "
            "wire. Move it out."
        )


def _through_slab(wire: Winding, tissue: SlabTissue) -> Iterator[str]:
    """A wire between the skin and the last layer's inner face."""
    skin, normal = skin_plane(tissue)
    height = float((wire.center - skin) @ normal)
    depth = tissue_layers(tissue)[-1].end
    slope = float(wire.rotation[:, 2] @ normal)
    if abs(slope) > 1e-9 or -depth < height < 0.0:
        yield (f"`{wire.name}` passes through the tissue; lay it beside the skin, parallel to it.")

"""The line into the depth along which the field of magnets is judged.

It starts at the face of the magnets (of an iron pole or a coil in front of them), runs through the
vessel where it is nearest and on; planes lie across it (`magcap.geometry.observers.across`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import DepthOptions
from magcap.geometry.bodies import Body, contains
from magcap.geometry.mesh import Lumen
from magcap.geometry.scene import (
    WIRE_RADIUS,
    MagneticScene,
    SourceHull,
    WindingShape,
    middle_of,
    source_hull,
)

from .observer import Accuracy, Observer, Site

#: Points along the line; its least length in m.
_SAMPLES, _LEAST = 201, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthLine:
    """The line along which a field is judged.

    Attributes
    ----------
    start : ndarray, shape (3,)
        Depth 0 in m.
    direction : ndarray, shape (3,)
        Unit vector into the depth.
    length : float
        In m.
    vessel : float
        Depth of the vessel's axis in m, nan where the line does not pass it.
    """

    start: FloatArray
    direction: FloatArray
    length: float
    vessel: float

    @property
    def points(self) -> FloatArray:
        """Points from depth 0 to the end in m, shape (n, 3)."""
        return self.at(np.linspace(0.0, self.length, _SAMPLES))

    def at(self, depth: FloatArray) -> FloatArray:
        """Points at depths in m, shape (n, 3)."""
        points: FloatArray = self.start + np.asarray(depth)[:, None] * self.direction
        return points


def depth_observer(site: Site) -> Iterator[Observer]:
    """``"depth"``: points from depth 0 to the end of the line."""
    if site.line is not None:
        yield Observer(name="depth", points=site.line.points, accuracy=Accuracy.FAR)


def depth_line(
    scene: MagneticScene, lumen: Lumen, options: DepthOptions | None = None
) -> DepthLine | None:
    """The line from the face of the sources through the vessel where it is nearest, and beyond.

    It runs from the middle of the magnets and coils to the nearest point of the vessel's axis
    (the deepest nodes of the lumen). Depth 0 is where it leaves the last solid before the vessel,
    or the convex hull of all where it meets no solid. Where the sources surround the vessel, it
    starts at the nearest of them. It ends before another solid, else as far beyond the vessel as
    the vessel is deep, at least 100 mm from the face, or at the depth that the case asks for.

    Returns
    -------
    DepthLine or None
        None where nothing but a background makes the field and the case gives no line.
    """
    options = options or DepthOptions()
    hull = source_hull(scene)
    core = lumen.mesh.points[lumen.wall_distance >= 0.9 * lumen.wall_distance.max()]
    if options.start is not None:
        start = np.array(options.start)
        nearest = core[np.argmin(np.linalg.norm(core - start, axis=1))]
        direction = nearest - start if options.direction is None else np.array(options.direction)
    elif hull is None:
        return None
    else:
        start, nearest, direction = _found(scene, hull, core, options)
    norm = float(np.linalg.norm(direction))
    if norm == 0.0:
        return None
    direction = direction / norm
    vessel = float((nearest - start) @ direction)
    length = options.reach or max(2.0 * vessel, _LEAST)
    length = _free_length(hull, start, direction, length)
    miss = float(np.linalg.norm(nearest - start - vessel * direction))
    hit = miss <= 1.5 * float(lumen.wall_distance.max()) and 0.0 <= vessel <= length
    return DepthLine(
        start=start, direction=direction, length=length, vessel=vessel if hit else math.nan
    )


def _found(
    scene: MagneticScene, hull: SourceHull, core: FloatArray, options: DepthOptions
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Start of the line, nearest point of the vessel's axis and direction, in m."""
    origin, nearest = _ends(scene, hull.drivers, core)
    if options.direction is None and hull.contains(nearest):
        # The sources surround the vessel: judge it from the nearest of them.
        distance = [float(np.abs(_gap(body, nearest))) for body in hull.solids]
        body = hull.solids[int(np.argmin(distance))]
        origin = middle_of([body])
        if np.linalg.norm(nearest - origin) < 1e-9 or _gap(body, origin) > 0.0:
            origin = _nearest_vertex(body, nearest)
    direction = nearest - origin if options.direction is None else np.array(options.direction)
    length = float(np.linalg.norm(direction))
    if length == 0.0:
        return origin, nearest, direction
    direction = direction / length
    return origin + _face(hull, origin, direction, nearest) * direction, nearest, direction


def _ends(
    scene: MagneticScene, drivers: Sequence[Body], core: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Middle of the sources, and the point of the vessel's axis nearest to it."""
    if scene.magnets or any(w.shape is not WindingShape.WIRE for w in scene.windings):
        origin = middle_of(drivers)
        return origin, core[np.argmin(np.linalg.norm(core - origin, axis=1))]
    if not scene.windings:  # iron in a background field
        origin = middle_of(drivers)
        return origin, core[np.argmin(np.linalg.norm(core - origin, axis=1))]
    wire = scene.windings[0]
    along = wire.rotation[:, 2]
    offset = (core - wire.center) @ along
    feet = wire.center + offset[:, None] * along
    row = int(np.argmin(np.linalg.norm(core - feet, axis=1)))
    return feet[row], core[row]


def _face(
    hull: SourceHull, origin: FloatArray, direction: FloatArray, nearest: FloatArray
) -> float:
    """Distance in m along the ray to the face: the last solid's end before the vessel."""
    before = float((nearest - origin) @ direction)
    if not hull.contains(origin):
        return WIRE_RADIUS if before > WIRE_RADIUS else 0.0
    leaves = float(hull.exit(origin, direction[None])[0])
    inside_hull = hull.contains(nearest)
    reach = before if inside_hull and before > 0.0 else leaves
    steps = np.linspace(0.0, reach * (1.0 + 1e-9), 4001)
    solid = hull.distance(origin + steps[:, None] * direction) <= 0.0
    if solid.any():
        return _refined(hull, origin, direction, steps, int(np.flatnonzero(solid).max()))
    return 0.0 if inside_hull else leaves


def _refined(
    hull: SourceHull, origin: FloatArray, direction: FloatArray, steps: FloatArray, last: int
) -> float:
    """Where the ray leaves a solid between two steps, by bisection, in m."""
    low = float(steps[last])
    high = low + float(steps[1] - steps[0])
    for _ in range(40):
        middle = 0.5 * (low + high)
        inside = hull.distance((origin + middle * direction)[None])[0] <= 0.0
        low, high = (middle, high) if inside else (low, middle)
    return high


def _free_length(
    hull: SourceHull | None, start: FloatArray, direction: FloatArray, length: float
) -> float:
    """Length in m up to the next solid on the way."""
    if hull is None:
        return length
    steps = np.linspace(0.0, length, 4001)
    points = start + steps[:, None] * direction
    solid = np.any([contains(body, points) for body in hull.solids], axis=0)
    blocked = np.flatnonzero(solid[2:]) + 2
    return float(steps[blocked[0] - 1]) if blocked.size else length


def _gap(body: Body, point: FloatArray) -> float:
    from magcap.geometry.bodies import signed_distance

    return float(signed_distance(body, point[None])[0])


def _nearest_vertex(body: Body, point: FloatArray) -> FloatArray:
    """The vertex of a body's surface nearest to a point (bodies whose middle is not inside)."""
    from magcap.geometry.bodies import surface_mesh

    vertices, _ = surface_mesh(body, pieces=360)
    row = int(np.argmin(np.linalg.norm(vertices - point, axis=1)))
    return np.asarray(vertices[row], dtype=np.float64)

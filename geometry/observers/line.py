"""Where the field of magnets is judged: a line into the depth, planes across it, the skin.

The line starts at the face of the magnets (of an iron pole or a coil in front of them), runs
through the vessel where it is nearest and on; planes lie across it. `extra_points` gives all
points at once, by name, for `magcap.solvers.field.solve(..., extra=...)`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import DepthOptions, Tissue
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

from .planes import plane_grid, section_grid
from .stray import skin_points, stray_points

#: Points along the line; its least length in m.
_SAMPLES, _LEAST = 201, 0.1
#: Half the side of a plane in m, at least and at most, and its points along a side.
_HALF, _SIDE = (0.015, 0.1), 21


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


def extra_points(
    scene: MagneticScene,
    lumen: Lumen,
    tissue: Tissue | None,
    options: DepthOptions | None = None,
) -> dict[str, FloatArray]:
    """Points at which the field is asked for by name, in m, shape (n, 3) each.

    ``"depth"``: along the line; ``"plane 10 mm"`` …, ``"plane vessel"``: square grids across it,
    row by row; ``"section"``: a grid in the plane of vessel and magnets; ``"skin"`` and
    ``"skin near"``: a grid on the skin and its points nearest to the magnets; ``"stray"``: rays
    for the 0.5 mT surface (`geometry.observers.stray`). What makes no sense for the case is absent.
    """
    options = options or DepthOptions()
    hull = source_hull(scene)
    line = depth_line(scene, lumen, options)
    points: dict[str, FloatArray] = {}
    if line is not None:
        points["depth"] = line.points
        points |= _planes(line, lumen, hull, options.planes)
    if hull is None:
        return points
    if line is not None:
        points["section"] = section_grid(lumen, hull.points, line.start, line.direction)
        points |= skin_points(tissue, hull, line.direction)
    return points | stray_points(scene, hull)


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


def _planes(
    line: DepthLine, lumen: Lumen, hull: SourceHull | None, depths: Sequence[float]
) -> dict[str, FloatArray]:
    """Square grids across the line at depths in m, and at the vessel's axis."""
    across = 0.0 if hull is None else hull.reach_across(line.start, line.direction)
    reached = [depth for depth in depths if depth <= line.length * (1.0 + 1e-9)]
    wanted = {f"plane {depth * 1e3:g} mm": depth for depth in reached}
    if not any(abs(depth - line.vessel) < 1e-4 for depth in reached) and line.vessel > 0.0:
        wanted["plane vessel"] = line.vessel
    grids = {}
    for name, depth in wanted.items():
        half = float(np.clip(max(1.2 * across, depth), *_HALF))
        middle = line.at(np.array([depth]))[0]
        grids[name] = plane_grid(lumen, middle, line.direction, half, _SIDE)
    return grids

"""From which side a run is looked at: along, across and towards the magnet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.postprocess.files import Datasets
from magcap.postprocess.outcome import once

MM = 1e3


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Right-handed axes of the pictures; lengths in mm.

    Attributes
    ----------
    along : ndarray, shape (3,)
        Along the vessel, downstream: to the right in side views.
    up : ndarray, shape (3,)
        In the plane of vessel and magnet: upwards in side views.
    normal : ndarray, shape (3,)
        Towards the viewer of a side view, along × up.
    origin : ndarray, shape (3,)
        Point of the lumen nearest to the magnets (its middle without magnets), mm.
    magnet_below : bool
        Whether the magnets lie on the side of −`up`.
    """

    along: FloatArray
    up: FloatArray
    normal: FloatArray
    origin: FloatArray
    magnet_below: bool

    @property
    def oblique(self) -> FloatArray:
        """Direction to the viewer of the three-dimensional views."""
        return unit(self.normal + 0.45 * self.up - 0.55 * self.along)

    @property
    def from_magnet(self) -> FloatArray:
        """As `oblique`, from the magnets' side."""
        return unit(self.normal + 0.7 * self.magnet_side - 0.45 * self.along)

    @property
    def magnet_side(self) -> FloatArray:
        """From the vessel to the magnets."""
        return -self.up if self.magnet_below else self.up

    def plane(self, points: FloatArray) -> FloatArray:
        """Coordinates (along, up) of points relative to the origin, shape (n, 2)."""
        return (points - self.origin) @ np.column_stack([self.along, self.up])


def frame_of(flow: Any, magnets: Any) -> Frame:
    """The frame of a lumen grid and the magnets' surface (both in m)."""
    points = np.asarray(flow.points) * MM
    arc = np.asarray(flow.point_data["arc length [m]"])
    middle = points.mean(axis=0)
    span = arc.max() - arc.min()
    ends = [points[arc <= arc.min() + 0.05 * span], points[arc >= arc.max() - 0.05 * span]]
    along = unit(ends[1].mean(axis=0) - ends[0].mean(axis=0))
    if magnets.n_points:
        center = np.asarray(magnets.points).mean(axis=0) * MM
        origin = points[np.argmin(np.linalg.norm(points - center, axis=1))]
        origin = _core_point(points, flow, origin)
        towards = center - origin
    else:
        origin, towards = _core_point(points, flow, middle), np.array([0.0, 0.0, -1.0])
    across = towards - (towards @ along) * along
    if np.linalg.norm(across) < 0.05 * max(float(np.linalg.norm(towards)), 1e-9):
        across = _any_normal(along)
    up = unit(across)
    up = -up if _upright(up) < 0 else up
    return Frame(
        along=along,
        up=up,
        normal=np.cross(along, up),
        origin=origin,
        magnet_below=bool(towards @ up < 0),
    )


@once
def frame_in(data: Datasets) -> Frame:
    """The frame of a run."""
    return frame_of(data.flow, data.bodies)


def in_mm(data: Any) -> Any:
    """A copy of a data set with points in mm."""
    copy = data.copy()
    copy.points = np.asarray(copy.points) * MM
    return copy


def unit(vector: FloatArray) -> FloatArray:
    """The vector of length 1; (1, 0, 0) for a vanishing one."""
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else np.array([1.0, 0.0, 0.0])


def _core_point(points: FloatArray, flow: Any, near: FloatArray) -> FloatArray:
    """The deepest node of the lumen's cross-section around `near`."""
    depth = np.asarray(flow.point_data["wall distance [m]"])
    distance = np.linalg.norm(points - near, axis=1)
    close = distance <= distance.min() + 2.5 * depth.max() * MM
    candidates = np.flatnonzero(close)
    best = depth[candidates].max()
    deep = candidates[depth[candidates] >= 0.95 * best]
    found: FloatArray = points[deep[np.argmin(distance[deep])]]
    return found


def _any_normal(axis: FloatArray) -> FloatArray:
    world = np.array([0.0, 0.0, 1.0]) if abs(axis[2]) < 0.9 else np.array([0.0, 1.0, 0.0])
    return world - (world @ axis) * axis


def _upright(up: FloatArray) -> float:
    """Positive when `up` agrees with z, then y, then x: what readers take for up."""
    for component in (up[2], up[1], up[0]):
        if abs(component) > 0.3:
            return float(component)
    return 1.0

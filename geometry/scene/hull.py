"""The convex hull of everything that makes or bends the field: where its face is, how far it goes.

Depth is measured from the face of an array, not from the gap between two of its magnets: a ray
from the middle leaves the sources where it leaves the last solid on its way, or the convex hull
where it meets no solid.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.bodies import Body, signed_distance, surface_mesh

from .scene import MagneticScene
from .winding import WindingShape
from .winding_surface import winding_body


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHull:
    """Magnets, iron and windings of a scene as solids, and their convex hull.

    Attributes
    ----------
    solids : tuple of Body
        Magnets, iron, windings (wires are left out: they have no end).
    drivers : tuple of Body
        Those that make a field: magnets and windings.
    points : ndarray, shape (n, 3)
        Vertices of the hull in m.
    planes : ndarray, shape (k, 4)
        Outward normals and offsets: inside where normal · x + offset ≤ 0.
    """

    solids: tuple[Body, ...]
    drivers: tuple[Body, ...]
    points: FloatArray
    planes: FloatArray

    @property
    def center(self) -> FloatArray:
        """Middle of the box around the hull in m."""
        middle: FloatArray = 0.5 * (self.points.min(axis=0) + self.points.max(axis=0))
        return middle

    def contains(self, point: FloatArray) -> bool:
        """Whether a point lies in the hull."""
        return bool(np.all(self.planes[:, :3] @ point + self.planes[:, 3] <= 0.0))

    def exit(self, origin: FloatArray, directions: FloatArray) -> FloatArray:
        """Distance in m at which rays from a point of the hull leave it, shape (n,)."""
        rate = directions @ self.planes[:, :3].T
        gap = -(self.planes[:, :3] @ origin + self.planes[:, 3])
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.where(rate > 0.0, gap / rate, math.inf)
        result: FloatArray = np.maximum(reach.min(axis=1), 0.0)
        return result

    def distance(self, points: FloatArray) -> FloatArray:
        """Distance in m to the nearest solid, negative inside, shape (n,)."""
        return np.asarray(
            np.min([signed_distance(body, points) for body in self.solids], axis=0), dtype=float
        )

    def reach_across(self, point: FloatArray, direction: FloatArray) -> float:
        """Largest distance in m of the hull from the line through `point` along `direction`."""
        offset = self.points - point
        across = offset - (offset @ direction)[:, None] * direction
        return float(np.linalg.norm(across, axis=1).max())


def source_hull(scene: MagneticScene) -> SourceHull | None:
    """The hull of a scene; None without magnets, iron and windings."""
    from scipy.spatial import ConvexHull

    coils = tuple(winding_body(w) for w in scene.windings if w.shape is not WindingShape.WIRE)
    drivers: tuple[Body, ...] = (*scene.magnets, *coils)
    solids: tuple[Body, ...] = (*scene.magnets, *scene.iron, *coils)
    if not solids:
        wires = tuple(winding_body(w) for w in scene.windings)
        if not wires:
            return None
        drivers = solids = wires
    points = np.vstack([surface_mesh(body, pieces=96)[0] for body in solids])
    hull = ConvexHull(points)
    return SourceHull(
        solids=solids,
        drivers=drivers or solids,
        points=points[hull.vertices],
        planes=np.unique(np.round(hull.equations, 12), axis=0),
    )


def middle_of(bodies: Sequence[Body]) -> FloatArray:
    """Mean of the middles of the boxes around bodies in m."""
    from magcap.geometry.bodies import bounding_box

    middle: FloatArray = np.mean([np.mean(bounding_box(body), axis=0) for body in bodies], axis=0)
    return middle

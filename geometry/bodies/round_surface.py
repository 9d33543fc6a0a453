"""The round surfaces of bodies, and what they enclose.

    W = ½∫(x n_x + y n_y) dS (cylinders; exactly ½ R² Δφ h; frusta: their volume),
    W = ⅓∫ x·n dS (spheres; exactly ⁴⁄₃ π R³),

x from the axis or the centre.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray

from .body import Body, BodyShape
from .surface import volume


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundSurface:
    """A round surface: a cylinder or cone about an axis or, without one, a sphere.

    Attributes
    ----------
    center : ndarray, shape (3,)
        In m.
    axis : ndarray, shape (3,), or None
        Unit vector.
    radius : float
        In m; of a cone at `center`.
    content : float
        W of the part that belongs to the body, in m³.
    slope : float
        Of a cone: increase of the radius along `axis`.
    """

    center: FloatArray
    axis: FloatArray | None
    radius: float
    content: float
    slope: float = 0.0

    def radius_at(self, points: FloatArray) -> FloatArray:
        """Radius of the surface at the height of each of `points`."""
        if self.axis is None or self.slope == 0.0:
            return np.full(len(points), self.radius)
        return np.asarray(self.radius + self.slope * ((points - self.center) @ self.axis))

    def radial(self, points: FloatArray) -> FloatArray:
        """Vectors to points from the axis or the centre."""
        offset = points - self.center
        if self.axis is not None:
            offset = offset - np.outer(offset @ self.axis, self.axis)
        return np.asarray(offset)

    @property
    def key(self) -> tuple[float, ...]:
        """Equal for surfaces that coincide."""
        if self.axis is None:
            place, axis, slope = self.center, np.zeros(3), 0.0
        else:
            sign = np.sign(self.axis[np.abs(self.axis).argmax()])
            axis, slope = sign * self.axis, sign * self.slope
            place = self.center
            if slope == 0.0:
                place = place - (place @ axis) * axis
        scale = self.radius
        return tuple(np.round([*(place / scale), *axis, math.log(scale), slope], 6).tolist())


def round_surfaces(body: Body) -> Iterator[RoundSurface]:
    """The round surfaces of a body."""
    d, axis = body.dimensions, body.rotation[:, 2]
    radii: tuple[float, ...]
    match body.shape:
        case BodyShape.SPHERE:
            content = math.pi / 6.0 * d[0] ** 3
            yield RoundSurface(center=body.center, axis=None, radius=0.5 * d[0], content=content)
            return
        case BodyShape.FRUSTUM:
            yield RoundSurface(
                center=body.center,
                axis=axis,
                radius=0.25 * (d[0] + d[1]),
                content=volume(body),
                slope=0.5 * (d[1] - d[0]) / d[2],
            )
            return
        case BodyShape.CYLINDER:
            radii, height, angle = (0.5 * d[0],), d[1], 2.0 * math.pi
        case BodyShape.RING:
            radii, height, angle = (0.5 * d[0], 0.5 * d[1]), d[2], 2.0 * math.pi
        case BodyShape.SECTOR:
            radii, height, angle = d[:2], d[2], d[4] - d[3]
        case _:
            return
    for radius in radii:
        yield RoundSurface(
            center=body.center,
            axis=axis,
            radius=radius,
            content=0.5 * radius**2 * angle * height,
        )

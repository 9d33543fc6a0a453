"""Safety figures: how far the stray field reaches, and the field at the skin.

The surfaces |B| = 0.5 mT and 0.9 mT (5 and 9 gauss, the limits for persons with implants in
IEC 60601-2-33:2010 and in the edition of 2022) are found on rays from the middle of the sources:
on each, the outermost crossing of log |B| over log r, interpolated by a monotone cubic between the
sampled radii.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.observers import LIMITS, StrayLimit, StrayRays, stray_rays
from magcap.geometry.scene import MagneticScene, SourceHull, source_hull
from magcap.postprocess.outcome import Observed, Outcome, once
from magcap.solvers.results import FieldSample

from .norms import grad_abs_B
from .planes import inside

_AXES = ("+x", "+y", "+z", "-x", "-y", "-z")


@dataclass(frozen=True, slots=True, kw_only=True)
class StraySurface:
    """The surface on which |B| has fallen to a limit.

    Attributes
    ----------
    limit : StrayLimit
    center : ndarray, shape (3,)
        Middle of the sources in m.
    directions : ndarray, shape (n, 3)
        Unit vectors of the rays, the six axes first.
    radius : ndarray, shape (n,)
        From `center` in m; inf where the field does not fall to the limit, 0 where it is weaker
        everywhere on the ray.
    triangles : ndarray of int, shape (k, 3)
        Rows of `directions`.
    distance : ndarray, shape (n,)
        From the nearest magnet, iron or winding in m.
    """

    limit: StrayLimit
    center: FloatArray
    directions: FloatArray
    radius: FloatArray
    triangles: IntArray
    distance: FloatArray

    @property
    def points(self) -> FloatArray:
        """Vertices in m, shape (n, 3)."""
        points: FloatArray = self.center + self.radius[:, None] * self.directions
        return points


@once
def stray_of(outcome: Outcome) -> tuple[StraySurface, ...]:
    """The surfaces of all limits in a run, the strictest first; none where not looked for."""
    return stray_surfaces(outcome.scene, outcome.observed.stray)


def stray_surfaces(scene: MagneticScene, sample: FieldSample | None) -> tuple[StraySurface, ...]:
    """The surfaces of all limits from a sample on the stray rays; none without one."""
    hull = source_hull(scene)
    if sample is None or hull is None:
        return ()
    rays = stray_rays(scene, hull)
    norm = np.linalg.norm(sample.B, axis=1).reshape(rays.radii.shape)
    return tuple(_surface(rays, norm, hull, limit) for limit in LIMITS)


def _surface(
    rays: StrayRays, norm: FloatArray, hull: SourceHull, limit: StrayLimit
) -> StraySurface:
    """The surface of one limit from |B| in T on the rays, shape (n, m)."""
    crossings = [outermost(r, b, limit.level) for r, b in zip(rays.radii, norm, strict=True)]
    radius = np.array(crossings)
    points = rays.center + np.where(np.isfinite(radius), radius, 0.0)[:, None] * rays.directions
    distance = np.where(np.isfinite(radius), hull.distance(points), np.inf)
    return StraySurface(
        limit=limit,
        center=rays.center,
        directions=rays.directions,
        radius=radius,
        triangles=rays.triangles,
        distance=np.where(radius > 0.0, distance, 0.0),
    )


def outermost(radii: FloatArray, values: FloatArray, level: float) -> float:
    """Largest radius at which positive `values` fall to `level`; inf or 0 where they never do.

    >>> r = np.geomspace(0.01, 1.0, 12)
    >>> round(outermost(r, 1e-9 / r**3, 8e-6), 9)
    0.05
    """
    from scipy.interpolate import PchipInterpolator
    from scipy.optimize import brentq

    above = np.flatnonzero(values >= level)
    if not above.size:
        return 0.0
    last = int(above[-1])
    if last == len(radii) - 1:
        return float("inf")
    x, y = np.log(radii), np.log(np.maximum(values, 1e-300) / level)
    if y[last] == 0.0:
        return float(radii[last])
    curve = PchipInterpolator(x, y)
    return float(np.exp(brentq(lambda t: float(curve(t)), x[last], x[last + 1], xtol=1e-10)))


def safety_numbers(
    scene: MagneticScene, surfaces: Sequence[StraySurface], observed: Observed
) -> dict[str, Any]:
    """Reach of each limit in each direction and the largest values on the skin; None if unknown."""
    found = {surface.limit.name: surface for surface in surfaces}
    numbers: dict[str, Any] = {"center": surfaces[0].center if surfaces else None}
    for limit in LIMITS:
        numbers |= _reach(limit.name, found.get(limit.name))
    endless = [f"{1e3 * s.limit.level:g} mT" for s in surfaces if np.isinf(s.radius).any()]
    if not surfaces and scene.maps:
        numbers["note"] = "A field map says nothing about the field beyond its grid."
    elif endless:
        numbers["note"] = (
            f"The field does not fall to {' and '.join(endless)}: a background or a straight wire."
        )
    return numbers | _skin(scene, observed)


def _reach(name: str, surface: StraySurface | None) -> dict[str, Any]:
    if surface is None or not np.isfinite(surface.radius).all():
        return dict.fromkeys((f"{name}_distance", f"{name}_radius", f"{name}_extent"))
    offset = surface.radius[:, None] * surface.directions
    reach = np.concatenate([offset.max(axis=0), -offset.min(axis=0)])
    return {
        f"{name}_distance": float(surface.distance.max()),
        f"{name}_radius": float(surface.radius.max()),
        f"{name}_extent": dict(zip(_AXES, reach.tolist(), strict=True)),
    }


def _skin(scene: MagneticScene, observed: Observed) -> dict[str, Any]:
    """Largest |B|, |∇|B|| and ½∇|B|² on the skin outside of bodies."""
    B, slope, driver, points = [np.empty(0)], [np.empty(0)], [np.empty(0)], [np.empty((0, 3))]
    for sample in observed.skin:
        kept = ~inside(scene, sample.points)
        B.append(np.linalg.norm(sample.B, axis=1)[kept])
        slope.append(grad_abs_B(sample)[kept])
        driver.append(np.linalg.norm(sample.grad_half_B2, axis=1)[kept])
        points.append(sample.points[kept])
    norm = np.concatenate(B)
    if not norm.size:
        return {
            "max_B_at_skin": None,
            "max_gradB_at_skin": None,
            "max_grad_half_B2_at_skin": None,
            "max_B_at": None,
        }
    return {
        "max_B_at_skin": float(norm.max()),
        "max_gradB_at_skin": float(np.concatenate(slope).max()),
        "max_grad_half_B2_at_skin": float(np.concatenate(driver).max()),
        "max_B_at": np.vstack(points)[int(norm.argmax())],
    }

"""Safety figures: how far the stray field reaches, and the field at the skin.

The surface |B| = 0.5 mT (5 gauss, the limit for persons with implants, IEC 60601-2-33) is found on
rays from the middle of the sources: on each, the outermost crossing of log |B| over log r,
interpolated by a monotone cubic between the sampled radii.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.observers import FIVE_GAUSS, stray_rays
from magcap.geometry.scene import MagneticScene, source_hull
from magcap.postprocess.outcome import Observed, Outcome, once
from magcap.solvers.results import FieldSample

from .norms import grad_abs_B
from .planes import inside

_AXES = ("+x", "+y", "+z", "-x", "-y", "-z")


@dataclass(frozen=True, slots=True, kw_only=True)
class StraySurface:
    """The surface on which |B| has fallen to 0.5 mT.

    Attributes
    ----------
    center : ndarray, shape (3,)
        Middle of the sources in m.
    directions : ndarray, shape (n, 3)
        Unit vectors of the rays, the six axes first.
    radius : ndarray, shape (n,)
        From `center` in m; inf where the field does not fall to 0.5 mT, 0 where it is weaker
        everywhere on the ray.
    triangles : ndarray of int, shape (k, 3)
        Rows of `directions`.
    distance : ndarray, shape (n,)
        From the nearest magnet, iron or winding in m.
    """

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
def stray_of(outcome: Outcome) -> StraySurface | None:
    """The 0.5 mT surface of a run; None where it was not looked for."""
    return stray_surface(outcome.scene, outcome.observed.stray)


def stray_surface(scene: MagneticScene, sample: FieldSample | None) -> StraySurface | None:
    """The 0.5 mT surface from a sample on the stray rays; None without one."""
    hull = source_hull(scene)
    if sample is None or hull is None:
        return None
    rays = stray_rays(scene, hull)
    norm = np.linalg.norm(sample.B, axis=1).reshape(rays.radii.shape)
    radius = np.array([outermost(r, b, FIVE_GAUSS) for r, b in zip(rays.radii, norm, strict=True)])
    points = rays.center + np.where(np.isfinite(radius), radius, 0.0)[:, None] * rays.directions
    distance = np.where(np.isfinite(radius), hull.distance(points), np.inf)
    return StraySurface(
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
    scene: MagneticScene, surface: StraySurface | None, observed: Observed
) -> dict[str, Any]:
    """Reach of 0.5 mT in each direction and the largest values on the skin; None where unknown."""
    numbers = _reach(surface)
    if surface is None and scene.maps:
        numbers["note"] = "A field map says nothing about the field beyond its grid."
    elif surface is not None and np.isinf(surface.radius).any():
        numbers["note"] = "The field does not fall to 0.5 mT: a background or a straight wire."
    return numbers | _skin(scene, observed)


def _reach(surface: StraySurface | None) -> dict[str, Any]:
    if surface is None or not np.isfinite(surface.radius).all():
        return {
            "five_gauss_distance": None,
            "five_gauss_radius": None,
            "five_gauss_extent": None,
            "center": None if surface is None else surface.center,
        }
    offset = surface.radius[:, None] * surface.directions
    reach = np.concatenate([offset.max(axis=0), -offset.min(axis=0)])
    return {
        "five_gauss_distance": float(surface.distance.max()),
        "five_gauss_radius": float(surface.radius.max()),
        "five_gauss_extent": dict(zip(_AXES, reach.tolist(), strict=True)),
        "center": surface.center,
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

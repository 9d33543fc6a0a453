"""Where the stray field is asked for: on rays out to 0.5 mT, the lowest of the limits.

|B| on a ray from the middle of the sources falls to 0.5 mT once and for all somewhere below the
radius R + (μ0 Σ 2m / (4π 0.5 mT))^(1/3) + Σ μ0 I / (2π 0.5 mT): R the radius of all bodies, m the
largest moments that they can have (iron: saturated at 2.5 T), I the currents of infinite wires.
So a geometric row of points up to that radius brackets the crossing, wherever it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.constants import MU_0
from magcap.geometry.bodies import fibonacci_sphere, volume
from magcap.geometry.scene import MagneticScene, SourceHull, Winding, WindingShape

from .observer import Observer, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class StrayLimit:
    """A flux density in T below which persons with implants may be, and who says so."""

    name: str
    level: float
    source: str


#: The limits, the strictest first. IEC 60601-2-33 raised its own with its fourth edition, 2022;
#: national rules and the labels of implants mostly keep the older one.
LIMITS = (
    StrayLimit(
        name="five_gauss",
        level=0.5e-3,
        source="IEC 60601-2-33:2010 and most national rules",
    ),
    StrayLimit(name="nine_gauss", level=0.9e-3, source="IEC 60601-2-33:2022"),
)
FIVE_GAUSS = LIMITS[0].level
#: Directions and points on each ray.
DIRECTIONS, RADII = 320, 22
#: In T: the rays are followed no farther than to a field so weak.
_LEAST = 0.02e-3
#: Flux density that no iron exceeds by its own magnetisation, in T.
_MOST_SATURATION = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class StrayRays:
    """Rays from the middle of the sources.

    Attributes
    ----------
    center : ndarray, shape (3,)
        In m.
    directions : ndarray, shape (n, 3)
        Unit vectors.
    triangles : ndarray of int, shape (k, 3)
        Of the sphere that the directions make, outward normals.
    radii : ndarray, shape (n, m)
        Rising, in m.
    """

    center: FloatArray
    directions: FloatArray
    triangles: IntArray
    radii: FloatArray

    @property
    def points(self) -> FloatArray:
        """All points ray by ray in m, shape (n m, 3)."""
        points: FloatArray = (
            self.center + self.radii[:, :, None] * self.directions[:, None, :]
        ).reshape(-1, 3)
        return points


def stray_rays(scene: MagneticScene, hull: SourceHull) -> StrayRays:
    """Rays of a scene: the six axes first, the others spread evenly."""
    from scipy.spatial import ConvexHull

    axes = np.vstack([np.eye(3), -np.eye(3)])
    even = fibonacci_sphere(DIRECTIONS)
    directions = np.vstack([axes, even[np.max(even @ axes.T, axis=1) < 0.999]])
    triangles = ConvexHull(directions).simplices.astype(np.int64)
    a, b, c = (directions[triangles[:, i]] for i in range(3))
    flipped = np.einsum("ij,ij->i", np.cross(b - a, c - a), a) < 0.0
    triangles[flipped] = triangles[flipped][:, [0, 2, 1]]
    center = hull.center
    near = np.maximum(1.001 * hull.exit(center, directions), 1e-4)
    far = stray_radius(scene, hull)
    steps = np.linspace(0.0, 1.0, RADII)
    radii = near[:, None] * (np.maximum(far, 1.5 * near) / near)[:, None] ** steps
    return StrayRays(center=center, directions=directions, triangles=triangles, radii=radii)


def stray_radius(scene: MagneticScene, hull: SourceHull) -> float:
    """Radius in m around the hull's middle beyond which |B| is below every limit that it meets."""
    moment = sum(float(np.linalg.norm(b.remanence)) * volume(b) / MU_0 for b in scene.magnets)
    moment += sum(_MOST_SATURATION * volume(body) / MU_0 for body in scene.iron)
    moment += sum(_moment(winding) for winding in scene.windings)
    current = sum(abs(w.ampere_turns) for w in scene.windings if w.shape is WindingShape.WIRE)
    size = float(np.linalg.norm(hull.points - hull.center, axis=1).max())
    level = _level(scene)
    dipole = math.cbrt(MU_0 * 2.0 * moment / (4.0 * math.pi * level))
    return size + 1.05 * dipole + MU_0 * current / (2.0 * math.pi * level)


def _level(scene: MagneticScene) -> float:
    """What the field of bodies and coils must fall to for the lowest limit above a background."""
    background = scene.background
    if background is None or background.gradient is not None:
        return FIVE_GAUSS
    strength = math.hypot(*background.field)
    above = [limit.level - strength for limit in LIMITS if limit.level > strength]
    return max(min(above, default=FIVE_GAUSS), _LEAST)


def _moment(winding: Winding) -> float:
    """Largest magnetic moment of a winding in A m²: as if all turns lay outermost."""
    d = winding.dimensions
    match winding.shape:
        case WindingShape.SOLENOID:
            return abs(winding.ampere_turns) * math.pi * d[1] ** 2
        case WindingShape.RACETRACK:
            return abs(winding.ampere_turns) * (d[0] + 2.0 * d[3]) * (d[1] + 2.0 * d[3])
        case WindingShape.WIRE:
            return 0.0


def stray_observer(site: Site) -> Iterator[Observer]:
    """``"stray"``: points of the rays; absent where a field map ends in the unknown."""
    if site.hull is not None and not site.scene.maps:
        yield Observer(name="stray", points=stray_rays(site.scene, site.hull).points)

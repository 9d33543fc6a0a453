"""Where the stray field is asked for: on rays out to 0.5 mT and on the skin.

|B| on a ray from the middle of the sources falls to 0.5 mT once and for all somewhere below the
radius R + (μ0 Σ 2m / (4π 0.5 mT))^(1/3) + Σ μ0 I / (2π 0.5 mT): R the radius of all bodies, m the
largest moments that they can have (iron: saturated at 2.5 T), I the currents of infinite wires.
So a geometric row of points up to that radius brackets the crossing, wherever it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Tissue
from magcap.constants import MU_0
from magcap.geometry.bodies import fibonacci_sphere, surface_mesh, volume
from magcap.geometry.scene import MagneticScene, SourceHull, Winding, WindingShape

from .planes import plane_grid

#: The limit for persons with pacemakers (IEC 60601-2-33), in T.
FIVE_GAUSS = 0.5e-3
#: Directions and points on each ray.
DIRECTIONS, RADII = 320, 22
#: Flux density that no iron exceeds by its own magnetisation, in T.
_MOST_SATURATION = 2.5
#: Points on the skin: along a side of the grid, near the bodies; least distance to a body in m.
_SIDE, _MOST_NEAR, _LEAST = 41, 1500, 1e-4


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
    """Radius in m around the hull's middle beyond which |B| of the sources is below 0.5 mT."""
    moment = sum(float(np.linalg.norm(b.remanence)) * volume(b) / MU_0 for b in scene.magnets)
    moment += sum(_MOST_SATURATION * volume(body) / MU_0 for body in scene.iron)
    moment += sum(_moment(winding) for winding in scene.windings)
    current = sum(abs(w.ampere_turns) for w in scene.windings if w.shape is WindingShape.WIRE)
    size = float(np.linalg.norm(hull.points - hull.center, axis=1).max())
    dipole = math.cbrt(MU_0 * 2.0 * moment / (4.0 * math.pi * FIVE_GAUSS))
    return size + 1.05 * dipole + MU_0 * current / (2.0 * math.pi * FIVE_GAUSS)


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


def stray_points(scene: MagneticScene, hull: SourceHull) -> dict[str, FloatArray]:
    """``"stray"``: points of the rays; nothing where a field map ends in the unknown."""
    return {} if scene.maps else {"stray": stray_rays(scene, hull).points}


def skin_points(
    tissue: Tissue | None, hull: SourceHull, inwards: FloatArray
) -> dict[str, FloatArray]:
    """``"skin"``: a grid in front of the sources; ``"skin near"``: below their edges.

    0.1 mm below the skin where a body touches it: |B| has no bound at an edge itself.
    """
    if tissue is None or tissue.shape != "slab" or tissue.skin is None:
        return {}
    normal = -inwards if tissue.normal is None else np.array(tissue.normal, dtype=float)
    normal = normal / np.linalg.norm(normal)
    skin = np.array(tissue.skin)
    middle = hull.center - ((hull.center - skin) @ normal) * normal
    half = hull.reach_across(middle, normal) + 0.01
    grid = plane_grid(None, middle, normal, half, _SIDE)
    vertices = np.vstack([surface_mesh(body, pieces=48)[0] for body in hull.solids])
    height = (vertices - skin) @ normal
    nearest = np.argsort(np.abs(height), kind="stable")[:_MOST_NEAR]
    near = vertices[nearest] - height[nearest, None] * normal
    return {
        "skin": _off_bodies(grid, hull, normal),
        "skin near": _off_bodies(near, hull, normal),
    }


def _off_bodies(points: FloatArray, hull: SourceHull, normal: FloatArray) -> FloatArray:
    """The plane of points, 0.1 mm deeper where a body comes nearer than that from outside."""
    gap = hull.distance(points)
    touching = (gap > -_LEAST) & (gap < _LEAST)
    return points - (_LEAST * normal if touching.any() else 0.0)

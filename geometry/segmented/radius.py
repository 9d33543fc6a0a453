"""Local radius of a lumen seen from its wall, and the mesh size that follows from it.

The radius at a wall point p with inward normal n is that of the smallest ball that touches the
wall at p and passes through another wall point q at least 60° away on that ball,

    r(p) = min over q of |q − p|² / (2 n·(q − p)),   n·(q − p) ≥ |q − p| sin 30°,

the shrinking-ball radius of the medial axis (Ma, Bae, Choi 2012) with its noise cut off. In a duct
the balls at two sides that meet at an edge shrink to nothing towards it, and would make the cells
there as small; so q must be 106° away, about on the opposite side.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray
from magcap.case import Mesh
from magcap.geometry.surfaces import TriangleSurface, corner_angles

#: Wall points at which the radius is taken, and against which.
SAMPLES = 2500
#: Sine of half the angle on the ball between a point and its opposite, at least.
SEEN, OPPOSITE = 0.5, 0.8
#: Growth of radius and size along the wall, per distance.
GRADATION = 0.3
#: Number of wall triangles aimed at by resolution, and bounds on size/radius.
WALL_TRIANGLES = {"coarse": 1300, "medium": 3600, "fine": 7000}
RELATIVE_SIZE = {"coarse": (0.45, 0.9), "medium": (0.28, 0.7), "fine": (0.18, 0.5)}

#: Flat walls may have larger triangles than round ones by this.
FLAT_SIZE = 1.5


def point_normals(surface: TriangleSurface) -> FloatArray:
    """Unit normals at the points, weighted by the angles of the triangles, shape (n, 3)."""
    vectors = surface.area_vectors / np.maximum(surface.areas, 1e-300)[:, None]
    angles = corner_angles(surface)
    normals = np.zeros_like(surface.points)
    for corner in range(3):
        np.add.at(normals, surface.triangles[:, corner], angles[:, corner, None] * vectors)
    length = np.linalg.norm(normals, axis=1)
    unit: FloatArray = normals / np.maximum(length, 1e-300)[:, None]
    return unit


def local_radius(surface: TriangleSurface, *, ducts: bool = False) -> FloatArray:
    """Radius of the lumen at each point of its wall in m, shape (n,).

    Parameters
    ----------
    surface : TriangleSurface
    ducts : bool
        The wall has sharp edges that are meant.
    """
    generator = np.random.default_rng(1)
    normals = point_normals(surface)
    weight = np.zeros(len(surface.points))
    np.add.at(weight, surface.triangles.ravel(), np.repeat(surface.areas / 3.0, 3))
    chosen = np.arange(len(surface.points))
    if len(chosen) > SAMPLES:
        chosen = generator.choice(len(chosen), SAMPLES, replace=False, p=weight / weight.sum())
    seen = OPPOSITE if ducts else SEEN
    samples, inward = surface.points[chosen], -normals[chosen]
    radius = np.concatenate(
        [_ball_radius(p, n, samples, seen) for p, n in _blocks(samples, inward)]
    )
    known = np.isfinite(radius)
    if not known.any():
        extent = float(np.ptp(surface.points, axis=0).min())
        return np.full(len(surface.points), 0.5 * extent)
    samples, radius = samples[known], radius[known]
    radius = _smoothed(samples, radius)
    distance, nearest = cKDTree(samples).query(surface.points, k=min(4, len(samples)))
    weights = 1.0 / np.maximum(distance, 1e-3 * radius.min())
    result: FloatArray = (weights * radius[nearest]).sum(axis=1) / weights.sum(axis=1)
    return result


def _blocks(points: FloatArray, normals: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    number = len(points) // 250 + 1
    return list(zip(np.array_split(points, number), np.array_split(normals, number), strict=True))


def _ball_radius(
    points: FloatArray, inward: FloatArray, others: FloatArray, least: float
) -> FloatArray:
    offset = others[None] - points[:, None]
    square = np.einsum("ijk,ijk->ij", offset, offset)
    depth = np.einsum("ijk,ik->ij", offset, inward)
    seen = (depth > least * np.sqrt(square)) & (square > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        radius = np.where(seen, square / (2.0 * depth), np.inf)
    smallest: FloatArray = radius.min(axis=1)
    return smallest


def _smoothed(points: FloatArray, radius: FloatArray) -> FloatArray:
    """Median over about half a radius, then growth limited by `GRADATION`."""
    tree = cKDTree(points)
    distance, near = tree.query(points, k=min(9, len(points)))
    radius = np.median(radius[near], axis=1)
    distance, near = tree.query(points, k=min(16, len(points)))
    for _ in range(30):
        limited = np.minimum(radius, (radius[near] + GRADATION * distance).min(axis=1))
        if np.array_equal(limited, radius):
            break
        radius = limited
    return radius


def wall_sizes(
    surface: TriangleSurface, radius: FloatArray, mesh: Mesh, *, ducts: bool = False
) -> FloatArray:
    """Edge length of the wall's triangles at its points in m, shape (n,).

    Proportional to the radius, with the factor that gives the number of triangles of the
    resolution; `mesh.lumen_size` sets the size itself.
    """
    if mesh.lumen_size is not None:
        return np.full(len(surface.points), mesh.lumen_size)
    per_area = (1.0 / radius[surface.triangles] ** 2).mean(axis=1)
    # N = ∫ dA / (√3/4 c² r²)
    number = float((surface.areas * per_area).sum()) * 4.0 / math.sqrt(3.0)
    return radius * relative_size(number, mesh, ducts=ducts)


def relative_size(number: float, mesh: Mesh, *, ducts: bool = False) -> float:
    """Edge length over radius: `number` triangles as long as the radius become those wanted."""
    factor = math.sqrt(number / WALL_TRIANGLES[mesh.resolution])
    low, high = RELATIVE_SIZE[mesh.resolution]
    high *= FLAT_SIZE if ducts else 1.0
    return min(max(factor, low), high)

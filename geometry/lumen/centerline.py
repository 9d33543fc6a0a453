"""A lumen along a measured centreline: CSV of x, y, z and radius.

Points are joined by a cubic spline over chord length, radii by a monotone one (no overshoot).
Where the spline bends more sharply than the lumen is wide, as it does through points that lie
close together and carry noise, it is replaced by the smoothing spline that passes them at
`SMOOTHING` radii (root mean square); if that still folds, the input is refused.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.interpolate import PchipInterpolator, make_interp_spline, splev, splprep
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray
from magcap.case import Centerline
from magcap.errors import CaseError

from .centerline_file import read_centerline
from .path import Frames, Path, across

logger = logging.getLogger(__name__)

#: Root mean square distance of a smoothed centreline from its points, in mean radii.
SMOOTHING = 0.02
#: Largest product of curvature and radius; at 1 the inner wall folds.
SHARPEST = 0.95
Derivatives = Callable[[FloatArray, int], FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Samples:
    """A curve at close arc lengths: positions in m, frames, curvature in 1/m."""

    u: FloatArray
    s: FloatArray
    point: FloatArray
    tangent: FloatArray
    curvature: FloatArray


def centerline_path(vessel: Centerline) -> Path:
    """Path along the centreline of `vessel`, positions as in the file.

    Raises
    ------
    CaseError
        If the file is not a centreline, or the lumen would fold or run into itself.
    """
    given = "unit" in vessel.model_fields_set
    table = read_centerline(vessel.file, vessel.unit, given=given)
    points, radii = table[:, :3], table[:, 3]
    chord = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    radius_of_u = PchipInterpolator(chord, radii)
    curve = _interpolate(chord, points)
    samples = _sample(curve, chord)
    if np.any(samples.curvature * radius_of_u(samples.u) > SHARPEST):
        curve = _smooth(chord, points, float(radii.mean()))
        samples = _sample(curve, chord)
        logger.warning("the centreline was smoothed by %g of its radius", SMOOTHING)
    _check_folds(samples, radius_of_u(samples.u))
    path = _path(curve, radius_of_u, samples)
    check_self_approach(path, "vessel.file")
    return path


def _interpolate(chord: FloatArray, points: FloatArray) -> Derivatives:
    """Spline through the points: cubic, of lower degree for fewer than four."""
    spline = make_interp_spline(chord, points, k=min(3, len(points) - 1))
    return lambda u, order: np.asarray(spline(u, nu=order))


def _smooth(chord: FloatArray, points: FloatArray, radius: float) -> Derivatives:
    """Smoothing spline near the points."""
    degree = min(3, len(points) - 1)
    tolerance = len(points) * (SMOOTHING * radius) ** 2
    knots: Any = splprep(points.T, u=chord, k=degree, s=tolerance)[0]
    return lambda u, order: np.stack(splev(u, knots, der=order), axis=-1)


def _sample(curve: Derivatives, chord: FloatArray) -> _Samples:
    """The curve at close parameters; arc length by Simpson's rule."""
    per_span = int(np.clip(np.ceil(4000 / (len(chord) - 1)), 8, 4000))
    parts = np.linspace(chord[:-1], chord[1:], per_span, endpoint=False, axis=1).ravel()
    u = np.append(parts, chord[-1])
    speed = np.linalg.norm(curve(u, 1), axis=1)
    middle = np.linalg.norm(curve(0.5 * (u[1:] + u[:-1]), 1), axis=1)
    pieces = np.diff(u) * (speed[1:] + 4 * middle + speed[:-1]) / 6
    first, second = curve(u, 1), curve(u, 2)
    bend = np.linalg.norm(np.cross(first, second), axis=1)
    return _Samples(
        u=u,
        s=np.concatenate([[0.0], np.cumsum(pieces)]),
        point=curve(u, 0),
        tangent=first / np.maximum(speed, 1e-300)[:, None],
        curvature=bend / np.maximum(speed, 1e-300) ** 3,
    )


def _check_folds(samples: _Samples, radius: FloatArray) -> None:
    """Refuse curves that bend more sharply than the lumen is wide."""
    sharpness = samples.curvature * radius
    worst = int(sharpness.argmax())
    if sharpness[worst] > SHARPEST:
        where = ", ".join(f"{x:.4g}" for x in samples.point[worst])
        raise CaseError(
            "`vessel.file` must bend less sharply than the vessel is wide, got a radius of "
            f"curvature of {1 / samples.curvature[worst]:.3g} m at a vessel radius of "
            f"{radius[worst]:.3g} m near ({where}) m."
        )


def _path(curve: Derivatives, radius_of_u: PchipInterpolator, samples: _Samples) -> Path:
    """The path by arc length."""
    length = float(samples.s[-1])
    u_of_s = PchipInterpolator(samples.s, samples.u)
    normals = _rotation_minimizing(samples.point, samples.tangent)
    slope_of_u = radius_of_u.derivative()

    def frames(s: FloatArray) -> Frames:
        u = u_of_s(np.clip(s, 0.0, length))
        tangent = curve(u, 1)
        tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
        normal = np.column_stack([np.interp(s, samples.s, normals[:, i]) for i in range(3)])
        normal -= np.einsum("ij,ij->i", normal, tangent)[:, None] * tangent
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        return Frames(
            point=curve(u, 0), tangent=tangent, normal=normal, binormal=np.cross(tangent, normal)
        )

    def radius(s: FloatArray) -> FloatArray:
        return np.asarray(radius_of_u(u_of_s(np.clip(s, 0.0, length))))

    def feature(s: FloatArray) -> FloatArray:
        slope = np.abs(slope_of_u(u_of_s(np.clip(s, 0.0, length))))
        return np.asarray(0.4 * radius(s) / np.maximum(slope, 1e-9))

    values = radius(samples.s)
    return Path(
        length=length,
        breaks=(0.0, length),
        frames=frames,
        radius=radius,
        curvature=lambda s: np.interp(s, samples.s, samples.curvature),
        feature=feature,
        constant_radius=bool(np.ptp(values) < 1e-12 * values.max()),
    )


def _rotation_minimizing(points: FloatArray, tangents: FloatArray) -> FloatArray:
    """Normals that do not turn about the tangent, by double reflection.

    Wang, Jüttler, Zheng and Liu 2008, ACM Trans. Graph. 27:2.
    """
    normals = np.empty_like(points)
    normals[0] = across(tangents[0], None, "vessel.file")
    for i in range(len(points) - 1):
        v = points[i + 1] - points[i]
        c = v @ v
        reflected = normals[i] - (2 / c) * (v @ normals[i]) * v
        carried = tangents[i] - (2 / c) * (v @ tangents[i]) * v
        w = tangents[i + 1] - carried
        d = w @ w
        normals[i + 1] = reflected - ((2 / d) * (w @ reflected) * w if d > 1e-30 else 0.0)
    return normals


def check_self_approach(path: Path, name: str) -> None:
    """Refuse a lumen that runs into itself.

    Two points of the axis, further apart along it than 1.5 times the sum of their radii, must
    be further apart in space than that sum.

    Raises
    ------
    CaseError
        Naming `name`.
    """
    coarse = path.radius(np.linspace(0.0, path.length, 2001))
    # A quarter of the median radius apart, not of the smallest: pairs grow with its square.
    n = int(np.clip(4 * path.length / np.median(coarse), 50, 20_000))
    s = np.linspace(0.0, path.length, n)
    radius, points = path.radius(s), path.frames(s).point
    pairs = cKDTree(points).query_pairs(2.0 * radius.max(), output_type="ndarray")
    i, j = pairs.T
    reach = radius[i] + radius[j]
    touching = np.linalg.norm(points[i] - points[j], axis=1) < reach
    hit = np.flatnonzero(touching & (np.abs(s[i] - s[j]) > 1.5 * reach))
    if hit.size:
        first = hit[0]
        raise CaseError(
            f"`{name}` must not lead the vessel into itself: its parts at {s[i[first]]:.4g} m and "
            f"{s[j[first]]:.4g} m along the axis overlap."
        )

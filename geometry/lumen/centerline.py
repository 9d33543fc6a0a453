"""A lumen along a measured centreline: CSV of x, y, z and radius.

Points are joined by a cubic spline over chord length, radii by a monotone one (no overshoot).
Where the spline bends more sharply than the lumen is wide, as it does through points that lie
close together and carry noise, it is replaced by the smoothing spline that passes them at
`SMOOTHING` radii (root mean square); if that still folds, the input is refused.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import numpy as np
from scipy.interpolate import PchipInterpolator, make_interp_spline, splev, splprep
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray
from magcap.case import Centerline
from magcap.errors import CaseError
from magcap.geometry.surfaces import UNITS

from .path import Frames, Path, across

logger = logging.getLogger(__name__)

#: Root mean square distance of a smoothed centreline from its points, in mean radii.
SMOOTHING = 0.02
#: Largest product of curvature and radius; at 1 the inner wall folds.
SHARPEST = 0.95
#: Larger files are not centrelines.
MOST_BYTES = 50_000_000

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
    table = read_centerline(vessel.file) * UNITS[vessel.unit]
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


def read_centerline(file: FilePath) -> FloatArray:
    """Rows x, y, z, radius of a CSV, in the unit of the file, shape (n >= 2, 4).

    Separators are commas, semicolons, tabs or blanks; lines that start with # are comments; a
    header is taken for column names if it has x, y, z and radius (or r).

    Raises
    ------
    CaseError
    """
    lines = _lines(file)
    rows = [_fields(line) for _, line in lines]
    columns = [0, 1, 2, 3]
    if rows and not _numeric(rows[0]):
        columns = _columns(rows[0])
        rows, lines = rows[1:], lines[1:]
    if len(rows) < 2:
        raise CaseError(
            f"`vessel.file` must have at least 2 points, got {len(rows)} in {file}; "
            "write one line of x, y, z, radius for each."
        )
    values = []
    for (number, line), row in zip(lines, rows, strict=True):
        picked = [row[c] for c in columns if c < len(row)]
        if len(picked) < 4 or not _numeric(picked):
            raise CaseError(
                f"`vessel.file` must have four finite numbers x, y, z, radius in each line, "
                f'got "{line.strip()[:60]}" in line {number} of {file}.'
            )
        values.append([float(field) for field in picked])
    table = np.array(values)
    moved = np.linalg.norm(np.diff(table[:, :3], axis=0), axis=1) > 0
    table = table[np.concatenate([[True], moved])]
    _check_table(table, file)
    return np.asarray(table)


def _lines(file: FilePath) -> list[tuple[int, str]]:
    """Numbered lines with content."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise CaseError(f"`vessel.file` must be a CSV of at most 50 MB, got {file}.")
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CaseError(f"`vessel.file` must be a text file (CSV), got {file}.") from None
    except OSError as error:
        raise CaseError(
            f"`vessel.file` must be a file that can be read, got {file} ({error.strerror})."
        ) from None
    numbered = enumerate(text.splitlines(), start=1)
    return [(n, line) for n, line in numbered if line.strip() and line.lstrip()[0] != "#"]


def _fields(line: str) -> list[str]:
    """Fields of one line."""
    for delimiter in (",", ";", "\t"):
        if delimiter in line:
            return [field.strip() for field in next(csv.reader([line], delimiter=delimiter))]
    return line.split()


def _numeric(fields: list[str]) -> bool:
    """Whether all fields are finite numbers."""
    try:
        return all(np.isfinite(float(field)) for field in fields)
    except ValueError:
        return False


def _columns(header: list[str]) -> list[int]:
    """Places of x, y, z and radius; the first four columns if they are not named."""
    names = [field.lower().split("[")[0].split("(")[0].strip(' "') for field in header]
    for radius in ("radius", "r", "maximuminscribedsphereradius"):
        wanted = ["x", "y", "z", radius]
        if all(names.count(name) == 1 for name in wanted):
            return [names.index(name) for name in wanted]
    return [0, 1, 2, 3]


def _check_table(table: FloatArray, file: FilePath) -> None:
    """Refuse what cannot be a centreline."""
    if len(table) < 2:
        raise CaseError(f"`vessel.file` must have at least 2 different points, got 1 in {file}.")
    bad = np.flatnonzero(table[:, 3] <= 0)
    if bad.size:
        raise CaseError(
            f"`vessel.file` must have positive radii, got {table[bad[0], 3]:g} at point "
            f"{bad[0] + 1} of {file}."
        )


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
    n = int(np.clip(4 * path.length / coarse.min(), 50, 20_000))
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

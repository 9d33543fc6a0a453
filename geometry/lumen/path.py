"""Curves with a radius, along which a cross-section is swept.

A path gives, for any arc length, its point, a rotation-minimising frame (the cross-section does
not turn about the tangent: Bishop 1975, Am. Math. Monthly 82:246) and the radius of the lumen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Bend, Stenosis, Tube, Vector
from magcap.errors import CaseError


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """Points and orthonormal frames along a path, each of shape (n, 3), points in m."""

    point: FloatArray
    tangent: FloatArray
    normal: FloatArray
    binormal: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A curve by arc length, with a radius.

    Attributes
    ----------
    length : float
        In m.
    breaks : tuple of float
        Arc lengths, from 0 to `length`, at which a cross-section must lie (kinks of curvature).
    frames : function of arc lengths, shape (n,)
    radius : function of arc lengths
        In m.
    curvature : function of arc lengths
        In 1/m.
    feature : function of arc lengths
        Largest spacing of cross-sections that resolves the radius profile, in m.
    constant_radius : bool
        Then the distance to the wall is R − r exactly.
    """

    length: float
    breaks: tuple[float, ...]
    frames: Callable[[FloatArray], Frames]
    radius: Callable[[FloatArray], FloatArray]
    curvature: Callable[[FloatArray], FloatArray]
    feature: Callable[[FloatArray], FloatArray]
    constant_radius: bool


def unit(vector: Vector | FloatArray, name: str) -> FloatArray:
    """Direction of a vector.

    Raises
    ------
    CaseError
        For a zero vector, naming `name`.
    """
    v = np.asarray(vector, dtype=float)
    length = float(np.linalg.norm(v))
    if not np.isfinite(length) or length < 1e-12:
        raise CaseError(f"`{name}` must be a direction other than zero, got {list(v)}.")
    result: FloatArray = v / length
    return result


def across(axis: FloatArray, toward: Vector | None, name: str) -> FloatArray:
    """Unit vector orthogonal to `axis`, nearest to `toward` (default: z, or y along z).

    Raises
    ------
    CaseError
        If `toward` is parallel to `axis`.
    """
    if toward is None:
        toward = (0.0, 0.0, 1.0) if abs(axis[2]) < 0.9 else (0.0, 1.0, 0.0)
    wish = unit(toward, name)
    part = wish - (wish @ axis) * axis
    if float(np.linalg.norm(part)) < 1e-6:
        raise CaseError(f"`{name}` must not be parallel to `vessel.axis`, got {list(wish)}.")
    return unit(part, name)


def constant(value: float) -> Callable[[FloatArray], FloatArray]:
    """The function of arc lengths that has this value everywhere."""
    return lambda s: np.full(np.shape(s), value)


def line(start: FloatArray, axis: FloatArray) -> Callable[[FloatArray], Frames]:
    """Frames along a straight line from `start` (m) in the direction of the unit vector `axis`."""
    normal = across(axis, None, "vessel.axis")
    binormal = np.cross(axis, normal)

    def frames(s: FloatArray) -> Frames:
        same = np.ones((len(s), 1))
        return Frames(
            point=start + s[:, None] * axis,
            tangent=same * axis,
            normal=same * normal,
            binormal=same * binormal,
        )

    return frames


def tube_path(vessel: Tube) -> Path:
    """Straight line through `vessel.center`, its middle."""
    axis = unit(vessel.axis, "vessel.axis")
    start = np.array(vessel.center) - 0.5 * vessel.length * axis
    return Path(
        length=vessel.length,
        breaks=(0.0, vessel.length),
        frames=line(start, axis),
        radius=constant(vessel.radius),
        curvature=constant(0.0),
        feature=constant(np.inf),
        constant_radius=True,
    )


def bend_path(vessel: Bend) -> Path:
    """Leg, circular arc in the plane of `axis` and `toward`, leg.

    Raises
    ------
    CaseError
        If the arc is tighter than the lumen or a full turn.
    """
    axis = unit(vessel.axis, "vessel.axis")
    toward = across(axis, vessel.toward, "vessel.toward")
    binormal = np.cross(axis, toward)
    r_bend, angle = vessel.bend_radius, vessel.angle
    _check_bend(vessel)
    s1 = vessel.inlet_length
    s2 = s1 + r_bend * angle
    length = s2 + vessel.outlet_length
    start = np.array(vessel.center)

    def frames(s: FloatArray) -> Frames:
        phi = (np.clip(s, s1, s2) - s1) / r_bend
        cos, sin = np.cos(phi)[:, None], np.sin(phi)[:, None]
        tangent = cos * axis + sin * toward
        straight = np.where(s > s2, s - s2, np.minimum(s, s1) - s1)[:, None]
        arc = start + s1 * axis + r_bend * (sin * axis + (1 - cos) * toward)
        return Frames(
            point=arc + straight * tangent,
            tangent=tangent,
            normal=cos * toward - sin * axis,
            binormal=np.ones((len(s), 1)) * binormal,
        )

    return Path(
        length=length,
        breaks=(0.0, s1, s2, length),
        frames=frames,
        radius=constant(vessel.radius),
        curvature=lambda s: np.where((s >= s1) & (s <= s2), 1.0 / r_bend, 0.0),
        feature=constant(np.inf),
        constant_radius=True,
    )


def _check_bend(vessel: Bend) -> None:
    """Refuse arcs that fold the lumen."""
    if vessel.bend_radius <= 1.05 * vessel.radius:
        raise CaseError(
            f"`vessel.bend_radius` must be at least 1.05 times the vessel's radius "
            f"{vessel.radius:g} m, got {vessel.bend_radius:g} m; the inner wall would fold."
        )
    if vessel.angle >= 2 * np.pi:
        raise CaseError(
            f"`vessel.angle` must be less than a full turn, got {np.degrees(vessel.angle):.4g} deg."
        )


def stenosis_path(vessel: Stenosis) -> Path:
    """Straight line with a cosine-shaped narrowing.

    R(s) = R [1 − δ/2 (1 + cos(2π(s − s0)/Ls))] for |s − s0| < Ls/2, with δ the reduction of the
    diameter in the throat (Young and Tsai 1973, J. Biomech. 6:395); a reduction of the area by
    the share a means δ = 1 − √(1 − a).

    Raises
    ------
    CaseError
        If the throat closes or the narrowing does not fit into the vessel.
    """
    axis = unit(vessel.axis, "vessel.axis")
    severity = vessel.severity
    if severity > 0.99:
        raise CaseError(f"`vessel.severity` must be at most 0.99, got {severity:g}.")
    delta = 1 - np.sqrt(1 - severity) if vessel.by == "area" else severity
    s0 = vessel.length / 2 if vessel.stenosis_position is None else vessel.stenosis_position
    half = vessel.stenosis_length / 2
    if s0 - half < -1e-12 or s0 + half > vessel.length * (1 + 1e-12):
        raise CaseError(
            f"`vessel.stenosis_length` must fit into the vessel: the narrowing from {s0 - half:g} "
            f"m to {s0 + half:g} m leaves the length {vessel.length:g} m."
        )

    def radius(s: FloatArray) -> FloatArray:
        bump = 1 + np.cos(np.pi * np.clip((s - s0) / half, -1.0, 1.0))
        narrowed: FloatArray = vessel.radius * (1 - 0.5 * delta * bump)
        return narrowed

    inside = (max(s0 - half, 0.0), s0, min(s0 + half, vessel.length))
    return Path(
        length=vessel.length,
        breaks=tuple(sorted({0.0, *inside, vessel.length})),
        frames=line(np.array(vessel.center), axis),
        radius=radius,
        curvature=constant(0.0),
        feature=lambda s: np.where(np.abs(s - s0) <= half, half / 8, np.inf),
        constant_radius=False,
    )

"""Force and torque on a coil: F = ∫ J × B dV over its winding, B of everything else.

The current density NI/(thickness · height) is uniform over the winding's section and runs along
it. A straight wire is integrated along its whole length with s = l tan θ, which converges in the
field of finite sources; beside other infinite sources the force is infinite and nan is given.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.scene import Winding, WindingShape

from .stress import wrench

#: Gauss points across the section, along a straight piece and along a full circle (trapezia).
_ACROSS, _ALONG, _AROUND = 5, 10, 48
#: Gauss points on an infinite wire.
_WIRE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentElements:
    """Points in m, shape (n, 3), and I dl = J dV in A m, shape (n, 3)."""

    points: FloatArray
    moments: FloatArray


def coil_load(
    windings: tuple[Winding, ...],
    field: Callable[[FloatArray], FloatArray],
    point: FloatArray,
    scale: float,
) -> FloatArray:
    """Force and torque, shape (6,), of `field` (T) on the windings of a coil.

    Parameters
    ----------
    windings : tuple of Winding
    field : callable
        From points in m, shape (n, 3), to B without the coil's own, shape (n, 3).
    point : ndarray, shape (3,)
        Of the torque in m.
    scale : float
        Distance in m over which the field along a straight wire changes.
    """
    parts = [current_elements(winding, scale) for winding in windings]
    x = np.concatenate([part.points for part in parts])
    moments = np.concatenate([part.moments for part in parts])
    total: FloatArray = wrench(x, np.cross(moments, field(x)), point).sum(axis=0)
    return total


def current_elements(winding: Winding, scale: float = 1.0) -> CurrentElements:
    """Quadrature of the current of one winding, in the lab; `scale`: see `coil_load`."""
    if winding.shape is WindingShape.WIRE:
        local, moments = _wire(winding, scale)
    else:
        pieces = list(_pieces(winding))
        local = np.concatenate([x for x, _ in pieces])
        moments = np.concatenate([m for _, m in pieces])
    R = winding.rotation
    return CurrentElements(points=local @ R.T + winding.center, moments=moments @ R.T)


def _gauss(start: float, end: float, n: int) -> tuple[FloatArray, FloatArray]:
    nodes, w = np.polynomial.legendre.leggauss(n)
    half = 0.5 * (end - start)
    return start + half * (nodes + 1.0), half * w


def _wire(winding: Winding, scale: float) -> tuple[FloatArray, FloatArray]:
    theta, w = _gauss(-0.5 * math.pi, 0.5 * math.pi, _WIRE)
    z, dz = scale * np.tan(theta), scale * w / np.cos(theta) ** 2
    zero = np.zeros_like(z)
    moments = np.stack([zero, zero, winding.ampere_turns * dz], axis=1)
    return np.stack([zero, zero, z], axis=1), moments


def _pieces(winding: Winding) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Points and moments of the arcs and straights of a winding in its own axes."""
    if winding.shape is WindingShape.SOLENOID:
        inner, outer, height = winding.dimensions
        density = winding.ampere_turns / ((outer - inner) * height)
        phi = np.arange(_AROUND) * 2.0 * math.pi / _AROUND
        step = np.full(_AROUND, 2.0 * math.pi / _AROUND)
        yield _arc((inner, outer), height, (phi, step), np.zeros(2), density)
        return
    along, across, radius, thickness, height = winding.dimensions
    density = winding.ampere_turns / (thickness * height)
    half = 0.5 * np.array([along, across]) - radius
    for quarter in range(4):
        start = 0.5 * math.pi * quarter
        signs = np.sign([math.cos(start + 0.25 * math.pi), math.sin(start + 0.25 * math.pi)])
        angles = _gauss(start, start + 0.5 * math.pi, _ALONG)
        yield _arc((radius, radius + thickness), height, angles, signs * half, density)
        length = 2.0 * half[1 if quarter % 2 == 0 else 0]
        if length > 0.0:
            offset = 0.5 * (along if quarter % 2 == 0 else across)
            yield _straight(start, offset, length, (thickness, height), density)


def _arc(
    radii: tuple[float, float],
    height: float,
    angles: tuple[FloatArray, FloatArray],
    middle: FloatArray,
    density: float,
) -> tuple[FloatArray, FloatArray]:
    """A piece of a ring about `middle` (x, y)."""
    r, dr = _gauss(*radii, _ACROSS)
    z, dz = _gauss(-0.5 * height, 0.5 * height, _ALONG)
    phi, dphi = angles
    rr, zz, pp = (g.ravel() for g in np.meshgrid(r, z, phi, indexing="ij"))
    w = np.einsum("i,j,k->ijk", r * dr, dz, dphi).ravel() * density
    x = np.stack([middle[0] + rr * np.cos(pp), middle[1] + rr * np.sin(pp), zz], axis=1)
    moments = np.stack([-w * np.sin(pp), w * np.cos(pp), 0.0 * w], axis=1)
    return x, moments


def _straight(
    angle: float, offset: float, length: float, section: tuple[float, float], density: float
) -> tuple[FloatArray, FloatArray]:
    """A bar beyond `offset` in the direction `angle`, its current 90° ahead of it."""
    thickness, height = section
    s, ds = _gauss(-0.5 * length, 0.5 * length, 2 * _ALONG)
    t, dt = _gauss(offset, offset + thickness, _ACROSS)
    z, dz = _gauss(-0.5 * height, 0.5 * height, _ALONG)
    ss, tt, zz = (g.ravel() for g in np.meshgrid(s, t, z, indexing="ij"))
    w = np.einsum("i,j,k->ijk", ds, dt, dz).ravel() * density
    out = np.array([math.cos(angle), math.sin(angle), 0.0])
    ahead = np.array([-math.sin(angle), math.cos(angle), 0.0])
    x = np.outer(tt, out) + np.outer(ss, ahead)
    x[:, 2] = zz
    return x, np.outer(w, ahead)

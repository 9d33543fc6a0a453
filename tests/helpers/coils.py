"""Coils for tests, and independent fields of them: sums of loops, filaments and thin sheets."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.tables import valid
from magcap.arrays import FloatArray
from magcap.case import Coil
from magcap.constants import MU_0
from magcap.geometry.scene import Winding, windings

Field = Callable[[FloatArray], FloatArray]


def coil(**keys: Any) -> Winding:
    """The only winding of a coil."""
    (winding,) = windings([valid(Coil, keys)])
    return winding


def solenoid(**changes: Any) -> Winding:
    """A thick one: 20 to 30 mm in radius, 30 mm high, 10 kA in all."""
    keys: dict[str, Any] = {
        "shape": "solenoid",
        "inner_diameter": "40 mm",
        "outer_diameter": "60 mm",
        "height": "30 mm",
        "turns": 1000,
        "current": "10 A",
    }
    return coil(**{**keys, **changes})


def racetrack(**changes: Any) -> Winding:
    """Opening 60 by 30 mm with corners of 8 mm, 10 mm thick, 16 mm high, 10 kA in all."""
    keys: dict[str, Any] = {
        "shape": "racetrack",
        "inner_size": ["60 mm", "30 mm"],
        "corner_radius": "8 mm",
        "thickness": "10 mm",
        "height": "16 mm",
        "turns": 1000,
        "current": "10 A",
    }
    return coil(**{**keys, **changes})


def gauss(low: float, high: float, n: int) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of Gauss–Legendre on an interval."""
    x, w = np.polynomial.legendre.leggauss(n)
    return 0.5 * (low + high) + 0.5 * (high - low) * x, 0.5 * (high - low) * w


def loop_sum(winding: Winding, points: FloatArray, n: int = 12) -> FloatArray:
    """B of a solenoid in its own axes from n × n of magpylib's loops; for points outside."""
    import magpylib

    inner, outer, height = winding.dimensions
    B = np.zeros_like(points)
    for a, w in zip(*gauss(inner, outer, n), strict=True):
        for z, v in zip(*gauss(-0.5 * height, 0.5 * height, n), strict=True):
            current = winding.current_density * w * v
            loop = magpylib.current.Circle(diameter=2 * a, current=current, position=(0, 0, z))
            B += loop.getB(points)
    return B


def sheet_sum(winding: Winding, points: FloatArray, n: int = 40) -> FloatArray:
    """B of a solenoid in its own axes from thin sheets, at points inside of it as well.

    A sheet of K A/m is the surface of a magnetised cylinder; integrated over the radius on either
    side of the point.
    """
    import magpylib

    inner, outer, height = winding.dimensions
    B = np.zeros_like(points)
    for i, point in enumerate(points):
        rho = float(np.clip(np.hypot(*point[:2]), inner, outer))
        for low, high in ((inner, rho), (rho, outer)):
            if high - low < 1e-12:
                continue
            for a, w in zip(*gauss(low, high, n), strict=True):
                sheet = magpylib.magnet.Cylinder(
                    dimension=(2 * a, height),
                    polarization=(0, 0, MU_0 * winding.current_density * w),
                )
                B[i] += sheet.getB(point)
    return B


def filament_sum(
    winding: Winding, points: FloatArray, *, n: int = 8, pieces: int = 60
) -> FloatArray:
    """B of a racetrack in its own axes from n × n polygons of straight filaments.

    Corners are extrapolated from two numbers of pieces, whose error falls with the square.
    """
    fine = _polygons(winding, points, n, 2 * pieces)
    return (4.0 * fine - _polygons(winding, points, n, pieces)) / 3.0


def _polygons(winding: Winding, points: FloatArray, n: int, pieces: int) -> FloatArray:
    import magpylib

    a, b, corner, thickness, height = winding.dimensions
    phi = np.linspace(0.0, 0.5 * np.pi, pieces + 1)
    B = np.zeros_like(points)
    for s, w in zip(*gauss(0.0, thickness, n), strict=True):
        turns = []
        for k, (sx, sy) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
            angle = phi + 0.5 * np.pi * k
            center = [sx * (0.5 * a - corner), sy * (0.5 * b - corner)]
            turns.append(center + (corner + s) * np.column_stack([np.cos(angle), np.sin(angle)]))
        line = np.concatenate([*turns, turns[0][:1]])
        line = line[np.r_[True, np.linalg.norm(np.diff(line, axis=0), axis=1) > 1e-12]]
        for z, v in zip(*gauss(-0.5 * height, 0.5 * height, n), strict=True):
            vertices = np.column_stack([line, np.full(len(line), z)])
            current = winding.current_density * w * v
            B += magpylib.current.Polyline(current=current, vertices=vertices).getB(points)
    return B


def differences(field: Field, points: FloatArray, step: float) -> FloatArray:
    """∂B_i/∂x_j by central differences of fourth order, shape (n, 3, 3)."""
    gradient = np.empty((len(points), 3, 3))
    for j in range(3):
        h = np.zeros(3)
        h[j] = step
        f = [field(points + m * h) for m in (1, -1, 2, -2)]
        gradient[:, :, j] = (8 * (f[0] - f[1]) - (f[2] - f[3])) / (12 * step)
    return gradient


def circulation(field: Field, corners: FloatArray, *, panels: int = 60, n: int = 8) -> float:
    """∮ B·dl/μ0 in A around a closed polygon, by Gauss panels."""
    total = 0.0
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        edges = np.linspace(0.0, 1.0, panels + 1)
        t, w = np.concatenate(
            [np.array(gauss(p, q, n)) for p, q in itertools.pairwise(edges)], axis=1
        )
        B = field(start + t[:, None] * (end - start))
        total += float(w @ (B @ (end - start)))
    return total / MU_0


def curl(gradient: FloatArray) -> FloatArray:
    """∇ × B from ∂B_i/∂x_j, shape (n, 3)."""
    G = gradient
    return np.stack(
        [G[:, 2, 1] - G[:, 1, 2], G[:, 0, 2] - G[:, 2, 0], G[:, 1, 0] - G[:, 0, 1]], axis=1
    )

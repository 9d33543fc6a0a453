"""Exact field of windings of uniform current density: outside, in the bore and in the winding.

- A solenoid (`_loop_kernels`): loops and thin sheets by elliptic integrals, integrated over the
  radius; its gradient follows from loops at its ends, div B = 0 and curl B = μ0 J.
- A racetrack (`_bar_kernels`, `_arc_kernels`): straight bars in closed form, corners by the closed
  form of their section integrated over the angle.
- A straight infinite wire: B = μ0 I/(2π ρ).

Quadratures choose their points by the distance to the nearest singularity of the integrand, for
errors near 1e-11 of the field everywhere. In a winding the gradient is not symmetric: curl B =
μ0 J. On a winding's surface, where the gradient jumps, it is that of one side.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.constants import MU_0
from magcap.geometry.scene import Winding, WindingShape

#: Lengths of the Gauss–Legendre rules.
_RULES = (3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20)


def flux_density(winding: Winding, points: FloatArray) -> FloatArray:
    """B of a winding in T.

    Parameters
    ----------
    winding : Winding
    points : ndarray, shape (n, 3)
        In m, in the lab.

    Returns
    -------
    ndarray, shape (n, 3)
    """
    return _evaluate(winding, points, slope=False)[0]


def field_and_gradient(winding: Winding, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """B in T and ∂B_i/∂x_j in T/m of a winding.

    Parameters
    ----------
    winding : Winding
    points : ndarray, shape (n, 3)
        In m, in the lab.

    Returns
    -------
    ndarray, shape (n, 3); ndarray, shape (n, 3, 3)
    """
    return _evaluate(winding, points, slope=True)


def _evaluate(
    winding: Winding, points: FloatArray, *, slope: bool
) -> tuple[FloatArray, FloatArray]:
    """Field and, if wanted, gradient; the gradient is empty otherwise."""
    rotation = winding.rotation
    x = np.ascontiguousarray((np.asarray(points, dtype=float) - winding.center) @ rotation)
    match winding.shape:
        case WindingShape.SOLENOID:
            B, gradient = _solenoid(winding, x, slope)
        case WindingShape.RACETRACK:
            B, gradient = _racetrack(winding, x, slope)
        case WindingShape.WIRE:
            B, gradient = _wire(winding, x)
    return B @ rotation.T, rotation @ gradient @ rotation.T


def _solenoid(winding: Winding, x: FloatArray, slope: bool) -> tuple[FloatArray, FloatArray]:
    from ._loop_kernels import circular_winding

    inner, outer, height = winding.dimensions
    unit = MU_0 * winding.current_density
    B, gradient = circular_winding(x, inner, outer, height, *_rules(), slope)
    return unit * B, unit * gradient


def _racetrack(winding: Winding, x: FloatArray, slope: bool) -> tuple[FloatArray, FloatArray]:
    """Four bars and four corners, counterclockwise from the side at +x."""
    from ._arc_kernels import arcs
    from ._bar_kernels import bars

    a, b, radius, thickness, height = winding.dimensions
    straight_x, straight_y = a - 2.0 * radius, b - 2.0 * radius
    X, Y = 0.5 * (a + thickness), 0.5 * (b + thickness)
    centers = np.array([[X, 0.0, 0.0], [0.0, Y, 0.0], [-X, 0.0, 0.0], [0.0, -Y, 0.0]])
    directions = np.array([[0.0, 1, 0], [-1, 0, 0], [0, -1, 0], [1, 0, 0]])
    lengths = np.array([straight_y, straight_x] * 2)
    halves = 0.5 * np.column_stack([np.full(4, thickness), np.full(4, height), lengths])
    bar = lengths > 1e-12 * (a + b)
    corners = 0.5 * np.array([[1.0, 1], [-1, 1], [-1, -1], [1, -1]]) * [straight_x, straight_y]
    starts = 0.5 * math.pi * np.arange(4)
    B, gradient = np.zeros((len(x), 3)), np.zeros((len(x) if slope else 0, 3, 3))
    bars(x, centers[bar], directions[bar], halves[bar], *_rules(), slope, B, gradient)
    section = (radius, radius + thickness, height)
    arcs(x, corners, starts, 0.5 * math.pi, section, *_rules(), slope, B, gradient)
    unit = MU_0 * winding.current_density / (4.0 * math.pi)
    return unit * B, unit * gradient


def _wire(winding: Winding, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """B = μ0 I/(2π ρ²) (−y, x, 0); 0 within 1 nm of the wire itself."""
    unit = MU_0 * winding.current / (2.0 * math.pi)
    X, Y = x[:, 0], x[:, 1]
    square = X * X + Y * Y
    inverse = np.divide(1.0, square, out=np.zeros_like(square), where=square > 1e-18)
    B = unit * inverse[:, None] * np.column_stack([-Y, X, 0.0 * X])
    gradient = np.zeros((len(x), 3, 3))
    gradient[:, 0, 0] = 2.0 * X * Y * inverse**2
    gradient[:, 1, 1] = -gradient[:, 0, 0]
    gradient[:, 0, 1] = gradient[:, 1, 0] = (Y * Y - X * X) * inverse**2
    return B, unit * gradient


@cache
def _rules() -> tuple[IntArray, FloatArray, FloatArray]:
    """Lengths, nodes and weights of the Gauss–Legendre rules on [−1, 1], one a row."""
    counts = np.array(_RULES)
    nodes, weights = np.zeros((2, len(counts), counts[-1]))
    for row, n in enumerate(_RULES):
        nodes[row, :n], weights[row, :n] = np.polynomial.legendre.leggauss(n)
    return counts, nodes, weights

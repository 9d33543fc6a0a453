"""Magnetised wire across a stream (Watson 1973): capture radii in potential flow.

A soft iron wire of radius a, magnetised along the flow. Drift of linear carriers
v_r = −V_m cos 2θ (a/r)³, v_θ = −V_m sin 2θ (a/r)³ (the short-ranged term is left out), blood in
potential flow u_r = V₀(1 − a²/r²) cos θ, u_θ = −V₀(1 + a²/r²) sin θ. Who starts far upstream and
nearer to the axis than R_c ends on the wire.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from helpers import capture_lumens as lumens, lattice_lumens as lattice
from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen
from magcap.solvers import tracking
from magcap.solvers.tracking import trace

WIRE, V0, FAR = 50e-6, 1e-3, 100.0  # radius in m, m/s, upstream distance in wire radii
#: V_m/V₀: R_c/a, by an independent program.
RADII = {0.5: 0.2502, 2.0: 0.9605, 10.0: 2.3975, 50.0: 4.5508}


def velocity(x: FloatArray, z: FloatArray, ratio: float) -> tuple[FloatArray, FloatArray]:
    """Blood and drift in units of V₀ and a, shape (2, n) each."""
    r, angle = np.hypot(x, z), np.arctan2(z, x)
    c, s = np.cos(angle), np.sin(angle)
    u = np.stack([(1 - r**-2) * c, -(1 + r**-2) * s])
    v = -ratio * r**-3 * np.stack([np.cos(2 * angle), np.sin(2 * angle)])
    return _turned(u, c, s), _turned(v, c, s)


def _turned(polar: FloatArray, c: FloatArray, s: FloatArray) -> FloatArray:
    """Components along x and z of components along r and θ."""
    return np.stack([polar[0] * c - polar[1] * s, polar[0] * s + polar[1] * c])


def by_scipy(ratio: float) -> float:
    """R_c/a by bisection of paths."""

    def rate(_: float, p: FloatArray) -> FloatArray:
        u, v = velocity(p[0], p[1], ratio)
        return np.asarray(u + v)

    def touches(_: float, p: FloatArray) -> float:
        return float(np.hypot(*p) - 1)

    def passes(_: float, p: FloatArray) -> float:
        return float(p[0] - 30)

    touches.terminal = passes.terminal = True  # type: ignore[attr-defined]
    low, high = 0.0, 8.0
    for _ in range(14):
        middle = 0.5 * (low + high)
        found = solve_ivp(
            rate, (0, 1e4), [-FAR, middle], events=[touches, passes], rtol=1e-8, atol=1e-10
        )
        hit = len(found.t_events[0]) > 0
        low, high = (middle, high) if hit else (low, middle)
    return 0.5 * (low + high)


@pytest.mark.parametrize(("ratio", "published"), RADII.items())
def test_capture_radius_by_scipy(ratio: float, published: float) -> None:
    assert by_scipy(ratio) == pytest.approx(published, rel=0.01)


@pytest.fixture(scope="module")
def lumen() -> Lumen:
    """Half of the space around the wire: logarithm of the radius × angle × a slice along it."""
    outer = np.log(1.2 * FAR)
    grid = lattice.box(
        np.linspace(0, outer, 49),
        np.linspace(0, np.pi, 33),
        np.linspace(0, 20 * WIRE, 3),
        {"x+": "inlet", "y-": "outlet", "y+": "outlet", "z-": "outlet", "z+": "outlet"},
    )
    s, angle, y = grid.mesh.points.T
    r = WIRE * np.exp(s)
    points = np.column_stack([-r * np.cos(angle), y, r * np.sin(angle)])
    return replace(
        grid, mesh=replace(grid.mesh, points=points), wall_distance=np.maximum(r - WIRE, 0.0)
    )


def border(lumen: Lumen, ratio: float, exact: float) -> float:
    """R_c/a by the tracer, from starts on a line upstream."""
    x, _, z = lumen.mesh.points.T
    fields = velocity(x / WIRE, z / WIRE, ratio)
    u, drift = (V0 * np.column_stack([f[0], 0 * x, f[1]]) for f in fields)
    n = 241
    height = exact * np.linspace(0.9, 1.1, n)
    how = lumens.motion(n, 1e-9, 1.0, sphere=False, tolerance=1e-4, duration=1e4 * WIRE / V0)
    packed = tracking.pack(lumen, u, drift, np.full(len(x), lumens.VISCOSITY))
    start = np.column_stack([0 * height - FAR * WIRE, 0 * height + 10 * WIRE, height * WIRE])
    found = trace(packed, lumen, lattice.located(packed, start), how)
    held = found.state == 1
    assert held[0]
    assert not held[-1]
    return float(height[held].max())


@pytest.mark.parametrize("ratio", [2.0, 10.0])
def test_capture_radius_of_the_tracer(lumen: Lumen, ratio: float) -> None:
    """Strong wires only: streamlines that slip along the wire leak out of nodal values."""
    exact = by_scipy(ratio)
    assert border(lumen, ratio, exact) == pytest.approx(exact, rel=0.015)
    assert border(lumen, 1.1 * ratio, exact) != pytest.approx(exact, rel=0.015)

"""Rod magnet across a vessel (Furlani and Ng 2006): critical radii against quadrature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad

from helpers import capture_lumens as lumens, lattice_lumens as lattice
from helpers.capture_oracles import MU_0, captured_by_uniform_drift, rod_force
from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen
from magcap.solvers import tracking
from magcap.solvers.tracking import Motion, PackedLumen, trace

VESSEL, SPEED, VISCOSITY = 50e-6, 0.01, 3e-3  # radius (m), mean (m/s), Pa s
ROD, M, SATURATION = 20e-3, 1e6, 478e3  # radius (m), A/m, A/m
HALF = 8  # of the vessel's length, in distances of the rod

#: Published case: distance in m: law: critical radius in m.
CRITICAL = {
    ("linear", 25e-3): 140.7e-9,
    ("saturated", 25e-3): 172.7e-9,
    ("both", 25e-3): 178.9e-9,
    ("both", 45e-3): 455.9e-9,
}


def share(law: str) -> Callable[[FloatArray], FloatArray]:
    """Magnetisation over |H| of magnetite with χ ≫ 1: 3, Ms/|H|, or the smaller one."""
    return {
        "linear": lambda H: 3.0 + 0 * H,
        "saturated": lambda H: SATURATION / H,
        "both": lambda H: np.minimum(3.0, SATURATION / H),
    }[law]


def drift_over_radius_squared(law: str, distance: float) -> float:
    """∫v dx/a² in 1/s along the axis, by quadrature: v = (2a²/9η) μ0 f(H) ½∂|H|²/∂z."""

    def v(x: float) -> float:
        H, _, slope = rod_force(np.array(x), np.array(distance), M=M, radius=ROD)
        return float(2 / (9 * VISCOSITY) * MU_0 * share(law)(H) * -slope)

    end = HALF * distance
    return 2 * float(quad(v, 0, end, limit=400, points=[0.5 * distance, distance])[0])


def critical(law: str, distance: float) -> float:
    """Radius from which on all are captured: ∫v dx = (8/3) U R."""
    needed = 8 / 3 * SPEED * VESSEL
    return float(np.sqrt(needed / drift_over_radius_squared(law, distance)))


@pytest.mark.parametrize(("case", "published"), CRITICAL.items(), ids=str)
def test_published_critical_radii(case: tuple[str, float], published: float) -> None:
    assert critical(*case) == pytest.approx(published, rel=2e-3)


@pytest.mark.parametrize("distance", [25e-3, 45e-3])
def test_closed_forms_of_the_impulse(distance: float) -> None:
    """∫F dx of the endless rod: VMJR²π/(2d²) saturated, VfJ²R⁴·3π/(16μ0d⁴) linear."""
    J = MU_0 * M
    saturated = SATURATION * J * ROD**2 * np.pi / (2 * distance**2)
    linear = 3.0 * J**2 * ROD**4 * 3 * np.pi / (16 * MU_0 * distance**4)
    for law, exact in (("saturated", saturated), ("linear", linear)):
        found = drift_over_radius_squared(law, distance) * 9 * VISCOSITY / 2
        assert found == pytest.approx(exact, rel=2e-3)


@pytest.fixture(scope="module")
def vessel() -> Lumen:
    return lattice.tube(VESSEL, 2 * HALF * 25e-3, across=4, along=100)


def packed_with(lumen: Lumen, law: str, distance: float, factor: float = 1.0) -> PackedLumen:
    """Exact Poiseuille flow and the law of the code in the exact field of the rod below."""
    x, y, z = lumen.mesh.points.T
    H, along, towards = rod_force(x, z + distance, M=M, radius=ROD)
    magnitude = np.column_stack([0 * H, 0 * H, MU_0 * H])
    driver = MU_0**2 * np.column_stack([along, 0 * y, towards])
    force = lumens.force_of(
        magnitude,
        factor * driver,
        law={"linear": "linear", "both": "linear-saturating"}[law],
        saturation=SATURATION,
        susceptibility=1e9,
    )
    u = lumens.poiseuille(lumen, SPEED, VESSEL)
    return tracking.pack(lumen, u, force, np.full(len(u), VISCOSITY))


def beads(radius: FloatArray) -> Motion:
    """Magnetite spheres; nothing but drag and magnet."""
    how = lumens.motion(len(radius), 1.0, tolerance=1e-4, duration=1e4)
    moment = SATURATION * 4 / 3 * np.pi * radius**3
    return replace(how, diameter=2 * radius, moment=moment)


def smallest_captured(lumen: Lumen, packed: PackedLumen, guess: float) -> float:
    """Radius of the smallest sphere that is captured from the wall opposite to the rod."""
    radius = guess * np.linspace(0.9, 1.1, 401)
    top = np.tile([-HALF * 25e-3, 0.0, 0.99 * VESSEL], (len(radius), 1))
    found = trace(packed, lumen, lattice.located(packed, top), beads(radius))
    held = found.state == 1
    assert held[-1]
    assert not held[0]
    first = int(np.argmax(held))
    assert held[first:].all()
    return float(radius[first])


@pytest.mark.parametrize("law", ["linear", "both"])
def test_critical_radius_of_the_tracer(vessel: Lumen, law: str) -> None:
    exact = critical(law, 25e-3)
    packed = packed_with(vessel, law, 25e-3)
    assert smallest_captured(vessel, packed, exact) == pytest.approx(exact, rel=5e-3)
    planted = packed_with(vessel, law, 25e-3, factor=1.05)
    assert smallest_captured(vessel, planted, exact) != pytest.approx(exact, rel=5e-3)


@pytest.mark.parametrize("part", [0.3, 0.7])
def test_partial_capture(vessel: Lumen, part: float) -> None:
    """Below the critical radius the captured share is that of a uniform drift with ∫v dx."""
    n = 20_000
    radius = part * critical("both", 25e-3)
    packed = packed_with(vessel, "both", 25e-3)
    value, _ = lumens.captured(vessel, packed, beads(np.full(n, radius)))
    lumens.assert_fraction(value, captured_by_uniform_drift(part**2), n, level=0.01)


def test_no_magnet_no_capture(vessel: Lumen) -> None:
    packed = packed_with(vessel, "both", 25e-3, factor=0.0)
    radius = np.full(2000, 1e-7)
    assert lumens.captured(vessel, packed, beads(radius))[0] == 0.0

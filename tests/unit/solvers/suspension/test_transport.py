"""The concentration of a suspension in given flows: balances, exact profiles, captured shares."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.special import j0, j1, jn_zeros

from helpers.orders import assert_order
from helpers.suspensions import LENGTH, R, vessel_case
from magcap.arrays import FloatArray
from magcap.case import CarrierStream
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.solvers import fem, solenoidal
from magcap.solvers.suspension import Entry, Transport, Transported
from magcap.solvers.suspension.cells import corner_weights

U = 1e-3
CORE = CarrierStream.model_validate({"center": ["-3 mm", "0 mm", "0 mm"], "radius": "0.5 mm"})


@cache
def vessel(kind: str, size: float) -> Lumen:
    case = vessel_case(f"{kind} {size} {U}")
    return build_lumen(case.vessel, case.mesh)


def poiseuille(lumen: Lumen) -> FloatArray:
    """ŵ of Poiseuille flow in the tube."""
    points = lumen.mesh.points
    u = np.zeros_like(points)
    u[:, 0] = 2 * U * (1 - (points[:, 1] ** 2 + points[:, 2] ** 2) / R**2)
    u[lumen.wall_distance == 0.0] = 0.0
    return np.asarray(solenoidal.reconstruct(lumen, u).reference[0])


def plug(lumen: Lumen) -> FloatArray:
    """ŵ of a velocity that is the same everywhere."""
    u = np.tile([U, 0.0, 0.0], (len(lumen.mesh.points), 1))
    return fem.contravariant(lumen.mesh.points, lumen.mesh.cells, u)


def transported(
    lumen: Lumen,
    reference: FloatArray,
    *,
    stream: CarrierStream | None = None,
    drift: tuple[float, float, float] = (0.0, 0.0, 0.0),
    diffusivity: float = 0.0,
) -> Transported:
    inlets = tuple(one.name for one in lumen.inlets)
    machine = Transport(
        lumen,
        Entry(inlets=inlets, stream=stream),
        np.tile(drift, (len(lumen.mesh.points), 1)),
        diffusivity=diffusivity,
        speed=U,
    )
    try:
        return machine.solve(reference)
    finally:
        machine.close()


def middle_of_cells(lumen: Lumen) -> FloatArray:
    return np.asarray(lumen.mesh.points[lumen.mesh.cells[:, :4]].mean(axis=1))


def error(lumen: Lumen, found: Transported, exact: FloatArray) -> float:
    """Mean of |n − exact| over the cells, by volume."""
    volume = corner_weights(lumen).sum(axis=1)
    return float(np.sum(volume * abs(found.values.mean(axis=1) - exact)) / volume.sum())


@pytest.mark.parametrize("kind", ["tube", "bend"])
def test_a_uniform_suspension_stays_uniform(kind: str) -> None:
    """Whatever the flow: here a velocity that is no flow at all, made divergence-free."""
    lumen = vessel(kind, 0.5)
    size = np.linalg.norm(lumen.mesh.points, axis=1)[:, None]
    u = U * np.tile(np.array(lumen.inlet.normal) * -1.0, (len(size), 1)) * (1 + size / R)
    u[lumen.wall_distance == 0.0] = 0.0
    found = transported(lumen, solenoidal.reconstruct(lumen, u).reference[0], diffusivity=1e-10)
    assert np.allclose(found.values, 1.0, atol=1e-9)
    assert found.imbalance < 1e-10
    assert abs(found.flows["wall"]) < 1e-12 * found.inflow


def test_all_carriers_are_accounted_for() -> None:
    """A stream that spreads, drifts onto the wall and leaves."""
    lumen = vessel("tube", 0.4)
    found = transported(
        lumen, poiseuille(lumen), stream=CORE, drift=(0.0, 0.0, -1e-4), diffusivity=1e-10
    )
    assert found.imbalance < 1e-10
    assert 0.02 < found.flows["wall"] / found.inflow < 0.9
    assert found.values.min() > -1e-12
    assert found.values.max() < 1.0 + 1e-12


def test_a_stream_keeps_its_place_in_poiseuille_flow() -> None:
    """n = 1 within half the radius all along: the jump is as wide as a cell, so order 1."""
    sizes, errors, shares = (0.4, 0.2), [], []
    for size in sizes:
        lumen = vessel("tube", size)
        found = transported(lumen, poiseuille(lumen), stream=CORE)
        middle = middle_of_cells(lumen)
        exact = (np.hypot(middle[:, 1], middle[:, 2]) < 0.5 * R).astype(float)
        errors.append(error(lumen, found, exact))
        shares.append(found.inflow / (np.pi * R**2 * U) - (1 - 0.75**2))
    assert_order(sizes, errors, floor=0.7, ceiling=0.05)
    assert abs(shares[-1]) < 0.01


def spread(points: FloatArray, diffusivity: float) -> FloatArray:
    """Plug flow, radial diffusion: a²/R² + Σ 2(a/R) J₁(λa/R)/(λJ₀²(λ)) J₀(λr/R) e^(−λ²Dx/UR²)."""
    a, x = 0.5, points[:, 0] + 0.5 * LENGTH
    r = np.hypot(points[:, 1], points[:, 2]) / R
    total = np.full(len(points), a**2)
    for root in jn_zeros(1, 200):
        decay = np.exp(-(root**2) * diffusivity * x / (U * R**2))
        total += 2 * a * j1(root * a) / (root * j0(root) ** 2) * j0(root * r) * decay
    return total


def spread_errors(sizes: tuple[float, ...], diffusivity: float = 2e-8) -> list[float]:
    errors = []
    for size in sizes:
        lumen = vessel("tube", size)
        found = transported(lumen, plug(lumen), stream=CORE, diffusivity=diffusivity)
        middle = middle_of_cells(lumen)
        behind = middle[:, 0] > 0.0  # where the jump at the inlet is forgotten
        exact = np.where(behind, spread(middle, 2e-8), found.values.mean(axis=1))
        errors.append(2 * error(lumen, found, exact))
    return errors


def test_a_stream_spreads_as_it_must() -> None:
    sizes = (0.4, 0.2)
    assert_order(sizes, spread_errors(sizes), floor=1.3, ceiling=0.01)


def test_a_planted_diffusivity_is_caught() -> None:
    assert spread_errors((0.4,), diffusivity=3e-8)[0] > 0.02


def captured_share(drift: float) -> float:
    """Share of the flux through a tube that a uniform drift across it brings onto the wall.

    A carrier at (y, z) falls along z through the parabola: it is caught if the fluid it passes,
    ∫u dz/v, is shorter than the tube. By quadrature over the inlet.
    """
    y, z = np.meshgrid(np.linspace(-1, 1, 801), np.linspace(-1, 1, 801), indexing="ij")
    inside = y**2 + z**2 < 1.0
    floor = -np.sqrt(np.maximum(1 - y**2, 0.0))
    speed = np.where(inside, 2 * (1 - y**2 - z**2), 0.0)
    passed = 2 * ((1 - y**2) * (z - floor) - (z**3 - floor**3) / 3) * U * R / drift
    return float(speed[passed < LENGTH].sum() / speed.sum())


def test_drift_brings_the_share_of_the_exact_paths_onto_the_wall() -> None:
    drift, errors = 1e-4, []
    for size in (0.4, 0.2):
        lumen = vessel("tube", size)
        found = transported(lumen, poiseuille(lumen), drift=(0.0, 0.0, -drift))
        errors.append(abs(found.flows["wall"] / found.inflow - captured_share(drift)))
    assert errors[-1] < 0.005
    assert errors[-1] < 0.6 * errors[0]


def test_a_stream_beside_the_inlet_carries_nothing() -> None:
    lumen = vessel("tube", 0.4)
    beside = CarrierStream.model_validate({"center": ["-3 mm", "3 mm", "0 mm"], "radius": "1 mm"})
    found = transported(lumen, poiseuille(lumen), stream=beside)
    assert np.all(found.values == 0.0)
    assert found.inflow == 0.0 and found.imbalance == 0.0

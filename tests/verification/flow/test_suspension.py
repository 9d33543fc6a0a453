"""Blood under the magnetic force of its carriers: exact solutions, two ways, what must not move.

Kelvin's force n F is exact in the limit of a dilute suspension; the pressure jump ½μ0(M·n)² of the
other form of the stress is then of second order in n, and is left out with the carriers' own field.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI
from scipy.optimize import brentq

from helpers.orders import assert_order
from helpers.suspensions import (
    LENGTH,
    MOMENT,
    MU,
    Ground,
    R,
    along_x,
    dipole,
    ground,
    no_field,
)
from magcap.arrays import FloatArray
from magcap.case import Suspension
from magcap.errors import SolverError
from magcap.solvers import fem, suspension
from magcap.solvers.results import FieldSample, FlowField
from magcap.solvers.suspension import DrivenFlow, Load, carried, coupling, driven

U, GRADIENT = 1e-3, 100.0
CORE = {"center": ["-3 mm", "0 mm", "0 mm"], "radius": "0.5 mm"}
#: Beside the bend, on the side of its centre.
CENTER, STRENGTH = np.array([2e-3, 0.0, -3e-3]), np.array([0.0, 0.0, 0.05])


@cache
def vessel(kind: str, size: float, speed: float = U) -> Ground:
    return ground(f"{kind} {size} {speed}")


def beside(points: FloatArray) -> FieldSample:
    return dipole(points, CENTER, STRENGTH)


def driven_by(
    case: Ground, sample: FieldSample, load: Load, concentration: float
) -> tuple[FlowField, float]:
    """The flow under a concentration that is given, and its largest change over the mean speed."""
    full = case.with_suspension(concentration, coupling="two-way")
    pull = carried(full, sample, MU)
    machine = DrivenFlow(case.lumen, full, case.flow, pull, comm=MPI.COMM_SELF)
    try:
        velocity = machine.solve(load, kept=False)
        found = machine.flow(load)
    finally:
        machine.close()
    change = np.linalg.norm(velocity - case.flow.velocity, axis=1)
    return found, float(change.max()) / U


def everywhere(case: Ground, *, mean: float) -> Load:
    """n = 1."""
    n = np.ones((len(case.lumen.mesh.cells), 4))
    return Load(values=n, mean=mean, leaving={"outlet": 1.0})


@pytest.mark.parametrize("kind", ["tube", "bend"])
def test_a_uniform_suspension_moves_nothing(kind: str) -> None:
    """On coarse meshes and in a field as uneven as that of a dipole: the pressure takes it all."""
    case = vessel(kind, 0.5)
    mesh, sample = case.lumen.mesh, beside(case.lumen.mesh.points)
    found, change = driven_by(case, sample, everywhere(case, mean=1.0), 1e14)
    assert change < 1e-7
    exact = 1e14 * carried(case.with_suspension(1e14), sample, MU).energy
    assert np.ptp(exact) > 10 * case.flow.pressure_drop
    added = found.pressure - case.flow.pressure
    assert np.abs(added - exact).max() < 1e-6 * np.ptp(exact)
    mean = fem.boundary_facets(mesh, "outlet").mean(mesh.points, exact)[0]
    assert found.mean_pressures["outlet"] == pytest.approx(mean, rel=1e-3)


def test_a_suspension_that_stays_uniform_moves_nothing() -> None:
    """From the table of the case to the flow, with carriers that drift along the vessel."""
    case = vessel("tube", 0.5)
    found = case.solve(along_x(case.lumen.mesh.points, GRADIENT), 1e14)
    assert found.flow is not None and found.number > 10.0
    assert found.velocity_change < 1e-7 and found.response < 1e-7


def test_a_uniform_force_that_is_solved_for_moves_little() -> None:
    """The same without taking the potential into the pressure: of second order in the cells."""
    sizes, errors = (0.5, 0.25), []
    for size in sizes:
        case = vessel("tube", size)
        sample = beside(case.lumen.mesh.points)
        errors.append(driven_by(case, sample, everywhere(case, mean=0.0), 1e12)[1])
    assert_order(sizes, errors, floor=1.5, ceiling=0.02)


def test_without_a_field_nothing_changes() -> None:
    case = vessel("tube", 0.5)
    found = case.solve(no_field(case.lumen.mesh.points), 1e14, stream=CORE)
    assert found.flow is not None
    assert np.array_equal(found.flow.velocity, case.flow.velocity)
    assert np.array_equal(found.flow.pressure, case.flow.pressure)
    assert found.number == found.response == found.velocity_change == 0.0


def core_and_shell(force: float, a: float, r: FloatArray) -> tuple[FloatArray, float]:
    """Change of u and of dp/dx of a tube in whose core, r < a R, a force acts along the axis.

    (μ/r)(r u')' = k − f in the core, k around it, u = 0 on the wall, no change of the flow rate:
    k = f a²(2 − a²).
    """
    k = force * a**2 * (2 - a**2)
    at = -k * (1 - a**2) / 4 + force * a**2 / 2 * np.log(1 / a)
    core = at - (k - force) * (a**2 - r**2) / 4
    shell = -k * (1 - r**2) / 4 + force * a**2 / 2 * np.log(1 / np.maximum(r, a))
    return R**2 / MU * np.where(r < a, core, shell), k


def core_errors(size: float) -> tuple[float, float]:
    """RMS of the change of velocity over that of the exact one, and of the pressure gradient."""
    case, concentration = vessel("tube", size), 2e11
    points = case.lumen.mesh.points
    found = case.solve(along_x(points, GRADIENT), concentration, stream=CORE)
    assert found.flow is not None
    middle = np.abs(points[:, 0]) < R
    r = np.hypot(points[:, 1], points[:, 2])[middle] / R
    exact, k = core_and_shell(concentration * MOMENT * GRADIENT, 0.5, r)
    change = (found.flow.velocity - case.flow.velocity)[middle, 0]
    gap = float(np.sqrt(np.mean((change - exact) ** 2) / np.mean(exact**2)))
    pressure = (found.flow.pressure - case.flow.pressure)[middle]
    return gap, abs(float(np.polyfit(points[middle, 0], pressure, 1)[0]) / k - 1)


def test_a_core_is_pulled_along() -> None:
    """Exact while the core keeps its width; its edge is known to a cell."""
    sizes = (0.35, 0.25)
    found = [core_errors(size) for size in sizes]
    assert_order(sizes, [one[0] for one in found], floor=1.0, ceiling=0.06)
    assert found[-1][1] < 0.04


def test_a_planted_factor_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """1.3 times the force."""
    right = DrivenFlow._source

    def wrong(self: DrivenFlow, load: Load) -> Any:
        return 1.3 * right(self, load)

    monkeypatch.setattr(driven.DrivenFlow, "_source", wrong)
    assert core_errors(0.25)[0] > 0.2


def test_a_fast_core_narrows() -> None:
    """A force so strong that the core runs away: it carries the same flow in less width."""
    case, concentration = vessel("tube", 0.25), 2e13
    force = concentration * MOMENT * GRADIENT
    r = np.linspace(0, 1, 4001)

    def core_flow(a: float) -> float:
        """Over the whole flow, of a developed core of radius a R."""
        u = 2 * (1 - r**2) + core_and_shell(force, a, r)[0] / U
        return float(np.trapezoid(np.where(r < a, 2 * u * r, 0.0), r)) - (1 - 0.75**2)

    a = brentq(core_flow, 0.1, 0.5)
    assert a < 0.45
    points = case.lumen.mesh.points
    found = case.solve(along_x(points, GRADIENT), concentration, stream=CORE)
    assert found.flow is not None
    late = (points[:, 0] > 0.0) & (points[:, 0] < 0.4 * LENGTH)
    axis = late & (np.hypot(points[:, 1], points[:, 2]) < 1e-3 * R)
    exact = 2 * U + core_and_shell(force, a, np.zeros(1))[0][0]
    assert exact > 2.4 * U
    assert found.flow.velocity[axis, 0].mean() == pytest.approx(exact, rel=0.05)


def test_the_pressure_drop_by_the_reciprocal_theorem() -> None:
    """Δp Q = −∫n F·u₀ dV in slow flow, with the flow u₀ that is not pulled (Lorentz 1896).

    Carriers in one piece of the vessel alone, a force that no potential has.
    """
    case = vessel("tube", 0.3, 1e-4)
    mesh, concentration = case.lumen.mesh, 2e11
    x, _, z = np.moveaxis(mesh.points[mesh.cells[:, :4]], 2, 0) / R
    there = np.where(np.abs(x) < 1.5, np.cos(np.pi * x / 3) ** 2 * (1 + np.sin(np.pi * x / 3)), 0.0)
    n = there * (1 + z)
    sample = dipole(mesh.points, np.array([1e-3, 0.0, -3e-3]), STRENGTH)
    load = Load(values=n, mean=0.0, leaving={"outlet": 0.0})
    found, _ = driven_by(case, sample, load, concentration)
    pull = carried(case.with_suspension(concentration), sample, MU)
    xi, weights = fem.quadrature(3, 6)
    measure = weights * fem.cell_measures(mesh.points, mesh.cells, xi)
    linear = np.column_stack([1.0 - xi.sum(axis=1), xi])
    F, u = (
        np.einsum("qn,mnx->mqx", fem.shapes(xi), values[mesh.cells])
        for values in (pull.force, case.flow.velocity)
    )
    work = np.einsum("mqx,mqx->mq", F, u) * np.einsum("qk,mk->mq", linear, n)
    exact = -concentration * float(np.sum(measure * work)) / case.flow.inflow(case.lumen)
    assert abs(exact) > 0.02 * case.flow.pressure_drop
    assert found.pressure_drop - case.flow.pressure_drop == pytest.approx(exact, rel=0.02)


def test_the_number_tells_how_much_the_velocity_changes() -> None:
    """Over two decades, slow and fast: as large as foretold, and proportional to the carriers."""
    for speed, concentrations in ((1e-3, (2e9, 2e10, 2e11)), (5e-2, (1e11, 1e12, 1e13))):
        case = vessel("tube", 0.4, speed)
        sample = dipole(case.lumen.mesh.points, np.array([0.0, 0.0, -3e-3]), STRENGTH)
        found = [case.solve(sample, one, stream=CORE) for one in concentrations]
        response = np.array([one.response for one in found])
        assert response / response[0] == pytest.approx([1.0, 10.0, 100.0], rel=1e-2)
        assert response[0] < 0.01
        for one in found:
            assert one.velocity_change < 1.5 * one.number
            if one.response < 0.1:
                assert one.velocity_change == pytest.approx(one.response, rel=0.1)


def test_layers_across_the_pull_stay() -> None:
    """n = n(ψ): n F is a gradient however uneven n is; lying the other way it turns the blood."""
    case = vessel("tube", 0.35)
    points, cells = case.lumen.mesh.points, case.lumen.mesh.cells
    B, slope = np.zeros_like(points), np.zeros_like(points)
    B[:, 0] = 2.0 + GRADIENT * points[:, 2]
    slope[:, 2] = GRADIENT * B[:, 0]
    sample = FieldSample(
        points=points, B=B, grad_half_B2=slope, grad_B=np.zeros((len(points), 3, 3))
    )
    changes, before = [], points[:, 0] < 0.0  # the outlet's pressure does not know of layers
    for axis in (2, 1):
        n = 0.5 + 0.5 * points[cells[:, :4], axis] / R
        load = Load(values=n, mean=0.5, leaving={"outlet": 0.5})
        found, _ = driven_by(case, sample, load, 1e12)
        moved = np.linalg.norm(found.velocity - case.flow.velocity, axis=1)
        changes.append(float(moved[before].max()) / U)
    assert changes[0] < 0.1 * changes[1]
    assert changes[1] > 0.01


def test_one_way_finds_the_same_number_and_no_flow() -> None:
    case = vessel("tube", 0.5)
    sample = beside(case.lumen.mesh.points)
    found = case.solve(sample, 1e10, coupling="one-way", stream=CORE)
    assert found.flow is None and np.isnan(found.velocity_change)
    other = case.solve(sample, 1e10, stream=CORE)
    assert found.number == other.number
    assert found.response == other.response > 0.0


def test_an_iteration_that_does_not_end_says_what_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coupling, "MAX_ITERATIONS", 2)
    case = vessel("tube", 0.5)
    with pytest.raises(SolverError, match=r"no end in 2 iterations.*suspension\.concentration"):
        case.solve(along_x(case.lumen.mesh.points, GRADIENT), 2e13, stream=CORE)


def test_carriers_by_iron() -> None:
    """0.5 mg/ml in carriers of 1 pg is 5e14 of them a m³."""
    carrier = vessel("tube", 0.5).case.carrier[0]
    held = carrier.model_copy(update={"iron_mass": 1e-15, "magnetic_fraction": None})
    table = Suspension.model_validate({"iron": "0.5 mg/ml"})
    assert suspension.concentration_of(table, held) == pytest.approx(5e14)

"""The fluid of a carrier through the tracer: zero test, drift by its viscosity, other shapes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers import capture_lumens as lumens
from magcap.case import Blood, Capture, Carrier
from magcap.geometry.mesh import Lumen
from magcap.solvers.results import CarrierCapture, CarrierState, FieldSample, FlowField
from magcap.solvers.tracking import solve

R, L, U = 1e-3, 10e-3, 0.05


@pytest.fixture(scope="module")
def tube() -> Lumen:
    return lumens.tube(R, L)


def flow_field(lumen: Lumen, thinning: float = 0.0) -> FlowField:
    """Poiseuille flow; the viscosity falls by `thinning` from the axis to the wall."""
    r2 = (lumen.mesh.points[:, 1:] ** 2).sum(axis=1) / R**2
    return lumens.poiseuille_flow(lumen, U, R, 3.5e-3 * (1 - thinning * np.minimum(r2, 1.0)))


def captured(lumen: Lumen, *, thinning: float = 0.0, **changes: Any) -> CarrierCapture:
    """Saturated carriers in a uniform pull towards −z."""
    n = len(lumen.mesh.points)
    sample = FieldSample(
        points=lumen.mesh.points,
        B=np.tile([0.0, 0.0, 10.0], (n, 1)),
        grad_half_B2=np.tile([0.0, 0.0, -600.0], (n, 1)),
        grad_B=np.zeros((n, 3, 3)),
    )
    values = {
        "name": "cell",
        "diameter": "10 um",
        "iron_mass": "10 pg",
        "core_diameter": "20 nm",
        "density": "1060 kg/m^3",
        "count": 2000,
        **changes,
    }
    capture = Capture(forces=("magnetic", "drag"), control=False, dynamics="overdamped")
    carrier = Carrier.model_validate(values)
    flow = flow_field(lumen, thinning)
    return solve(lumen, flow, sample, carrier, capture, Blood(), comm=MPI.COMM_SELF)


def test_own_fluid_like_the_blood_changes_nothing(tube: Lumen) -> None:
    blood = captured(tube, fluid="blood")
    own = captured(tube, fluid={"viscosity": "3.5 mPa*s", "density": "1060 kg/m^3"})
    assert np.array_equal(blood.ensemble.position, own.ensemble.position)
    assert blood.max_drift == own.max_drift


def test_drift_and_capture_follow_the_fluid(tube: Lumen) -> None:
    """Plasma in thinning blood is Newtonian: the same as in blood of 1.2 mPa s by 2.9 the pull."""
    plasma = captured(tube, fluid="plasma", thinning=0.5)
    strong = captured(tube, fluid="blood", iron_mass=f"{10 * 3.5 / 1.2} pg")
    assert plasma.max_drift == pytest.approx(strong.max_drift, rel=1e-12)
    shares = [one.ensemble.share(CarrierState.CAPTURED, "flux") for one in (plasma, strong)]
    assert shares[0] == pytest.approx(shares[1], abs=2e-3)
    assert shares[0] > 0.05


def test_drag_diameter_moves_and_diameter_touches(tube: Lumen) -> None:
    disc = captured(tube, drag_diameter="5 um")
    ball = captured(tube)
    assert disc.max_drift == pytest.approx(2 * ball.max_drift, rel=1e-12)
    assert disc.diffusivity / ball.diffusivity == pytest.approx(2, rel=1e-12)
    touched = disc.ensemble.state == CarrierState.CAPTURED
    gap = R - np.hypot(*disc.ensemble.position[touched, 1:].T)
    assert np.allclose(gap, 5e-6, atol=0.5e-6)


def test_both_limits_are_followed_where_size_does_not_decide(tube: Lumen) -> None:
    """The other ensemble is what the case with that fluid would have, to the last bit."""
    unsure = captured(tube, diameter="3 um")
    assert unsure.other_fluid is not None
    stated = captured(tube, diameter="3 um", fluid="plasma")
    assert stated.other_fluid is None
    assert np.array_equal(unsure.other_fluid.position, stated.ensemble.position)
    blood = captured(tube, diameter="3 um", fluid="blood")
    assert np.array_equal(unsure.ensemble.position, blood.ensemble.position)
    assert captured(tube, diameter="12 um").other_fluid is None

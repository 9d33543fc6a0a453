"""Developed flow in a rectangular channel against its Fourier series."""

from __future__ import annotations

import numpy as np
import pytest
from mpi4py import MPI

from helpers import ducts
from magcap.case import Blood, Channel, Flow, Inlet, Mesh
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.solvers.flow import solve
from magcap.solvers.flow.inlet import inlet_velocity

MU, SPEED = 3.5e-3, 10e-3


def lumen_of(width: float, height: float) -> Lumen:
    vessel = Channel.model_validate(
        {
            "shape": "channel",
            "width": f"{width} m",
            "height": f"{height} m",
            "length": f"{4 * height} m",
        }
    )
    return build_lumen(vessel, Mesh(resolution="coarse"))


def test_the_series_is_that_of_the_books() -> None:
    """f·Re = 14.227 for a square, 24 for plates (Shah and London 1978, table 42)."""
    assert 2.0 / ducts.conductance(1.0, 1.0) / 4.0 == pytest.approx(14.227, abs=1e-3)
    assert ducts.conductance(1e3, 1.0) == pytest.approx(1e3 / 12.0, rel=1e-3)
    y, z = np.meshgrid(*(np.linspace(-0.5, 0.5, 401)[1::2],) * 2)
    inside = ducts.profile(3.0 * y.ravel(), z.ravel(), 3.0, 1.0)
    assert inside.mean() == pytest.approx(1.0, abs=1e-3)
    assert ducts.profile(np.array([1.5]), np.array([0.2]), 3.0, 1.0)[0] == pytest.approx(
        0, abs=1e-6
    )
    assert ducts.conductance(3.0, 1.0) == pytest.approx(ducts.conductance(1.0, 3.0), rel=1e-6)


@pytest.mark.parametrize(("width", "height"), [(5e-3, 0.8e-3), (1e-3, 1e-3)])
def test_a_channel_has_the_exact_profile_and_pressure_drop(width: float, height: float) -> None:
    lumen = lumen_of(width, height)
    nodes, velocity = inlet_velocity(lumen, profile="parabolic", flow_rate=SPEED * width * height)
    places = lumen.mesh.points[nodes]
    exact = SPEED * ducts.profile(places[:, 1], places[:, 2], width, height)
    assert np.abs(velocity[:, 0] - exact).max() < 5e-3 * exact.max()
    inlet = Inlet.model_validate({"mean_velocity": f"{SPEED} m/s"})
    blood = Blood.model_validate({"viscosity": f"{MU} Pa*s"})
    found = solve(lumen, blood, Flow(inlet=inlet), comm=MPI.COMM_SELF)
    rate = SPEED * width * height
    drop = MU * rate / ducts.conductance(width, height) * 4 * height
    assert found.flow_rates["outlet"] == pytest.approx(rate, rel=1e-8)
    assert found.pressure_drop == pytest.approx(drop, rel=5e-3)
    points = lumen.mesh.points
    whole = SPEED * ducts.profile(points[:, 1], points[:, 2], width, height)
    error = np.sqrt(np.mean((found.velocity[:, 0] - whole) ** 2))
    assert error < 5e-3 * SPEED
    # The control: the drop of plates, which forgets the sides, is told apart.
    plates = 12 * MU * SPEED / height**2 * 4 * height
    assert abs(found.pressure_drop / plates - 1) > 0.05

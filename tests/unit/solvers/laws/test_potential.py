"""The potential of the force: its slope is the force, for every law of magnetisation."""

from __future__ import annotations

import numpy as np
import pytest

from magcap.solvers.laws import Cores, Curve, Langevin, Linear, Measured

FIELDS = np.array([1e-3, 0.02, 0.1, 0.25, 0.4, 1.5])
CURVES: dict[str, Curve] = {
    "langevin": Langevin(cores=Cores(diameter=10e-9), saturation=446e3),
    "wide": Langevin(cores=Cores(diameter=8e-9, gsd=1.4, dead_layer=0.7e-9), saturation=446e3),
    "dead": Langevin(cores=Cores(diameter=1e-9, dead_layer=0.7e-9), saturation=446e3),
    "linear": Linear(susceptibility=3.0, saturation=446e3),
    "saturating": Linear(susceptibility=3.0, saturation=446e3, saturating=True),
    "pushed": Linear(susceptibility=-0.3, saturation=446e3, saturating=True),
    "measured": Measured(
        B=np.array([0.0, 0.05, 0.2, 0.5, 1.0]), M=np.array([0.0, 12.0, 30.0, 38.0, 40.0])
    ),
}


@pytest.mark.parametrize("name", CURVES)
def test_slope_is_the_force(name: str) -> None:
    curve, step = CURVES[name], 1e-6
    slope = (curve.potential(FIELDS + step) - curve.potential(FIELDS - step)) / (2 * step)
    assert slope == pytest.approx(curve.per_field(FIELDS) * FIELDS, rel=1e-5, abs=1e-12)
    assert curve.potential(np.zeros(1))[0] == 0.0


def test_a_planted_factor_is_seen() -> None:
    curve, step = CURVES["langevin"], 1e-6
    slope = (curve.potential(FIELDS + step) - curve.potential(FIELDS - step)) / (2 * step)
    with pytest.raises(AssertionError):
        assert 1.01 * slope == pytest.approx(curve.per_field(FIELDS) * FIELDS, rel=1e-5)

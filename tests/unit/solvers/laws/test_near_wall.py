"""How a free sphere follows the blood beside a wall, against published tables."""

from __future__ import annotations

import numpy as np
import pytest

from magcap.solvers.laws import approach_factor, shear_factor
from magcap.solvers.tracking.formulas import _law_kernels as kernels


def test_approach_against_axisymmetric_stokes_flow() -> None:
    gap = np.array([0.01, 0.03, 0.1, 0.3, 1.0, 3.0])
    table = np.array([0.0312, 0.0894, 0.2578, 0.5548, 0.886, 0.9932])
    assert np.allclose(approach_factor(gap), table, rtol=5e-3)
    assert float(approach_factor(1e-6)) / 1e-6 == pytest.approx(3.23, rel=1e-2)
    assert approach_factor([-1.0, 0.0]).tolist() == [0.0, 0.0]
    assert float(approach_factor(100.0)) == 1.0


def test_shear_against_goldman_cox_and_brenner() -> None:
    """Their table 2 of a sphere free of force and torque."""
    distance = np.array([3.7622, 2.3524, 1.5431, 1.1276, 1.0453, 1.005004, 1.003202])
    table = np.array([0.99436, 0.97768, 0.92185, 0.76692, 0.6538, 0.4786, 0.4558])
    assert np.allclose(shear_factor(distance - 1), table, rtol=1e-2)


def test_shear_far_away_is_the_first_reflection() -> None:
    assert 1 - float(shear_factor(19.0)) == pytest.approx(5 / 16 / 20**3, rel=1e-3)


@pytest.mark.parametrize("law", ["approach_factor", "shear_factor"])
def test_kernels_are_the_same_laws(law: str) -> None:
    gap = np.concatenate([[-0.1, 0.0], np.logspace(-6, 2, 60)])
    known = {"approach_factor": approach_factor, "shear_factor": shear_factor}[law](gap)
    found = [getattr(kernels, law)(h) for h in gap]
    assert np.allclose(found, known, rtol=1e-12)
    assert np.all(np.diff(known) >= -1e-3)

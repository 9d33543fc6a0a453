"""Drag and wall mobility of single carriers against tables and limits."""

from __future__ import annotations

import numpy as np
import pytest

from magcap.solvers.laws import mobility as laws


def test_drag_limits() -> None:
    Re = np.array([1e-3, 0.1, 0.49, 10.0, 100.0])
    factor = laws.drag_factor(Re)
    assert np.allclose(factor[:2], 1 + 3 / 16 * Re[:2])
    assert np.allclose(factor[3:], 1 + 0.15 * Re[3:] ** 0.687)
    s = laws.slip_factor(Re)
    assert np.allclose(s * laws.drag_factor(s * Re), 1)


@pytest.mark.parametrize(  # Goldman, Cox and Brenner (1967), resistance without rotation
    ("distance", "resistance"), [(1.1276, 2.1514), (1.5431, 1.5675), (3.7622, 1.1738)]
)
def test_wall_parallel_against_tables(distance: float, resistance: float) -> None:
    found = float(laws.wall_parallel(distance, 1.0))
    assert found == pytest.approx(1 / resistance, rel=0.05)


@pytest.mark.parametrize(  # Brenner (1961)
    ("distance", "resistance"), [(1.1276, 9.2518), (1.5431, 3.0361), (3.7622, 1.4129)]
)
def test_wall_perpendicular_against_tables(distance: float, resistance: float) -> None:
    found = float(laws.wall_perpendicular(distance, 1.0))
    assert found == pytest.approx(1 / resistance, rel=0.02)


def test_axis_of_a_tube() -> None:
    """Their exact solution (the closed form is within 2 % of it), and what a plane wall lacks."""
    ratios = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
    drag = 1 / laws.tube_axis(ratios)
    assert np.allclose(drag, [1.263, 1.680, 2.371, 3.596, 5.970], rtol=0.02)
    assert np.allclose(laws.confinement([0.1, 0.2, 0.3, 0.45]), [1.19, 1.49, 2.0, 3.4], rtol=0.015)
    assert laws.confinement(1e-4) == pytest.approx(1.0, abs=3e-4)

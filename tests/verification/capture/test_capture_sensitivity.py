"""Slopes of the captured fraction, against those of the closed form of uniform drift in a tube.

η = (2/π)[2ε√(1−ε^⅔) − ε^⅓√(1−ε^⅔) + asin ε^⅓], ε = 3Λ/4, Λ = vL/(2UR): of a force and a velocity
only the ratio counts, so dη/d ln u = −dη/d ln F.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from mpi4py import MPI

from helpers import capture_lumens as lumens
from magcap.geometry.mesh import Lumen
from magcap.solvers.results import Sensitivity
from magcap.solvers.tracking import Release
from magcap.solvers.tracking.motion import AT
from magcap.solvers.tracking.seeding import seeds
from magcap.solvers.tracking.sensitivity import STEP, chosen, faster, sensitivity, subset

R, L, U = 1e-3, 10e-3, 0.05
POINT = 1e-7
LAMBDA = 0.1


@pytest.fixture(scope="module")
def tube() -> Lumen:
    return lumens.tube(R, L)


def _release(lumen: Lumen, count: int, strength: float, tolerance: float = 1e-3) -> Release:
    packed = lumens.pack(lumen, lumens.poiseuille(lumen, U, R), (0, 0, -1))
    motion = lumens.motion(count, POINT, strength * 2 * U * R / L)
    start = seeds(packed, 0.5 * motion.diameter, np.random.default_rng(3), weighting="flux")
    return Release(packed=packed, seeds=start, motion=replace(motion, tolerance=tolerance))


def _exact(strength: float) -> float:
    root = (0.75 * strength) ** (1 / 3)
    side = np.sqrt(1 - root**2)
    return float(2 / np.pi * (2 * root**3 * side - root * side + np.arcsin(root)))


def _found(lumen: Lumen, strength: float, **more: float) -> Sensitivity:
    return sensitivity(_release(lumen, 80_000, strength, **more), lumen, comm=MPI.COMM_SELF)


def test_slopes_are_those_of_the_closed_form(tube: Lumen) -> None:
    found = _found(tube, LAMBDA)
    assert found.carriers == 4000
    stronger = (_exact((1 + STEP) * LAMBDA) - _exact(LAMBDA)) / STEP
    faster = (_exact(LAMBDA / (1 + STEP)) - _exact(LAMBDA)) / STEP
    assert abs(found.force - stronger) < 3 * found.force_noise < 0.35 * stronger
    assert abs(found.flow - faster) < 3 * found.flow_noise < -0.35 * faster
    slope = LAMBDA * (_exact(1.001 * LAMBDA) - _exact(0.999 * LAMBDA)) / (2e-3 * LAMBDA)
    assert stronger == pytest.approx(slope, rel=0.1) and faster == pytest.approx(-slope, rel=0.2)
    # a planted error of a factor two is seen
    assert abs(found.force - 2 * stronger) > 3 * found.force_noise


def test_without_a_force_it_has_no_effect(tube: Lumen) -> None:
    found = _found(tube, 0.0)
    assert (found.force, found.force_noise, found.flow, found.tolerance) == (0.0, 0.0, 0.0, 0.0)


def test_a_looser_tolerance_tells_of_a_larger_error(tube: Lumen) -> None:
    tight, loose = (_found(tube, LAMBDA, tolerance=one) for one in (1e-4, 0.9))
    assert abs(tight.tolerance) <= 2e-3
    assert loose.tolerance_noise >= tight.tolerance_noise


def test_some_of_a_release_are_those_carriers(tube: Lumen) -> None:
    start = _release(tube, 3000, LAMBDA)
    rows = chosen(3000)
    few = subset(start, rows)
    assert len(rows) == 1000 and len(set(rows.tolist())) == 1000
    np.testing.assert_array_equal(few.seeds.bary, start.seeds.bary[rows])
    np.testing.assert_array_equal(few.motion.moment, start.motion.moment[rows])
    assert chosen(40).tolist() == list(range(40))


def test_a_faster_flow_shears_the_wall_more_and_pulls_no_more(tube: Lumen) -> None:
    start = _release(tube, 10, LAMBDA)
    fields = start.packed.cells.fields
    fields[:, :, AT.shear] = 2.0
    more = faster(start).packed.cells
    np.testing.assert_array_equal(more.flow, (1 + STEP) * start.packed.cells.flow)
    np.testing.assert_allclose(more.fields[:, :, AT.shear], 2.0 * (1 + STEP))
    np.testing.assert_array_equal(more.fields[:, :, AT.force], fields[:, :, AT.force])
    assert (fields[:, :, AT.shear] == 2.0).all()

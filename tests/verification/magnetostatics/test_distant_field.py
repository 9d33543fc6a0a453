"""The field of the depth report far from iron: a permeable sphere in a uniform field.

Outside, the sphere is a dipole of moment 4π R³ (μr − 1)/(μr + 2) B0/μ0 at its centre.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from mpi4py import MPI

from helpers.magnets import probes, solution_of
from helpers.tables import valid
from magcap.arrays import FloatArray
from magcap.case import Background, Iron, MagneticsOptions, Mesh
from magcap.geometry.field_mesh import build_field_mesh
from magcap.geometry.observers import Accuracy, Observer
from magcap.geometry.scene import MagneticScene, iron_bodies
from magcap.solvers import field as magnetostatics
from magcap.solvers.error import with_distant
from magcap.solvers.magnetostatics import FieldSolution
from magcap.solvers.results import FieldSample

RADIUS, MU_R, B_0 = 0.02, 100.0, 0.1
DEPTHS = np.linspace(0.006, 0.1, 48)
ON_AXIS = np.column_stack([0.0 * DEPTHS, 0.0 * DEPTHS, RADIUS + DEPTHS])


def _exact_bz(z: FloatArray) -> FloatArray:
    return B_0 * (1.0 + 2.0 * (MU_R - 1.0) / (MU_R + 2.0) * (RADIUS / z) ** 3)


@pytest.fixture(scope="module")
def solution() -> FieldSolution:
    """A coarse mesh that is refined at a vessel, not on the axis."""
    part = valid(Iron, {"shape": "sphere", "diameter": "40 mm", "relative_permeability": MU_R})
    background = Background.model_validate({"field": ["0 T", "0 T", "0.1 T"]})
    scene = MagneticScene(iron=iron_bodies([part]), background=background)
    vessel = np.array([[x, y, 0.03] for x in np.linspace(-0.02, 0.02, 20) for y in (-2e-3, 2e-3)])
    mesh = build_field_mesh(scene, vessel, None, Mesh.model_validate({"resolution": "coarse"}))
    return solution_of(mesh, scene, MagneticsOptions(), MPI.COMM_WORLD)


@pytest.fixture(scope="module")
def samples(solution: FieldSolution) -> tuple[FieldSample, FieldSample]:
    """On the axis at `DEPTHS` from the face: off the mesh, and extracted."""
    direct = solution.sample(ON_AXIS)
    return direct, with_distant(solution, probes(ON_AXIS), [direct])[0]


def _errors(sample: FieldSample, *, beyond: float = 0.0) -> tuple[float, float]:
    """Largest relative error of B's disturbance and of ½∂B²/∂z beyond a depth in m."""
    rows = beyond < DEPTHS
    z = sample.points[rows, 2]
    exact = _exact_bz(z)
    slope = -3.0 * (exact - B_0) / z * exact
    B = np.abs(sample.B[rows, 2] - exact) / (exact - B_0)
    driver = np.abs(sample.grad_half_B2[rows, 2] - slope) / np.abs(slope)
    return float(B.max()), float(driver.max())


def test_extracted_field_follows_the_dipole(samples: tuple[FieldSample, FieldSample]) -> None:
    near, far = _errors(samples[1]), _errors(samples[1], beyond=0.02)
    print(f"extracted: {near}, beyond 20 mm {far}; mesh: {_errors(samples[0], beyond=0.02)}")
    assert near[0] < 4e-3
    assert near[1] < 2e-2
    assert far[0] < 2e-3
    assert far[1] < 2e-3


def test_probes_are_as_exact_as_the_depth_line(solution: FieldSolution) -> None:
    """[disturbance of B 1.1e-3, driver 0.9e-3 beyond 20 mm; from the mesh 0.1 and 0.16]."""
    field = magnetostatics.field_at(solution, ON_AXIS[:1], probes(ON_AXIS))
    far = _errors(field.probes, beyond=0.02)
    print(f"probes: {far}")
    assert max(far) < 2e-3


def test_the_observer_says_what_is_extracted(solution: FieldSolution) -> None:
    """Not its name: the depth line keeps the field of the mesh where it asks for no more."""
    direct = solution.sample(ON_AXIS)
    near, many = (
        with_distant(solution, [Observer(name="depth", points=ON_AXIS, accuracy=a)], [direct])[0]
        for a in (Accuracy.NEAR, Accuracy.FAR_MANY)
    )
    assert near is direct
    close = 0.6 * RADIUS * np.sqrt(3.0) > DEPTHS  # of the half diagonal of the body's box
    np.testing.assert_array_equal(many.B[close], direct.B[close])
    assert _errors(many, beyond=0.03)[1] < 0.1 * _errors(direct, beyond=0.03)[1]


def test_the_mesh_itself_does_not(samples: tuple[FieldSample, FieldSample]) -> None:
    """Negative control: why the depth report does not read far cells."""
    direct, extracted = (_errors(sample, beyond=0.02)[1] for sample in samples)
    assert direct > 10.0 * extracted


def test_a_wrong_dipole_is_seen(samples: tuple[FieldSample, FieldSample]) -> None:
    """The oracle sees a dipole that is 2 % too strong."""
    strong = replace(samples[1], B=samples[1].B + 0.02 * (samples[1].B - [0.0, 0.0, B_0]))
    assert _errors(strong)[0] > 0.015

"""Yokes, plates and poles: closed forms by symmetry and images, and an independent solution.

Levels in brackets were measured; the ceilings give about half as much again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from mpi4py import MPI

from helpers.iron import iron_body, rms, solved, steel37
from helpers.magnets import body, box_points, options
from helpers.places import SHARED
from magcap.arrays import FloatArray
from magcap.case import Mesh
from magcap.constants import MU_0
from magcap.geometry.bodies import BodyShape
from magcap.geometry.field_mesh import build_field_mesh
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import MagneticScene, Winding, WindingShape
from magcap.solvers.exact import free_field_strength, sample
from magcap.solvers.magnetostatics import MagnetostaticSolver, system as potential_system

DATA = SHARED / "data" / "magnet_iron_pair"
CURRENT = 1000.0
WIRE = Winding(
    name="coil[1]",
    shape=WindingShape.WIRE,
    dimensions=(),
    center=np.zeros(3),
    rotation=np.eye(3),
    turns=1,
    current=CURRENT,
)


def around(count: int, seed: int = 0) -> tuple[FloatArray, FloatArray]:
    """Points in a ring of radii 22-28 mm and the field strength μ0 H of the wire there."""
    rng = np.random.default_rng(seed)
    r, angle = rng.uniform(0.022, 0.028, count), rng.uniform(0, 2 * np.pi, count)
    z = rng.uniform(-0.003, 0.003, count)
    x = np.stack([r * np.cos(angle), r * np.sin(angle), z], axis=1)
    along = np.stack([-np.sin(angle), np.cos(angle), 0 * angle], axis=1)
    return x, (MU_0 * CURRENT / (2 * np.pi * r))[:, None] * along


@pytest.fixture(scope="module")
def ring_mesh() -> FieldMesh:
    scene = MagneticScene(iron=(iron_body(2.0, BodyShape.RING, (0.04, 0.06, 0.01)),))
    return build_field_mesh(scene, around(50)[0], None, Mesh(resolution="coarse"))


def ring(mu: float) -> MagneticScene:
    """A closed yoke around a straight wire."""
    return MagneticScene(
        iron=(iron_body(mu, BodyShape.RING, (0.04, 0.06, 0.01)),), windings=(WIRE,)
    )


@pytest.mark.parametrize("mu", [100.0, 10_000.0])
def test_closed_yoke_around_a_current(ring_mesh: FieldMesh, mu: float) -> None:
    """B = μr μ0 I/(2πr): the yoke is multiply connected [2.8e-3]."""
    x, H = around(300)
    got = solved(ring_mesh, ring(mu), order=2).sample(x)
    assert rms(got.B, mu * H) < 5e-3
    inner = x * np.array([0.6, 0.6, 1.0])
    in_air = solved(ring_mesh, ring(mu), order=2).sample(inner).B
    assert rms(in_air, free_field_strength(ring(mu), inner)) < 0.01


def test_without_the_circulations_the_yoke_stays_empty(
    ring_mesh: FieldMesh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oracle sees a gradient alone: W left out."""
    monkeypatch.setattr(
        potential_system, "edge_gradients", lambda _mesh, rows, _field: np.zeros((len(rows), 3))
    )
    x, H = around(100)
    got = solved(ring_mesh, ring(100.0), order=1).sample(x)
    assert np.linalg.norm(got.B) < 0.2 * np.linalg.norm(100.0 * H)


PLATE = iron_body(1e4, BodyShape.CUBOID, (0.08, 0.08, 0.008), center=(0, 0, -0.004))
MAGNET = body(BodyShape.CUBOID, (0.01, 0.01, 0.01), (0, 0, 1.3), center=(0, 0, 0.005))
TARGET = box_points((0, 0, 0.016), 0.004, 300)


@pytest.fixture(scope="module")
def plate_mesh() -> FieldMesh:
    scene = MagneticScene(magnets=(MAGNET,), iron=(PLATE,))
    return build_field_mesh(scene, TARGET, None, Mesh(resolution="coarse"), order=2)


def image(sign: float) -> FloatArray:
    """½∇|B|² of the magnet and its image of the same magnetisation in the plate."""
    below = replace(MAGNET, center=-MAGNET.center, remanence=sign * MAGNET.remanence)
    pair = sample(MagneticScene(magnets=(MAGNET, below)), TARGET)
    return pair.grad_half_B2


@pytest.mark.parametrize("formulation", ["reduced", "total"])
def test_magnet_on_a_thick_plate_has_its_image(plate_mesh: FieldMesh, formulation: str) -> None:
    """A magnet that touches iron: force within 0.5 % [0.2 %; the plate is finite]."""
    scene = MagneticScene(magnets=(MAGNET,), iron=(PLATE,))
    order, level = (2, 5e-3) if formulation == "reduced" else (3, 0.05)
    got = solved(plate_mesh, scene, order, formulation).sample(TARGET)
    assert rms(got.grad_half_B2, image(1.0)) < level
    with pytest.raises(AssertionError):
        assert rms(got.grad_half_B2, image(-1.0)) < 0.1


def test_one_solver_serves_other_sources_and_orders(plate_mesh: FieldMesh) -> None:
    """Half the remanence is half the field; iron of its own curve starts from the last solution."""
    weak = replace(MAGNET, remanence=0.5 * MAGNET.remanence)
    steel = replace(PLATE, material=steel37())
    with MagnetostaticSolver(plate_mesh, options(2, "reduced"), comm=MPI.COMM_SELF) as solver:
        one, half = (
            solver.solve(MagneticScene(magnets=(m,), iron=(PLATE,))).sample(TARGET).B
            for m in (MAGNET, weak)
        )
        np.testing.assert_allclose(half, 0.5 * one, rtol=0, atol=1e-9)
        first = solver.solve(MagneticScene(magnets=(MAGNET,), iron=(steel,)))
        scene = MagneticScene(magnets=(weak,), iron=(steel,))
        warm, cold = solver.solve(scene, start=first), solver.solve(scene)
        np.testing.assert_allclose(warm.sample(TARGET).B, cold.sample(TARGET).B, atol=1e-7)
        assert len(warm.newton_residuals) < len(cold.newton_residuals)
        low = solver.solve(scene, order=1)
        assert low.dofs < warm.dofs


def test_magnet_beside_soft_iron() -> None:
    """ANSYS (magpylib-material-response): 0.05, 0.02, 0.03 % of their maximum (order 3)."""
    table = DATA / "FEMdata_test_softmag.csv"
    if not table.exists():
        pytest.skip(f"{table} is not here (third-party data)")
    rows = np.loadtxt(table, delimiter=",", skiprows=1)[::5]
    c = np.sqrt(0.5)
    magnet = body(
        BodyShape.CUBOID,
        (0.001, 0.001, 0.002),
        (0, 0, 1.0),
        center=(0, 0, 0.0005),
        recoil_permeability=1.5,
    )
    turned = np.array([[c, 0, c], [0, 1, 0], [-c, 0, c]])
    soft = iron_body(4000.0, BodyShape.CUBOID, (1e-3,) * 3, center=(1.5e-3, 0, 0), rotation=turned)
    scene = MagneticScene(magnets=(magnet,), iron=(soft,))
    x = -4e-3 + 1e-3 * rows[:, 0]
    lines = [np.stack([x, 0 * x, 0 * x + z], axis=1) for z in (-1e-3, -3e-3, -5e-3)]
    mesh = build_field_mesh(scene, np.concatenate(lines), None, Mesh(resolution="coarse"))
    got = solved(mesh, scene, 2)
    for number, points in enumerate(lines):
        reference = rows[:, 1 + 2 * number : 3 + 2 * number]
        error = np.linalg.norm(got.sample(points).B[:, [0, 2]] - reference, axis=1)
        largest = np.linalg.norm(reference, axis=1).max()
        assert np.sqrt(np.mean(error**2)) < 5e-3 * largest

"""Forces with recoil and soft iron: stress and virtual work of one solution, and closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.load_scenes import COMM, exact_loads, iron, loads_of, solenoid, solved
from helpers.magnets import background, body
from magcap.constants import MU_0
from magcap.geometry.bodies import BodyShape
from magcap.geometry.scene import MagneticScene
from magcap.solvers.loads import body_loads
from magcap.solvers.results import BodyLoad

#: A disc magnet S-20-10-N (20 mm x 10 mm, N42) on a thick plate.
DIAMETER, HEIGHT, REMANENCE = 0.02, 0.01, 1.3
PLATE = (0.1, 0.03)


def _agree(load: BodyLoad, scale: float, size: float, tolerance: float) -> None:
    assert np.linalg.norm(load.force - load.force_virtual_work) < tolerance * scale
    assert np.linalg.norm(load.torque - load.torque_virtual_work) < tolerance * scale * size


def test_recoil_two_ways_and_third_law() -> None:
    magnets = tuple(
        body(
            BodyShape.CUBOID, (0.01,) * 3, (0, 0, 1.3), name=f"magnet[{i}]", center=center,
            recoil_permeability=1.05,
        )
        for i, center in enumerate([(0, 0, 0), (0.002, 0, 0.012)], 1)
    )  # fmt: skip
    loads = loads_of(MagneticScene(magnets=magnets), "coarse", np.array([0, 0, 0.03]))
    scale = float(np.linalg.norm(loads[0].force))
    for load in loads:
        _agree(load, scale, 0.01, 1e-3)
    assert np.linalg.norm(loads[0].force + loads[1].force) < 1e-3 * scale
    moments = sum(np.cross(load.point, load.force) + load.torque for load in loads)
    assert np.linalg.norm(moments) < 1e-3 * scale * 0.01
    # Recoil makes a magnet weaker: rigid ones attract by 1-8 % more.
    rigid = tuple(
        body(BodyShape.CUBOID, (0.01,) * 3, (0, 0, 1.3), name=m.name, center=m.center)
        for m in magnets
    )
    stronger = np.linalg.norm(exact_loads(MagneticScene(magnets=rigid))[0].force)
    assert 1.01 < stronger / scale < 1.08


def test_iron_sphere_in_a_gradient() -> None:
    """F = G m, m = (4πR³/μ0)(μr − 1)/(μr + 2) B0: exact for a uniform gradient."""
    G = np.diag([1.0, 1.0, -2.0])
    B0, R, mu = np.array([0.1, 0.0, 0.2]), 0.005, 100.0
    sphere = iron(BodyShape.SPHERE, (2 * R,), mu)
    scene = MagneticScene(iron=(sphere,), background=background(tuple(B0), G))
    load = loads_of(scene, "medium", np.array([0, 0, 0.01]))[0]
    m = 4.0 * np.pi * R**3 / MU_0 * (mu - 1.0) / (mu + 2.0) * B0
    scale = np.linalg.norm(G @ m)
    for force in (load.force, load.force_virtual_work):
        assert np.linalg.norm(force - G @ m) < 5e-3 * scale
        assert np.linalg.norm(force - 2.0 * (G @ m)) > 0.5 * scale  # the other convention
    assert np.abs(load.torque).max() < 5e-3 * scale * R


def _image_force(gap: float, permeability: float) -> float:
    """Pull of a thick plate: the magnet and its image of (μr − 1)/(μr + 1) times its strength."""
    share = (permeability - 1.0) / (permeability + 1.0)
    z = 0.5 * HEIGHT + gap
    scene = MagneticScene(
        magnets=(
            body(BodyShape.CYLINDER, (DIAMETER, HEIGHT), (0, 0, REMANENCE), center=(0, 0, z)),
            body(
                BodyShape.CYLINDER, (DIAMETER, HEIGHT), (0, 0, share * REMANENCE),
                name="magnet[2]", center=(0, 0, -z),
            ),
        )
    )  # fmt: skip
    return float(exact_loads(scene)[0].force_virtual_work[2])


def _above_plate(gap: float, permeability: float, recoil: float = 1.0) -> MagneticScene:
    magnet = body(
        BodyShape.CYLINDER, (DIAMETER, HEIGHT), (0, 0, REMANENCE),
        center=(0, 0, 0.5 * HEIGHT + gap), recoil_permeability=recoil,
    )  # fmt: skip
    plate = iron(BodyShape.CYLINDER, PLATE, permeability, center=np.array([0, 0, -0.5 * PLATE[1]]))
    return MagneticScene(magnets=(magnet,), iron=(plate,))


@pytest.mark.parametrize(("gap", "tolerance"), [(0.005, 4e-3), (0.001, 4e-3)])
def test_magnet_above_a_plate(gap: float, tolerance: float) -> None:
    """The plate is 100 mm wide where the image has an infinite one: 1e-3."""
    loads = loads_of(_above_plate(gap, 1000.0), "coarse", np.array([0, 0, 0.03]))
    force = _image_force(gap, 1000.0)
    for load, sign in zip(loads, (1.0, -1.0), strict=True):
        for way in (load.force, load.force_virtual_work):
            assert way[2] == pytest.approx(sign * force, rel=tolerance)
            assert np.abs(way[:2]).max() < tolerance * abs(force)
    assert abs(loads[0].force[2] - _image_force(1.5 * gap, 1000.0)) > 0.05 * abs(force)


def test_pull_of_a_catalogue_magnet_on_a_plate() -> None:
    """Contact: 13.5 kgf by the image for Br = 1.3 T; catalogues say 11 to 12 for real plates."""
    loads = loads_of(_above_plate(0.0, 1000.0), "medium", np.array([0, 0, 0.03]))
    force = _image_force(0.0, 1000.0)
    assert -force / 9.81 == pytest.approx(13.5, rel=0.01)
    assert loads[0].force[2] == pytest.approx(force, rel=0.02)
    assert loads[1].force[2] == pytest.approx(-force, rel=0.02)
    assert loads[0].force[2] == pytest.approx(-loads[1].force[2], rel=3e-3)
    assert np.isnan(loads[0].force_virtual_work).all()  # no layer of air between them


def test_an_array_that_touches_iron() -> None:
    """Blocks whose edges lie on the iron's: the hardest contact. Forces and torques in balance."""
    directions = [(1.2, 0, 0), (0, 0, 1.2), (-1.2, 0, 0), (0, 0, -1.2)]
    blocks = tuple(
        body(
            BodyShape.CUBOID, (0.01,) * 3, J, name=f"magnet[1] block {i + 1}",
            center=(-0.015 + 0.01 * i, 0, 0.005), recoil_permeability=1.05,
        )
        for i, J in enumerate(directions)
    )  # fmt: skip
    plate = iron(BodyShape.CUBOID, (0.04, 0.01, 0.003), 1000.0, center=np.array([0, 0, -0.0015]))
    loads = loads_of(MagneticScene(magnets=blocks, iron=(plate,)), "coarse", np.array([0, 0, 0.03]))
    scale = float(np.linalg.norm(loads[0].force))
    assert np.linalg.norm(loads[0].force + loads[1].force) < 5e-3 * scale
    moments = sum(np.cross(load.point, load.force) + load.torque for load in loads)
    assert np.linalg.norm(moments) < 5e-3 * scale * 0.01


@pytest.mark.slow
def test_contact_converges_to_the_image() -> None:
    errors = []
    force = _image_force(0.0, 1000.0)
    for resolution in ("coarse", "medium", "fine"):
        loads = loads_of(_above_plate(0.0, 1000.0), resolution, np.array([0, 0, 0.03]))
        errors.append(abs(loads[0].force[2] / force - 1.0))
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.01


def test_coil_and_core() -> None:
    """A solenoid pulls in its core; J × B on the coil is the core's stress reversed."""
    core = iron(BodyShape.CYLINDER, (0.01, 0.03), 500.0, center=np.array([0, 0, 0.02]))
    scene = MagneticScene(iron=(core,), windings=(solenoid("coil[1]", 0.008, 0.014, 0.03),))
    solution, mesh = solved(scene, "coarse", np.array([0, 0, 0.05]))
    loads = body_loads(solution, scene, mesh, comm=COMM)
    assert [load.name for load in loads] == ["iron[1]", "coil[1]"]
    pull = loads[0].force[2]
    assert pull < 0.0
    assert loads[0].force_virtual_work[2] == pytest.approx(pull, rel=5e-3)
    assert loads[1].force[2] == pytest.approx(-pull, rel=5e-3)
    assert np.isnan(loads[1].force_virtual_work).all()


def test_iron_that_touches_iron_is_balanced() -> None:
    """A magnet on two plates side by side: their group balances it, and they are alike."""
    magnet = body(
        BodyShape.CUBOID, (0.02,) * 3, (0, 0, 1.3), center=(0, 0, 0.0125), recoil_permeability=1.05
    )
    plates = tuple(
        iron(
            BodyShape.CUBOID,
            (0.02, 0.02, 0.01),
            1000.0,
            name=f"iron[{i}]",
            center=np.array([x, 0, -0.005]),
        )
        for i, x in enumerate((-0.01, 0.01), 1)
    )
    scene = MagneticScene(magnets=(magnet,), iron=plates)
    loads = loads_of(scene, "coarse", np.array([0, 0, 0.04]))
    scale = float(np.linalg.norm(loads[0].force))
    forces = np.array([load.force for load in loads])
    assert np.linalg.norm(forces.sum(axis=0)) < 2e-3 * scale
    np.testing.assert_allclose(forces[1], forces[2] * [-1, 1, 1], atol=2e-3 * scale)
    for load in loads[1:]:  # the second way: the group's load less the other's surface
        assert np.linalg.norm(load.force - load.force_virtual_work) < 0.02 * scale
    # What the surfaces alone say is not balanced: the oracle sees it.
    missing = np.sum([load.force_virtual_work - load.force for load in loads[1:]], axis=0)
    assert np.linalg.norm(forces.sum(axis=0) - missing) > 4e-3 * scale

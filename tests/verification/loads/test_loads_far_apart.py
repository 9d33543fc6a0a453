"""Forces on small bodies far from all else that reacts: their own field's stress is left out."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.load_scenes import iron, loads_of, solenoid
from helpers.magnets import background, body
from magcap.arrays import FloatArray
from magcap.constants import MU_0
from magcap.geometry.bodies import BodyShape, volume
from magcap.geometry.scene import MagneticScene
from magcap.solvers.exact import sample
from magcap.solvers.results import BodyLoad

#: Place and radius of a bead in m, and where the mesh is fine beside it.
PLACE, RADIUS = np.array([0.1, 0.05, 0.25]), 5e-4
NEAR = PLACE + np.array([0.0, 0.0, 2e-3])
COIL = solenoid("coil[1]", 0.49, 0.5, 0.01)


def force_on_moment(m: FloatArray, outer: MagneticScene, place: FloatArray) -> FloatArray:
    """(m·∇)B."""
    found: FloatArray = sample(outer, place[None]).grad_B[0] @ m
    return found


def moment_of_bead(permeability: float, outer: MagneticScene, place: FloatArray) -> FloatArray:
    """(4πR³/μ0)(μr − 1)/(μr + 2) B0."""
    share = (permeability - 1.0) / (permeability + 2.0)
    B0: FloatArray = sample(outer, place[None]).B[0]
    return 4.0 * np.pi * RADIUS**3 / MU_0 * share * B0


def off(load: BodyLoad, force: FloatArray) -> FloatArray:
    """Relative errors of both ways."""
    errors = [np.linalg.norm(way - force) for way in (load.force, load.force_virtual_work)]
    return np.array(errors) / np.linalg.norm(force)


@pytest.mark.parametrize("permeability", [3.0, 1000.0])
def test_an_iron_bead_in_a_large_coil(permeability: float) -> None:
    """1 mm in 1 m, coarse mesh: 7e-4 and 1e-4; with its own field's stress 2e-2."""
    outer = MagneticScene(windings=(COIL,))
    bead = iron(BodyShape.SPHERE, (2 * RADIUS,), permeability, center=PLACE)
    load = loads_of(MagneticScene(windings=(COIL,), iron=(bead,)), "coarse", NEAR)[0]
    m = moment_of_bead(permeability, outer, PLACE)
    force = force_on_moment(m, outer, PLACE)
    assert off(load, force).max() < 2e-3
    assert off(load, 2.0 * force).min() > 0.4  # the other convention
    scale = np.linalg.norm(m) * np.linalg.norm(sample(outer, PLACE[None]).B[0])
    assert np.abs([load.torque, load.torque_virtual_work]).max() < 2e-3 * scale


def test_a_magnet_with_recoil_in_a_large_coil() -> None:
    """A sphere is magnetised evenly: J = 3 (Br + (μr − 1) B0)/(μr + 2)."""
    mu, Br = 1.5, np.array([0.2, 0.1, 0.5])
    outer = MagneticScene(windings=(solenoid("coil[1]", 0.49, 0.5, 0.01, current=1e4),))
    magnet = body(
        BodyShape.SPHERE, (2 * RADIUS,), tuple(Br), center=tuple(PLACE), recoil_permeability=mu
    )
    scene = MagneticScene(magnets=(magnet,), windings=outer.windings)
    load = loads_of(scene, "coarse", NEAR)[0]
    B0 = sample(outer, PLACE[None]).B[0]
    J = 3.0 * (Br + (mu - 1.0) * B0) / (mu + 2.0)
    force = force_on_moment(J * volume(magnet) / MU_0, outer, PLACE)
    torque = np.cross(J, B0) * volume(magnet) / MU_0
    assert off(load, force).max() < 2e-3
    for way in (load.torque, load.torque_virtual_work):
        assert np.linalg.norm(way - torque) < 2e-3 * np.linalg.norm(torque)


def test_a_bead_far_from_a_magnet_with_recoil() -> None:
    """Both react: third law, and a little less than without recoil of the magnet."""
    magnet = body(
        BodyShape.CUBOID,
        (0.04,) * 3,
        (0.3, 0.0, 1.2),
        name="magnet[1]",
        center=(0.0, 0.0, -0.1),
        recoil_permeability=1.05,
    )
    place = np.array([0.02, 0.0, 0.0])
    bead = iron(BodyShape.SPHERE, (2 * RADIUS,), 1000.0, center=place)
    scene = MagneticScene(magnets=(magnet,), iron=(bead,))
    of_magnet, of_bead = loads_of(scene, "coarse", place + np.array([0.0, 0.0, 2e-3]))
    rigid = MagneticScene(magnets=(magnet,))
    force = force_on_moment(moment_of_bead(1000.0, rigid, place), rigid, place)
    for load, sign in ((of_magnet, -1.0), (of_bead, 1.0)):
        assert off(load, sign * of_bead.force_virtual_work).max() < 5e-3
        assert 0.94 < sign * load.force[2] / force[2] < 0.99
    rest = of_magnet.force_virtual_work + of_bead.force_virtual_work
    assert np.linalg.norm(rest) < 1e-6 * np.linalg.norm(force)


@pytest.mark.parametrize("near", [2e-3, 3e-2])
def test_no_force_in_a_uniform_field(near: float) -> None:
    """A bar feels its torque only, however the mesh around it is."""
    B0 = np.array([0.0, 0.3, 0.4])
    bar = iron(BodyShape.CUBOID, (1e-3, 2e-3, 1e-3), 1000.0, center=PLACE)
    scene = MagneticScene(background=background(tuple(B0), np.zeros((3, 3))), iron=(bar,))
    load = loads_of(scene, "coarse", PLACE + np.array([0.0, 0.0, near]))[0]
    stress = B0 @ B0 * 1e-6 / MU_0
    assert np.abs([load.force, load.force_virtual_work]).max() < 1e-12 * stress
    assert load.torque[0] == pytest.approx(load.torque_virtual_work[0], rel=5e-3)
    assert abs(load.torque[0]) > 1e-3 * stress * 2e-3


def test_two_halves_that_touch_are_pulled_as_the_whole() -> None:
    """Cubes in contact in a large coil: their forces add up to that of one bar."""
    half = 5e-4
    cubes = tuple(
        iron(
            BodyShape.CUBOID,
            (2 * half,) * 3,
            100.0,
            name=f"iron[{n}]",
            center=PLACE + np.array([0.0, 0.0, side * half]),
        )
        for n, side in enumerate((-1.0, 1.0), 1)
    )
    bar = iron(BodyShape.CUBOID, (2 * half, 2 * half, 4 * half), 100.0, center=PLACE)
    near = PLACE + np.array([0.0, 0.0, 3e-3])
    parts = loads_of(MagneticScene(windings=(COIL,), iron=cubes), "coarse", near)
    whole = loads_of(MagneticScene(windings=(COIL,), iron=(bar,)), "coarse", near)[0]
    total = parts[0].force + parts[1].force
    assert off(whole, total).max() < 1e-2

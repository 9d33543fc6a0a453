"""Forces without iron: charges, exact and of recoil, on no mesh; users' cases among them."""

from __future__ import annotations

import itertools
import time
from typing import Any

import magpylib
import numpy as np
import pytest

from helpers.load_scenes import COMM, loads_of, solenoid
from helpers.magnets import body
from helpers.places import SHARED
from magcap.arrays import FloatArray
from magcap.constants import MU_0
from magcap.geometry.bodies import BodyShape
from magcap.geometry.scene import MagneticScene, scene_of
from magcap.geometry.scene.to_magpylib import to_magpylib
from magcap.reading import load
from magcap.solvers.exact import sample
from magcap.solvers.loads import Recoil, body_loads
from magcap.solvers.results import BodyLoad
from magcap.solvers.surface_charges import react

CASES = SHARED / "cases_from_users"


def recoiled(scene: MagneticScene, panels: int = 2000) -> tuple[BodyLoad, ...]:
    """Loads with the recoil of the magnets by charges, as the pipeline takes them."""
    reacting = react(scene, count=panels)
    recoil = Recoil(
        magnets=reacting.effective.magnets,
        points=reacting.panels.inner_nodes,
        charges=reacting.charges * reacting.panels.weights,
        owners=reacting.panels.bodies,
        strength=reacting.panel_strength,
    )
    return body_loads(None, scene, comm=COMM, recoil=recoil)


def cube(number: int, center: Any, J: Any = (0, 0, 1.3), **keys: Any) -> Any:
    return body(BodyShape.CUBOID, (0.01,) * 3, J, name=f"magnet[{number}]", center=center, **keys)


def rest(loads: tuple[BodyLoad, ...]) -> FloatArray:
    """Sum of all forces, and of all torques about the origin."""
    force = np.sum([one.force for one in loads], axis=0)
    torque = np.sum([np.cross(one.point, one.force) + one.torque for one in loads], axis=0)
    return np.concatenate([force, torque])


def test_a_small_magnet_in_a_large_coil() -> None:
    """1 mm in 1 m: the force is m ∇B to a millionth, by both ways, on the magnet and the coil."""
    coil = solenoid("coil[1]", 0.49, 0.5, 0.01)
    magnet = body(
        BodyShape.CUBOID, (1e-3,) * 3, (0.2, 0.1, 1.0), name="magnet[1]", center=(0.1, 0.05, 0.25)
    )
    loads = body_loads(None, MagneticScene(magnets=(magnet,), windings=(coil,)), comm=COMM)
    slope = sample(MagneticScene(windings=(coil,)), magnet.center[None]).grad_B[0]
    force = slope @ magnet.remanence * 1e-9 / MU_0
    for one, sign in zip(loads, (1.0, -1.0), strict=True):
        for way in (one.force, one.force_virtual_work):
            assert np.linalg.norm(way - sign * force) < 1e-5 * np.linalg.norm(force)
    still = solenoid("coil[1]", 0.49, 0.5, 0.01, current=0.0)
    loads = body_loads(None, MagneticScene(magnets=(magnet,), windings=(still,)), comm=COMM)
    assert max(np.abs(one.force).max() for one in loads) < 1e-12 * np.linalg.norm(force)


def test_recoil_by_charges_is_that_by_finite_elements() -> None:
    magnets = (
        cube(1, (0, 0, 0), recoil_permeability=1.05),
        cube(2, (0.002, 0, 0.012), recoil_permeability=1.05),
    )
    scene = MagneticScene(magnets=magnets)
    elements, charges = loads_of(scene, "coarse", np.array([0, 0, 0.03])), recoiled(scene)
    scale = float(np.linalg.norm(elements[0].force))
    rigid = body_loads(None, scene, comm=COMM)
    assert np.linalg.norm(rigid[0].force - elements[0].force) > 1e-2 * scale
    for one, other in zip(charges, elements, strict=True):
        assert np.linalg.norm(one.force - other.force) < 1.5e-3 * scale
        assert np.linalg.norm(one.torque - other.torque) < 1.5e-3 * scale * 0.01
        assert np.linalg.norm(one.force - one.force_virtual_work) < 1e-3 * scale
    assert np.linalg.norm(rest(charges)[:3]) < 1e-6 * scale


def test_without_recoil_no_charges() -> None:
    scene = MagneticScene(magnets=(cube(1, (0, 0, 0)), cube(2, (0, 0, 0.015))))
    assert not len(react(scene, count=500).charges)
    for one, other in zip(recoiled(scene), body_loads(None, scene, comm=COMM), strict=True):
        np.testing.assert_array_equal(one.force, other.force)


def test_touching_cubes_in_a_row_against_magpylib() -> None:
    """Faces that meet, and edges with logarithms; magpylib meshes its target."""
    Js = [(0, 0, 1.3), (0, 0, -1.3), (1.3, 0, 0)]
    magnets = tuple(cube(i + 1, (0.01 * i, 0.002 * i, 0), J) for i, J in enumerate(Js))
    loads = body_loads(None, MagneticScene(magnets=magnets), comm=COMM)
    sources = [to_magpylib(magnet) for magnet in magnets]
    for i, load_ in enumerate(loads):
        others = [source for k, source in enumerate(sources) if k != i]
        F, _ = magpylib.getFT(others, sources[i], pivot=magnets[i].center, meshing=8000)
        total = np.sum(F, axis=0) if np.ndim(F) > 1 else F
        assert np.linalg.norm(load_.force - total) < 2e-2 * np.linalg.norm(total)
    assert np.linalg.norm(rest(loads)[:3]) < 1e-5 * np.linalg.norm(loads[0].force)


def test_a_plate_of_magnets_takes_seconds() -> None:
    """5 x 5 touching cubes in a checkerboard with recoil: balanced and symmetric."""
    magnets = tuple(
        cube(
            5 * i + j + 1,
            (0.01 * (i - 2), 0.01 * (j - 2), 0),
            (0, 0, 1.3 * (-1) ** (i + j)),
            recoil_permeability=1.05,
        )
        for i, j in itertools.product(range(5), repeat=2)
    )
    start = time.process_time()
    loads = recoiled(MagneticScene(magnets=magnets))
    assert time.process_time() - start < 20.0
    forces = np.array([one.force for one in loads]).reshape(5, 5, 3)
    scale = np.abs(forces).max()
    assert np.linalg.norm(rest(loads)[:3]) < 1e-4 * scale
    np.testing.assert_allclose(forces, -forces[::-1, ::-1] * [1, 1, -1], atol=1e-3 * scale)
    np.testing.assert_allclose(forces, forces.transpose(1, 0, 2)[..., [1, 0, 2]], atol=1e-3 * scale)


@pytest.mark.parametrize(("name", "force"), [("long_rods", 1.0), ("sharp_coil", 4.175)])
def test_the_users_force(name: str, force: float) -> None:
    file = CASES / f"{name}.toml"
    if not file.exists():
        pytest.skip("the users' cases are not here")
    for load_ in body_loads(None, scene_of(load(file)), comm=COMM):
        for way in (load_.force, load_.force_virtual_work):
            assert np.linalg.norm(way) == pytest.approx(force, rel=2e-3)

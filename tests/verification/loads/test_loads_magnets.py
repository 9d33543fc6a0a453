"""Forces and torques between magnets and coils: exact fields, by stress and by virtual work."""

from __future__ import annotations

from collections.abc import Iterator

import magpylib
import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from scipy.special import ellipe, ellipk

from helpers.load_scenes import exact_loads, solenoid
from helpers.magnets import background, body, scene_with
from magcap.arrays import FloatArray
from magcap.constants import MU_0
from magcap.geometry.bodies import BodyShape, rotation_matrix
from magcap.geometry.scene import MagneticScene, Winding, WindingShape
from magcap.solvers.exact import field_strength
from magcap.solvers.loads.quadrature import Accuracy
from magcap.solvers.loads.stress import surface_load
from magcap.solvers.loads.wrap import patches
from magcap.solvers.results import BodyLoad

Size = tuple[float, float, float]
Case = tuple[Size, Size, float, Size, Size]

#: Akoun and Yonnet, IEEE Trans. Magn. 20 (1984) 1962: sizes, remanence, offset of the second
#: magnet; force on the second one.
AKOUN_YONNET: list[Case] = [
    ((0.01, 0.01, 0.01), (0.01, 0.01, 0.01), 1.3, (0, 0, 0.012), (0, 0, -24.7965816)),
    (
        (0.02, 0.012, 0.006),
        (0.012, 0.02, 0.006),
        0.38,
        (-0.004, -0.004, 0.008),
        (0.58835582, 0.58835582, -1.77364039),
    ),
]


def _pair(first: Size, second: Size, J: float, offset: Size) -> MagneticScene:
    return MagneticScene(
        magnets=(
            body(BodyShape.CUBOID, first, (0, 0, J)),
            body(BodyShape.CUBOID, second, (0, 0, J), name="magnet[2]", center=offset),
        )
    )


def _ways(load: BodyLoad) -> list[FloatArray]:
    return [
        np.concatenate([load.force, load.torque]),
        np.concatenate([load.force_virtual_work, load.torque_virtual_work]),
    ]


@pytest.mark.parametrize("case", AKOUN_YONNET)
def test_akoun_yonnet(case: Case) -> None:
    first, second, J, offset, force = case
    load = exact_loads(_pair(first, second, J, offset))[1]
    size = np.linalg.norm(force)
    assert np.linalg.norm(load.force - force) < 1e-6 * size
    assert np.linalg.norm(load.force_virtual_work - force) < 1e-6 * size


@pytest.mark.parametrize(
    ("factor", "sign"), [(2.0, 1.0), (1.0, -1.0), (0.5, 1.0)], ids=["twice", "sign", "half"]
)
def test_akoun_yonnet_sees_a_wrong_force(factor: float, sign: float) -> None:
    first, second, J, offset, force = AKOUN_YONNET[0]
    load = exact_loads(_pair(first, second, J, offset))[1]
    wrong = factor * sign * load.force
    assert np.linalg.norm(wrong - force) > 0.4 * np.linalg.norm(force)


def test_a_surface_that_cuts_the_other_magnet_is_wrong() -> None:
    """The oracle sees a surface at more than the gap: the two ways differ."""
    first, second, J, offset, force = AKOUN_YONNET[0]
    magnets = _pair(first, second, J, offset).magnets

    def fields(x: FloatArray) -> tuple[FloatArray, FloatArray, None]:
        return (
            field_strength(scene_with(magnets[1:]), x),
            field_strength(scene_with(magnets[:1]), x),
            None,
        )

    accuracy = Accuracy(relative=1e-5, floor=0.0, max_points=20_000)
    for distance, good in ((1e-3, True), (3e-3, False)):
        surface = patches(magnets[1], distance)
        found = surface_load(surface, fields, magnets[1].center, 0.01, accuracy).value[:3]
        error = np.linalg.norm(found - force) / np.linalg.norm(force)
        assert error < 1e-5 if good else error > 0.1, distance


@pytest.mark.parametrize("offset", [(0.0, 0.0, 0.0101), (0.004, 0.003, 0.011), (0.02, -0.01, 0.03)])
def test_magnet_on_magnet_against_magpylib(offset: Size) -> None:
    """Turned cuboids at several gaps; magpylib's getFT meshes its target, hence 1e-3."""
    R = rotation_matrix((0.0, 0.0, 1.0), 0.4)
    first = body(BodyShape.CUBOID, (0.012, 0.01, 0.01), (0.3, 0.2, 1.2))
    second = body(
        BodyShape.CUBOID, (0.01, 0.01, 0.01), (0.5, 0, 1.0), name="magnet[2]", center=offset,
        rotation=R,
    )  # fmt: skip
    load = exact_loads(MagneticScene(magnets=(first, second)))[1]
    source = magpylib.magnet.Cuboid(dimension=first.dimensions, polarization=first.remanence)
    target = magpylib.magnet.Cuboid(
        dimension=second.dimensions, polarization=second.remanence @ R, position=offset,
        orientation=Rotation.from_matrix(R),
    )  # fmt: skip
    F, T = magpylib.getFT(source, target, pivot=np.array(offset), meshing=8000)
    for way in _ways(load):
        assert np.linalg.norm(way[:3] - F) < 2e-3 * np.linalg.norm(F)
        assert np.linalg.norm(way[3:] - T) < 2e-3 * np.linalg.norm(T)


def test_touching_cubes_are_the_limit_of_a_small_gap() -> None:
    touching = exact_loads(_pair((0.01,) * 3, (0.01,) * 3, 1.3, (0, 0, 0.01)))[0].force[2]
    near = exact_loads(_pair((0.01,) * 3, (0.01,) * 3, 1.3, (0, 0, 0.01 + 2e-7)))[0]
    assert near.force_virtual_work[2] == pytest.approx(touching, rel=5e-4)


def _crowd() -> MagneticScene:
    return MagneticScene(
        magnets=(
            body(BodyShape.CYLINDER, (0.02, 0.01), (0, 0, 1.3)),
            body(
                BodyShape.RING, (0.01, 0.02, 0.01), (0, 1.0, 0.3), name="magnet[2]",
                center=(0.005, 0.003, 0.02), rotation=rotation_matrix((1, 2, 0), 0.5),
            ),
            body(BodyShape.SPHERE, (0.012,), (0.7, 0, 0.7), name="magnet[3]", center=(0.025, 0, 0)),
        ),
        windings=(solenoid("coil[1]", 0.02, 0.024, 0.01, center=np.array([0, 0, -0.02])),),
    )  # fmt: skip


def test_third_law_and_two_ways() -> None:
    """Everything on everything: no net force, no net torque; both ways agree."""
    loads = exact_loads(_crowd())
    forces = np.array([load.force for load in loads])
    moments = [np.cross(load.point, load.force) + load.torque for load in loads]
    scale = np.linalg.norm(forces, axis=1).max()
    assert [load.name for load in loads] == ["magnet[1]", "magnet[2]", "magnet[3]", "coil[1]"]
    assert np.linalg.norm(forces.sum(axis=0)) < 1e-4 * scale
    assert np.linalg.norm(np.sum(moments, axis=0)) < 1e-4 * scale * 0.02
    for load in loads:
        stress, virtual = _ways(load)
        assert np.linalg.norm((stress - virtual)[:3]) < 1e-4 * scale
        assert np.linalg.norm((stress - virtual)[3:]) < 1e-4 * scale * 0.02


def test_third_law_sees_a_wrong_sign() -> None:
    loads = exact_loads(_crowd())
    wrong = loads[0].force - loads[1].force + loads[2].force + loads[3].force
    assert np.linalg.norm(wrong) > 0.1 * np.linalg.norm(loads[0].force)


def test_an_array_is_one_body() -> None:
    """A Halbach row of touching blocks: named once, its inner forces left out."""
    blocks = tuple(
        body(BodyShape.CUBOID, (0.01,) * 3, J, name=f"magnet[1] block {i}", center=(x, 0, 0))
        for i, (x, J) in enumerate(
            zip((-0.01, 0.0, 0.01), ((0, 0, 1.2), (1.2, 0, 0), (0, 0, -1.2)), strict=True), 1
        )
    )
    other = body(
        BodyShape.CUBOID, (0.01,) * 3, (0, 0, 1), name="magnet[2]", center=(0.002, 0, 0.015)
    )
    loads = exact_loads(MagneticScene(magnets=(*blocks, other)))
    assert [load.name for load in loads] == ["magnet[1]", "magnet[2]"]
    scale = np.linalg.norm(loads[1].force)
    assert np.linalg.norm(loads[0].force + loads[1].force) < 1e-4 * scale
    assert np.linalg.norm(loads[0].force - loads[0].force_virtual_work) < 1e-4 * scale


def test_magnet_in_a_gradient() -> None:
    """Uniform gradient G: F = G m, torque m × B0, exactly."""
    G = np.array([[1.0, 0.5, 0.2], [0.5, 2.0, -0.3], [0.2, -0.3, -3.0]])
    B0 = np.array([0.3, -0.1, 0.5])
    J = np.array([0.4, 0.2, 1.0])
    magnet = body(BodyShape.CYLINDER, (0.01, 0.006), J)
    scene = MagneticScene(magnets=(magnet,), background=background(tuple(B0), G))
    m = J / MU_0 * np.pi * 0.005**2 * 0.006
    for way in _ways(exact_loads(scene)[0]):
        assert way[:3] == pytest.approx(G @ m, rel=1e-6)
        assert way[3:] == pytest.approx(np.cross(m, B0), rel=1e-4)


def _loops_force(a: float, b: float, z: float) -> float:
    """Force between coaxial loops per unit currents, from the derivative of Maxwell's M(z)."""

    def M(z: float) -> float:
        k2 = 4.0 * a * b / ((a + b) ** 2 + z**2)
        k = np.sqrt(k2)
        return float(MU_0 * np.sqrt(a * b) * ((2.0 / k - k) * ellipk(k2) - 2.0 / k * ellipe(k2)))

    h = 1e-3 * z
    return (8.0 * (M(z + h) - M(z - h)) - (M(z + 2 * h) - M(z - 2 * h))) / (12.0 * h)


def test_coaxial_coils() -> None:
    """Thick coils as bundles of filaments, F = I1 I2 dM/dz by complete elliptic integrals."""
    first = solenoid("coil[1]", 0.02, 0.024, 0.01)
    second = solenoid("coil[2]", 0.015, 0.02, 0.008, center=np.array([0, 0, 0.02]))
    loads = exact_loads(MagneticScene(windings=(first, second)))
    nodes, w = np.polynomial.legendre.leggauss(4)
    w = w / 2.0

    def filaments(
        inner: float, outer: float, height: float, middle: float
    ) -> Iterator[tuple[float, float, float]]:
        for r, wr in zip(nodes, w, strict=True):
            for z, wz in zip(nodes, w, strict=True):
                yield (
                    0.5 * (inner + outer + r * (outer - inner)),
                    middle + 0.5 * z * height,
                    wr * wz,
                )

    force = sum(
        w1 * w2 * 1000.0**2 * _loops_force(a, b, z2 - z1)
        for a, z1, w1 in filaments(0.02, 0.024, 0.01, 0.0)
        for b, z2, w2 in filaments(0.015, 0.02, 0.008, 0.02)
    )
    assert force < 0.0  # parallel currents attract
    for load, sign in zip(loads, (-1.0, 1.0), strict=True):
        for way in _ways(load):
            assert way[2] == pytest.approx(sign * force, rel=1e-4)
            assert np.abs(way[[0, 1]]).max() < 1e-6 * abs(force)


def test_magnet_beside_a_wire() -> None:
    """The wire's load is the magnet's reversed; a small magnet feels (m·∇)B of I/r."""
    wire = Winding(
        name="coil[1]", shape=WindingShape.WIRE, dimensions=(), center=np.array([0.05, 0.0, 0.0]),
        rotation=np.eye(3), turns=1, current=100.0,
    )  # fmt: skip
    magnet = body(BodyShape.CUBOID, (0.002,) * 3, (0.0, 1.0, 0.0))
    loads = exact_loads(MagneticScene(magnets=(magnet,), windings=(wire,)))
    m = 1.0 / MU_0 * 0.002**3
    # B_y = −μ0 I/(2π (0.05 − x)) at the magnet, so that F_x = m ∂B_y/∂x.
    force = -m * MU_0 * 100.0 / (2.0 * np.pi * 0.05**2)
    assert loads[0].force[0] == pytest.approx(force, rel=2e-3)
    assert loads[1].force == pytest.approx(-loads[0].force, rel=1e-4, abs=1e-6 * abs(force))
    assert loads[1].force_virtual_work == pytest.approx(-loads[0].force, rel=1e-4, abs=1e-9)

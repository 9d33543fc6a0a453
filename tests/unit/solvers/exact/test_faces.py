"""One value on the common face of touching magnets, none on edges where the field has no bound.

The oracle is magpylib's field a little inside of the first magnet, where nobody is in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from helpers.magnets import scene_with
from helpers.places import SHARED
from helpers.tables import valid
from magcap.arrays import FloatArray
from magcap.case import Magnet
from magcap.geometry.scene import MagneticScene, bodies
from magcap.geometry.scene.magpylib import to_magpylib
from magcap.solvers.exact import outside, sample, sampled_off_faces
from magcap.solvers.results import FieldSample

TILTED = {"rotation": {"axis": [1, 2, 3], "angle": "35 deg"}}


def scene(*tables: dict[str, Any]) -> MagneticScene:
    return scene_with(bodies([valid(Magnet, {"remanence": "1 T", **keys}) for keys in tables]))


def block(x: float, **keys: Any) -> dict[str, Any]:
    """A cube of 10 mm at x mm."""
    table = {"shape": "cuboid", "size": ["10 mm"] * 3, "center": [f"{x} mm", "0 mm", "0 mm"]}
    return {**table, "magnetization": [0, 0, 1], **keys}


def at(where: MagneticScene, points: Sequence[Sequence[float]] | FloatArray) -> FieldSample:
    """The field at points in mm."""
    x = 1e-3 * np.array(points, dtype=float)
    return sampled_off_faces(where, lambda p: sample(where, p), x)


BAR = scene(block(0, size=["20 mm", "10 mm", "10 mm"]))
PAIR = scene(block(-5), block(5))
#: On the common face, on its rims where the charges of the two cancel, on a side, inside, outside.
GOOD = [(0, 0, 0), (0, 2, -3), (0, 1, 5), (0, 5, 0), (2, 5, 1), (10, 1, 1), (3, 1, 1), (15, 0, 2)]
#: On rims and at a corner of the whole bar.
BAD = [(0, 5, 5), (3, 5, -5), (10, 0, 5), (10, 5, 5)]


def test_two_cubes_are_a_bar() -> None:
    """0.564094 T in the middle, not 1.564094 T."""
    assert at(PAIR, [(0, 0, 0)]).B[0] == pytest.approx([0, 0, 0.5640942], abs=1e-6)
    one, two = at(BAR, GOOD), at(PAIR, GOOD)
    np.testing.assert_allclose(two.B, one.B, atol=1e-7)
    np.testing.assert_allclose(two.grad_B, one.grad_B, atol=1e-4 * np.abs(one.grad_B).max())
    # The error that was there is seen: each magnet counts the face as its own.
    assert np.abs(sample(PAIR, 1e-3 * np.array(GOOD)).B - one.B).max() > 0.9


@pytest.mark.parametrize("where", [BAR, PAIR], ids=["bar", "pair"])
def test_edges_without_a_bound_are_nan(where: MagneticScene) -> None:
    found = at(where, BAD)
    for values in (found.B, found.grad_half_B2, found.grad_B):
        assert np.isnan(values).all()
    beside = at(where, np.array(BAD) + np.array([1e-3, -1e-3, 2e-3]))
    assert np.isfinite(beside.B).all()


def test_edges_without_charges_have_a_value() -> None:
    """Zero test: along the upright edges of a bar magnetised upright there is no charge."""
    found = at(BAR, [(10, 5, 0), (10, 5, 4.9)])
    assert np.isfinite(found.B).all() and np.isfinite(found.grad_B).all()
    tilted = at(scene(block(0, magnetization=[1, 0, 50])), [(5, 5, 0)])
    assert np.isnan(tilted.B).all()


def test_rotated_and_shifted_the_same() -> None:
    """Faces that no axis is along, at places that rounding puts beside them."""
    from scipy.spatial.transform import Rotation

    turn = Rotation.from_rotvec(np.radians(35) * np.array([1, 2, 3]) / np.sqrt(14)).as_matrix()
    shift = np.array([1 / 3, 0.7, -0.1])

    def turned(x: float) -> dict[str, Any]:
        center = 1e3 * shift + turn @ [x, 0, 0]
        return block(
            x,
            center=[f"{c!r} mm" for c in center.tolist()],
            magnetization=turn[:, 2].tolist(),
            **TILTED,
        )

    there = scene(turned(-5), turned(5))
    points = 1e3 * shift + np.array(GOOD) @ turn.T
    np.testing.assert_allclose(at(there, points).B, at(BAR, GOOD).B @ turn.T, atol=1e-6)
    assert np.isnan(at(there, 1e3 * shift + np.array(BAD) @ turn.T).B).all()


RING = {"shape": "ring", "inner_diameter": "10 mm", "outer_diameter": "20 mm", "height": "8 mm"}
ARC = {**RING, "shape": "segment", "start_angle": "0 deg", "end_angle": "60 deg"}
AXIAL: dict[str, Any] = {"magnetization": [0.3, -0.2, 1]}
#: Two magnets, a point of their common face in mm and the way into the first.
TOUCHING: dict[str, tuple[list[dict[str, Any]], tuple[float, ...], tuple[float, ...]]] = {
    "blocks with another magnetisation": (
        [block(-5), block(5, magnetization=[0, -1, 0])],
        (0, 1, 2),
        (-1, 0, 0),
    ),
    "faces that overlap in part": (
        [block(-5, **AXIAL), block(5, center=["5 mm", "4 mm", "3 mm"])],
        (0, 2, 1),
        (-1, 0, 0),
    ),
    "a face that ends there": (
        [block(-5, **AXIAL), block(5, center=["5 mm", "5 mm", "0 mm"])],
        (0, -2, 1),
        (-1, 0, 0),
    ),
    "cylinder on block": (
        [
            block(0),
            {
                "shape": "cylinder",
                "diameter": "8 mm",
                "height": "6 mm",
                "center": ["0 mm", "0 mm", "8 mm"],
                **AXIAL,
            },
        ],
        (1, 2, 5),
        (0, 0, -1),
    ),
    "cylinder beside block, along a line": (
        [
            block(0),
            {
                "shape": "cylinder",
                "diameter": "8 mm",
                "height": "6 mm",
                "center": ["9 mm", "0 mm", "0 mm"],
                **AXIAL,
            },
        ],
        (5, 0, 1),
        (-1, 0, 0),
    ),
    "ring around cylinder": (
        [{"shape": "cylinder", "diameter": "10 mm", "height": "8 mm"}, {**RING, **AXIAL}],
        (3, 4, 1),
        (-0.6, -0.8, 0),
    ),
    "ring in ring": (
        [{**RING, **AXIAL}, {**RING, "inner_diameter": "6 mm", "outer_diameter": "10 mm"}],
        (0, -5, 1),
        (0, -1, 0),
    ),
    "sphere on block": (
        [{"shape": "sphere", "diameter": "8 mm", "center": ["0 mm", "0 mm", "9 mm"]}, block(0)],
        (0, 0, 5),
        (0, 0, 1),
    ),
    "segments": (
        [{**ARC, **AXIAL}, {**ARC, "start_angle": "-50 deg", "end_angle": "0 deg"}],
        (7, 0, 1),
        (0, 1, 0),
    ),
}


@pytest.mark.parametrize("name", TOUCHING)
def test_it_is_that_of_the_first_magnet(name: str) -> None:
    tables, point, inwards = TOUCHING[name]
    where = scene(*tables)
    inside = 1e-3 * (np.array(point) + 1e-5 * np.array(inwards))
    reference = to_magpylib(where).getB(inside)
    np.testing.assert_allclose(at(where, [point]).B[0], reference, atol=2e-5)
    # In the other order it is the other's, whose field differs in the plane alone.
    back = at(scene(*tables[::-1]), [point]).B[0]
    beyond = to_magpylib(where).getB(1e-3 * (np.array(point) - 1e-5 * np.array(inwards)))
    if "line" not in name and "sphere" not in name and "ends" not in name:
        np.testing.assert_allclose(back, beyond, atol=2e-5)
        np.testing.assert_allclose(back @ inwards, reference @ inwards, atol=3e-5)


@pytest.mark.parametrize("slip", [-9e-8, -3e-10, 4e-10, 8e-8])
def test_rounding_of_the_case_is_no_gap(slip: float) -> None:
    """Magnets that overlap, or miss each other, by less than what counts as touching."""
    there = scene(block(-5), block(5 + 1e3 * slip))
    for x in (0.0, 0.5 * slip, slip):
        found = at(there, [(1e3 * x, 1, 2)])
        np.testing.assert_allclose(found.B, at(BAR, [(0, 1, 2)]).B, atol=1e-4)
    assert np.isnan(at(there, [(0, 5, 5), (3, 5, 5)]).B).all()


def test_blood_beside_a_magnet_has_the_field_outside() -> None:
    """Where the lumen touches a magnet: no polarisation, and a number on edges too."""
    x = 1e-3 * np.array([(0, 5, 1), (0, 0, 5), (10, 5, 5), (0, 4.999, 1)])
    places = outside(BAR, x)
    np.testing.assert_allclose(places, x, atol=1e-8)
    B = sample(BAR, places).B
    assert np.isfinite(B).all()
    np.testing.assert_allclose(B[0], at(BAR, [(0, 5 + 1e-6, 1)]).B[0], atol=1e-6)
    assert B[3, 2] - B[0, 2] == pytest.approx(1.0, abs=1e-3)


def test_points_elsewhere_are_left_alone() -> None:
    x = np.random.default_rng(0).uniform(-0.02, 0.02, (500, 3))
    np.testing.assert_array_equal(outside(PAIR, x), x)
    np.testing.assert_array_equal(at(PAIR, 1e3 * x).B, sample(PAIR, 1e-3 * (1e3 * x)).B)


def test_the_users_case() -> None:
    """Probes and grid of the case in which it was found."""
    file = SHARED / "cases_from_users" / "touching_magnets_shared_face.toml"
    if not file.exists():
        pytest.skip("the users' cases are not here")
    from magcap.geometry.scene import scene_of
    from magcap.reading import load

    case = load(file)
    expected = re.search(r"Bz = ([\d.]+) T", file.read_text(encoding="utf-8"))
    assert expected is not None
    where = scene_of(case)
    found = sampled_off_faces(
        where, lambda p: sample(where, p), np.array([probe.point for probe in case.probe])
    )
    np.testing.assert_allclose(found.B[:, 2], float(expected[1]), atol=1e-6)

"""Iron of the case: bodies and materials, and every fault as a sentence with its path."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from helpers.tables import faults_of, valid
from magcap.case import Iron
from magcap.geometry.bodies import BodyShape, volume
from magcap.geometry.scene import iron_bodies

CUBE: dict[str, Any] = {"shape": "cuboid", "size": ["20 mm", "20 mm", "5 mm"]}


def part(**keys: Any) -> Any:
    return valid(Iron, keys)


def test_each_shape_becomes_a_body() -> None:
    shapes: list[tuple[dict[str, Any], BodyShape, float]] = [
        ({**CUBE}, BodyShape.CUBOID, 2e-6),
        (
            {"shape": "cylinder", "diameter": "20 mm", "height": "10 mm"},
            BodyShape.CYLINDER,
            math.pi * 1e-6,
        ),
        (
            {
                "shape": "ring",
                "inner_diameter": "10 mm",
                "outer_diameter": "20 mm",
                "height": "4 mm",
            },
            BodyShape.RING,
            math.pi * 75e-6 * 4e-3,
        ),
        ({"shape": "sphere", "diameter": "20 mm"}, BodyShape.SPHERE, 4 / 3 * math.pi * 1e-6),
        (
            {
                "shape": "frustum",
                "bottom_diameter": "20 mm",
                "top_diameter": "8 mm",
                "height": "9 mm",
            },
            BodyShape.FRUSTUM,
            math.pi / 12 * 9e-3 * (400e-6 + 160e-6 + 64e-6),
        ),
        (
            {"shape": "cone", "diameter": "20 mm", "height": "30 mm"},
            BodyShape.FRUSTUM,
            math.pi * 1e-6,
        ),
    ]
    parts = [
        part(**keys, material="1010 steel", axis=(1.0, 0.0, 0.0), center=("10 mm", "0 mm", "0 mm"))
        for keys, _, _ in shapes
    ]
    for number, (body, (_, shape, content)) in enumerate(
        zip(iron_bodies(parts), shapes, strict=True), 1
    ):
        assert body.name == f"iron[{number}]"
        assert body.shape is shape
        assert volume(body) == pytest.approx(content, rel=1e-12)
        np.testing.assert_allclose(body.rotation @ [0.0, 0.0, 1.0], [1.0, 0.0, 0.0], atol=1e-15)
        assert body.material.name == "1010 steel"


def test_the_apex_of_a_cone_points_along_its_axis() -> None:
    (body,) = iron_bodies([part(shape="cone", diameter="20 mm", height="9 mm", material="1018")])
    assert body.dimensions == (0.02, 0.0, 0.009)


def test_a_permeability_makes_a_linear_material() -> None:
    (body,) = iron_bodies([part(**CUBE, relative_permeability=1000.0)])
    assert body.material.linear
    assert body.material.relative_permeability == 1000.0


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"shape": "cuboid", "material": "1010"}, ["iron[1].size", "is missing"]),
        ({**CUBE, "height": "5 mm", "material": "1010"}, ["iron[1].height", "does not belong"]),
        ({**CUBE}, ["`iron[1]` needs a `material`", "relative_permeability"]),
        (
            {**CUBE, "material": "1010", "relative_permeability": 100.0},
            ["either `material` or `relative_permeability`"],
        ),
        (
            {**CUBE, "material": "1019 steal"},
            ["iron[1].material", "Did you mean", "Hiperco 50", ".csv"],
        ),
        ({**CUBE, "material": "xq.csv"}, ["iron[1].material", "xq.csv", "not there"]),
        (
            {"shape": "cylinder", "diameter": "20 mm", "height": "20 m", "material": "1010"},
            ["iron[1].height", "between 1 um and 10 m"],
        ),
        (
            {
                "shape": "ring",
                "inner_diameter": "20 mm",
                "outer_diameter": "20 mm",
                "height": "2 mm",
                "material": "1010",
            },
            ["iron[1].inner_diameter", "smaller than the outer"],
        ),
        ({**CUBE, "material": "1010", "axis": [0.0, 0.0, 0.0]}, ["iron[1].axis", "direction"]),
        (
            {**CUBE, "material": "1010", "center": ["0 mm", "0 mm", "300 m"]},
            ["iron[1].center", "is the unit right"],
        ),
        (
            {"shape": "surface", "file": "nothing.stl", "material": "1010"},
            ["iron[1].file", "nothing.stl"],
        ),
    ],
)
def test_faults_are_sentences(keys: dict[str, Any], words: list[str]) -> None:
    faults = faults_of(iron=[keys])
    assert faults
    text = " ".join(faults)
    for word in words:
        assert word in text
    assert all(fault.endswith((".", "?")) for fault in faults)


def test_the_number_of_a_faulty_part_is_said() -> None:
    good = {**CUBE, "material": "1010"}
    faults = faults_of(iron=[good, CUBE, good, {**CUBE, "material": "unobtainium"}])
    assert [fault.split("]")[0] for fault in faults] == ["`iron[2", "`iron[4"]


@pytest.mark.parametrize("value", [0.5, -1.0, 1e9])
def test_permeabilities_have_bounds(value: float) -> None:
    with pytest.raises(ValidationError):
        part(**CUBE, relative_permeability=value)


def test_a_table_makes_a_material(tmp_path: Path) -> None:
    file = tmp_path / "steel.csv"
    file.write_text("H [A/m], B [T]\n0, 0\n100, 0.5\n1000, 1.5\n1e4, 1.9\n1e5, 2.2\n")
    (body,) = iron_bodies([part(**CUBE, material=str(file))])
    assert body.material.name == "steel.csv"
    np.testing.assert_allclose(body.material.B, [0.0, 0.5, 1.5, 1.9, 2.2])

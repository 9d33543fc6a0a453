"""Numbers beyond any vessel, magnet or laboratory: a sentence, in seconds, that names the key."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from helpers.places import SHARED
from magcap.errors import CaseError
from magcap.reading import load
from magcap.reading.read import loads

CASE = """
vessel = {{ shape = "tube", radius = "{radius}", length = "{length}" }}
flow.inlet.mean_velocity = "10 mm/s"
carrier = [{{ name = "b", kind = "bead", diameter = "4 um", iron_mass = "5 pg" }}]
{more}
"""
CUBE = """
[[magnet]]
shape = "cuboid"
size = ["10 mm", "10 mm", "10 mm"]
grade = "N42"
center = ["{} mm", "{} mm", "{} mm"]
"""


def faults(more: str = "", radius: str = "2 mm", length: str = "20 mm") -> tuple[str, ...]:
    with pytest.raises(CaseError) as caught:
        loads(CASE.format(radius=radius, length=length, more=more))
    return caught.value.faults


@pytest.mark.parametrize(
    "value", ["1e300 mm", "20 parsec", "1 km", "1e-300 m", "1e20 m", "1e-20 m"]
)
def test_sizes(value: str) -> None:
    (fault,) = faults(length=value)
    assert fault.startswith("`vessel.length` must be a positive length between 1e-12 m and 100 m")
    assert fault.endswith(f'got "{value}"; is the unit right?')


def test_a_vessel_too_long_for_its_width() -> None:
    (fault,) = faults(length="90 m")
    assert fault.startswith("`vessel.length` makes a vessel of 90 m")
    assert "at most 5000 diameters" in fault


@pytest.mark.parametrize("value", ["1e300", "-1e300", "1e-300", "1e16"])
def test_numbers_without_a_unit(value: str) -> None:
    (fault,) = faults(f"capture.gravity = [0, 0, {value}]")
    assert fault.startswith("`capture.gravity` must be a list of numbers of a size between")


def cubes(step: float) -> str:
    places = [
        (step * (i % 10), step * (i // 10 % 10), -40 - step * (i // 100)) for i in range(1000)
    ]
    return "".join(CUBE.format(*place) for place in places)


def test_a_thousand_overlaps_are_told_of_in_a_few_sentences() -> None:
    start = time.process_time()
    found = faults(cubes(9.0))
    assert time.process_time() - start < 30.0
    assert len(found) == 21
    assert found[0] == "`magnet[2]` overlaps `magnet[1]` by 1 mm; move it at least that far."
    assert "more pairs of bodies" in found[-1]


def test_a_thousand_faults_of_one_kind_are_told_of_in_a_few_sentences() -> None:
    found = faults("".join('[[probe]]\npoint = ["0 mm", "0 mm", "1 km"]\n' for _ in range(500)))
    assert len(found) == 21
    assert found[0].startswith("`probe[1].point[3]` must be a length of at most 100 m")
    assert found[-1] == "... and 480 more like the last."


def test_neighbours_that_touch_are_no_overlap() -> None:
    """A hundred cubes face to face, all turned by 30°, and one pushed 10 um into its neighbour."""
    turned = 'rotation = { axis = [0, 0, 1], angle = "30 deg" }\n'
    cos, sin = 0.75**0.5, 0.5

    def row(shift: float) -> str:
        places = [10.0 * i - (shift if i == 50 else 0.0) for i in range(100)]
        return "".join(CUBE.format(cos * x, sin * x, -40) + turned for x in places)

    loads(CASE.format(radius="2 mm", length="20 mm", more=row(0.0)))
    (fault,) = faults(row(0.01))
    assert fault.startswith("`magnet[51]` overlaps `magnet[50]` by 0.01 mm")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("radius_1e300", "`vessel.radius`"),
        ("tube_length_1km", "`vessel.length`"),
        ("bif_length_20_parsec", "`vessel.length`"),
    ],
)
def test_the_cases_of_users(name: str, key: str) -> None:
    file: Path = SHARED / "cases_from_users" / "damaged" / f"{name}.toml"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    with pytest.raises(CaseError) as caught:
        load(file)
    (fault,) = caught.value.faults
    assert fault.startswith(key)


def test_two_inlets_are_answered_in_words() -> None:
    faults = _two_inlets()
    assert len(faults) == 3
    for number in (1, 2):
        assert faults[number - 1] == (
            f"`flow.inlet[{number}].name` is missing: the opening by which it enters, one of "
            '"inlet", "outlet".'
        )
    assert "the vessel has 2 openings" in faults[2]


def _two_inlets() -> tuple[str, ...]:
    text = CASE.format(radius="2 mm", length="20 mm", more="").replace(
        'flow.inlet.mean_velocity = "10 mm/s"',
        'flow.inlet = [{ flow_rate = "10 ul/min" }, { flow_rate = "20 ul/min" }]',
    )
    with pytest.raises(CaseError) as caught:
        loads(text)
    return caught.value.faults

"""Every fault of a coil is one sentence with its path; good coils survive as text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers.tables import faults_of, valid
from magcap.case import Coil
from magcap.errors import CaseError
from magcap.geometry.scene import WindingShape, windings
from magcap.reading import case_toml
from magcap.reading.read import loads

ROUND = {
    "inner_diameter": "30 mm",
    "outer_diameter": "50 mm",
    "height": "20 mm",
    "turns": 400,
    "current": "5 A",
}
SOLENOID: dict[str, Any] = {"shape": "solenoid", **ROUND}
PAIR: dict[str, Any] = {**SOLENOID, "shape": "helmholtz", "height": "10 mm"}
TRACK: dict[str, Any] = {
    "shape": "racetrack",
    "inner_size": ["60 mm", "20 mm"],
    "thickness": "10 mm",
    "height": "15 mm",
    "turns": 200,
    "current": "5 A",
}
WIRE: dict[str, Any] = {
    "shape": "wire",
    "point": ["0 mm", "0 mm", "-50 mm"],
    "axis": [1, 0, 0],
    "current": "100 A",
}


def coil(keys: dict[str, Any]) -> Any:
    return valid(Coil, keys)


@pytest.mark.parametrize("keys", [SOLENOID, PAIR, {**PAIR, "shape": "maxwell"}, TRACK, WIRE])
def test_good_coils_have_none(keys: dict[str, Any]) -> None:
    assert faults_of(coil=[keys]) == []


def without(keys: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in keys.items() if name != key}


@pytest.mark.parametrize(
    ("keys", "path", "words"),
    [
        (without(SOLENOID, "turns"), "coil[1].turns", "is missing"),
        (without(TRACK, "turns"), "coil[1].turns", "once per turn"),
        ({**SOLENOID, "turns": 0}, "coil[1].turns", "positive"),
        ({**SOLENOID, "turns": -3}, "coil[1].turns", "negative `current`"),
        ({**WIRE, "turns": 5}, "coil[1].turns", "does not belong to a wire"),
        (without(SOLENOID, "height"), "coil[1].height", "is missing"),
        (without(TRACK, "inner_size"), "coil[1].inner_size", "is missing"),
        (without(TRACK, "thickness"), "coil[1].thickness", "is missing"),
        (without(WIRE, "point"), "coil[1].point", "is missing"),
        (without(WIRE, "axis"), "coil[1].axis", "is missing"),
        ({**SOLENOID, "separation": "5 cm"}, "coil[1].separation", "does not belong to a solenoid"),
        ({**SOLENOID, "point": WIRE["point"]}, "coil[1].point", "does not belong to a solenoid"),
        ({**TRACK, "inner_diameter": "1 cm"}, "coil[1].inner_diameter", "belong to a racetrack"),
        ({**WIRE, "fill_factor": 0.5}, "coil[1].fill_factor", "does not belong to a wire"),
        ({**WIRE, "center": WIRE["point"]}, "coil[1].center", "does not belong to a wire"),
        ({**SOLENOID, "outer_diameter": "30 mm"}, "coil[1].inner_diameter", "smaller than"),
        ({**SOLENOID, "outer_diameter": "20 m"}, "coil[1].outer_diameter", "between 1 um and 10 m"),
        ({**TRACK, "corner_radius": "11 mm"}, "coil[1].corner_radius", "at most half"),
        ({**TRACK, "corner_radius": "-1 mm"}, "coil[1].corner_radius", "non-negative length"),
        ({**PAIR, "separation": "9 mm"}, "coil[1].separation", "or they overlap"),
        ({**PAIR, "height": "40 mm"}, "coil[1].separation", "or they overlap"),
        ({**SOLENOID, "current": "1 MA"}, "coil[1].current", "current density"),
        ({**WIRE, "current": "1 GA"}, "coil[1].current", "at most 10 MA"),
        ({**WIRE, "axis": [0, 0, 0]}, "coil[1].axis", "must be a direction"),
        (
            {**SOLENOID, "axis": [0, 0, 1], "rotation": {"axis": [0, 0, 1], "angle": "10 deg"}},
            "coil[1]",
            "not both",
        ),
        ({**SOLENOID, "center": ["0 m", "0 m", "1 km"]}, "coil[1].center", "is the unit right"),
    ],
)
def test_faults(keys: dict[str, Any], path: str, words: str) -> None:
    found = faults_of(coil=[keys])
    assert len(found) == 1, found
    assert f"`{path}" in found[0] and words in found[0]


def test_all_at_once_with_their_numbers() -> None:
    found = faults_of(coil=[SOLENOID, without(SOLENOID, "turns"), {**WIRE, "turns": 2}])
    assert [fault.split("`")[1] for fault in found] == [
        "coil[2].turns",
        "coil[3].turns",
    ]


def test_windings_of_pairs_and_tracks() -> None:
    mean = 0.02
    upper, lower = windings([coil({**PAIR, "axis": [1, 0, 0], "center": ["1 cm", "0 m", "0 m"]})])
    assert (upper.name, lower.name) == ("coil[1] upper", "coil[1] lower")
    assert upper.current == lower.current == 5.0
    np.testing.assert_allclose(upper.center, [0.01 + 0.5 * mean, 0, 0], atol=1e-15)
    np.testing.assert_allclose(upper.center + lower.center, [0.02, 0, 0], atol=1e-15)
    upper, lower = windings([coil({**PAIR, "shape": "maxwell"})])
    assert upper.current == -lower.current == 5.0
    assert upper.center[2] - lower.center[2] == pytest.approx(np.sqrt(3) * mean)
    (track,) = windings([coil(TRACK)])
    assert track.dimensions == pytest.approx((0.06, 0.02, 0.01, 0.01, 0.015))
    assert track.current_density == pytest.approx(1000 / (0.01 * 0.015))
    (wire,) = windings([coil(WIRE)])
    assert (wire.shape, wire.turns) == (WindingShape.WIRE, 1)
    np.testing.assert_allclose(wire.rotation[:, 2], [1, 0, 0], atol=1e-15)


CASE = """
vessel = { shape = "tube", radius = "3 mm", length = "80 mm" }
flow.inlet.mean_velocity = "10 cm/s"
carrier = [{ name = "MSC", diameter = "18 um", iron_mass = "20 pg", core_diameter = "10 nm" }]
"""


def table(keys: dict[str, Any]) -> str:
    import tomli_w

    return tomli_w.dumps({"coil": [keys]})


@pytest.mark.parametrize(
    "keys",
    [
        {**SOLENOID, "center": ["0 mm", "0 mm", "-30 mm"], "name": "A", "fill_factor": 0.7},
        {**PAIR, "center": ["0 m", "0 m", "20 cm"], "separation": "30 mm"},
        {**TRACK, "center": ["0 mm", "0 mm", "-30 mm"], "corner_radius": "2 mm"},
        WIRE,
    ],
)
def test_round_trip_as_text(keys: dict[str, Any]) -> None:
    case = loads(CASE + table(keys))
    assert loads(case_toml(case)) == case


@pytest.mark.parametrize(
    ("keys", "other", "words"),
    [
        ({**SOLENOID, "center": ["0 mm", "0 mm", "-12 mm"]}, "", "`coil[1]` overlaps the vessel"),
        ({**TRACK, "center": ["0 mm", "0 mm", "-10 mm"]}, "", "`coil[1]` overlaps the vessel"),
        ({**WIRE, "point": ["0 mm", "1 mm", "-1 mm"]}, "", "`coil[1]` passes through the vessel"),
        (
            {**SOLENOID, "center": ["0 mm", "0 mm", "-40 mm"]},
            '[[magnet]]\nshape = "sphere"\ndiameter = "40 mm"\ngrade = "N42"\n'
            'center = ["0 mm", "0 mm", "-40 mm"]\n',
            "`coil[1]` overlaps `magnet[1]`",
        ),
        (
            {**WIRE, "point": ["0 mm", "0 mm", "-40 mm"]},
            '[[magnet]]\nshape = "sphere"\ndiameter = "40 mm"\ngrade = "N42"\n'
            'center = ["0 mm", "0 mm", "-40 mm"]\n',
            "`coil[1]` passes through `magnet[1]`",
        ),
        (
            {**SOLENOID, "center": ["0 mm", "0 mm", "-24 mm"]},
            '[tissue]\nshape = "shell"\nlayer = [{ material = "muscle", thickness = "15 mm" }]\n',
            "`coil[1]` overlaps the tissue",
        ),
        (
            {**SOLENOID, "center": ["0 mm", "0 mm", "-40 mm"]},
            table({**TRACK, "center": ["0 mm", "0 mm", "-40 mm"]}),
            "overlaps `coil[",
        ),
    ],
)
def test_overlaps(keys: dict[str, Any], other: str, words: str) -> None:
    with pytest.raises(CaseError) as error:
        loads(CASE + table(keys) + other)
    assert len(error.value.faults) == 1
    assert words in error.value.faults[0]


def test_a_pair_on_both_sides_of_the_body_and_a_coil_around_the_vessel() -> None:
    tissue = (
        '[tissue]\nskin = ["0 m", "0 m", "15 mm"]\nnormal = [0, 0, 1]\n'
        'layer = [{ material = "muscle", thickness = "30 mm" }]\n'
    )
    pair = {**PAIR, "separation": "50 mm"}
    assert len(loads(CASE + table(pair) + tissue).coil) == 1
    with pytest.raises(CaseError, match=r"`coil\[1\] lower` overlaps the tissue by"):
        loads(CASE + table({**pair, "center": ["0 m", "0 m", "10 mm"]}) + tissue)
    around = {**SOLENOID, "axis": [1, 0, 0]}
    assert len(loads(CASE + table(around)).coil) == 1


def test_a_core_that_fills_the_bore_touches() -> None:
    core = (
        '[[magnet]]\nshape = "cylinder"\ndiameter = "30 mm"\nheight = "30 mm"\ngrade = "N42"\n'
        'center = ["0 mm", "0 mm", "-40 mm"]\n'
    )
    keys = {**SOLENOID, "center": ["0 mm", "0 mm", "-40 mm"]}
    assert len(loads(CASE + table(keys) + core).coil) == 1
    track = {**TRACK, "inner_size": ["30 mm", "30 mm"], "center": keys["center"]}
    assert len(loads(CASE + table(track) + core).coil) == 1

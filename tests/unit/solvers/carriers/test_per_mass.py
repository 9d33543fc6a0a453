"""Saturation and susceptibility per mass, and carriers less magnetic than their fluid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers.places import SHARED
from magcap.case import Blood, Carrier
from magcap.errors import CaseError
from magcap.reading import load
from magcap.reading.read import loads
from magcap.reading.write import case_toml
from magcap.solvers.carriers import carrier_notes, force_per_moment, median

CASE = """
vessel = {{ shape = "tube", radius = "2 mm", length = "20 mm" }}
flow.inlet.mean_velocity = "10 mm/s"
[[carrier]]
name = "b"
kind = "bead"
diameter = "2.8 um"
density = "1.4 g/cm^3"
{more}
"""


def carrier_of(more: str) -> Carrier:
    case = loads(CASE.format(more=more))
    assert loads(case_toml(case)) == case
    return case.carrier[0]


def fault_of(more: str) -> str:
    with pytest.raises(CaseError) as caught:
        loads(CASE.format(more=more))
    return str(caught.value)


@pytest.mark.parametrize(
    ("more", "saturation"),
    [
        ('magnetic_fraction = 1.0\nsaturation = "10.8 A*m^2/kg"', 10.8 * 1400),
        ('magnetic_fraction = 1.0\nsaturation = "10.8 emu/g"', 10.8 * 1400),
        ('magnetic_fraction = 1.0\nspecific_saturation = "10.8 emu/g"', 10.8 * 1400),
        (
            'magnetic_fraction = 0.1\nsaturation_of = "carrier"\nsaturation = "10.8 emu/g"',
            10.8 * 1400 / 0.1,
        ),
        (
            'magnetic_fraction = 0.1\nsaturation_of = "core"\nsaturation = "86 emu/g"',
            86 * 5180,
        ),
        ('iron_mass = "1 pg"\nsaturation = "86 A*m^2/kg"', 86 * 5180),
        ('iron_mass = "1 pg"\ncore_density = "4900 kg/m^3"\nsaturation = "80 emu/g"', 80 * 4900),
    ],
)
def test_saturation_per_mass(more: str, saturation: float) -> None:
    assert carrier_of(more).saturation == pytest.approx(saturation, rel=1e-12)


def test_the_moment_is_that_of_the_mass() -> None:
    """10.8 A m²/kg times the bead's mass, however it is written."""
    mass = 1400 * np.pi / 6 * 2.8e-6**3
    for more in (
        'magnetic_fraction = 1.0\nsaturation = "10.8 emu/g"',
        'magnetic_fraction = 0.2\nsaturation_of = "carrier"\nsaturation = "10.8 emu/g"',
    ):
        assert median(carrier_of(more)).moment[0] == pytest.approx(10.8 * mass, rel=1e-9)


def test_susceptibility_per_mass() -> None:
    law = 'magnetic_fraction = 1.0\nmagnetization = "linear"\n'
    carrier = carrier_of(law + 'susceptibility = "5e-4 m^3/kg"')
    assert carrier.susceptibility == pytest.approx(0.7)
    assert carrier.specific_susceptibility is None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            'magnetic_fraction = 0.1\nsaturation = "10 emu/g"',
            "carrier[1].saturation_of` is",
        ),
        ('magnetic_volume = "1 um^3"\nsaturation = "10 emu/g"', "`carrier[1].saturation_of` is"),
        (
            'iron_mass = "1 pg"\nsaturation_of = "carrier"\nsaturation = "10 emu/g"',
            "needs a magnetic_fraction",
        ),
        (
            'iron_mass = "1 pg"\nsaturation = "446 kA/m"\nspecific_saturation = "10 emu/g"',
            "either `saturation` or `specific_saturation`",
        ),
        ('iron_mass = "1 pg"\nsaturation_of = "core"', "belongs to a saturation or"),
        ('iron_mass = "1 pg"\nsaturation = "10 emu"', "a positive magnetization"),
        (
            'magnetic_fraction = 1.0\nmagnetization = "linear"\nsusceptibility = -1.0',
            "above -1",
        ),
        (
            'magnetic_fraction = 1.0\nmagnetization = "linear-saturating"\nsusceptibility = 0.0',
            "must not be 0",
        ),
    ],
)
def test_faults(more: str, words: str) -> None:
    assert words in fault_of(more)


def weak(**changes: Any) -> Carrier:
    values = {
        "name": "cell",
        "diameter": "10 um",
        "magnetic_fraction": 1.0,
        "magnetization": "linear",
        "susceptibility": -3e-4,
    }
    return Carrier.model_validate(values | changes)


def force(carrier: Carrier) -> np.ndarray[Any, Any]:
    B, gradient = np.array([[0.0, 0.0, 0.3]]), np.array([[0.0, 0.0, 2.0]])
    per_moment = force_per_moment(carrier, B, gradient, Blood(), path="carrier")
    return np.asarray(median(carrier).moment[0] * per_moment[0])


def test_less_magnetic_than_the_fluid_is_pushed_away() -> None:
    """F = V Δχ/μ0 ½∇B² for |Δχ| ≪ 1, down the gradient; with the other sign the opposite."""
    volume = np.pi / 6 * 10e-6**3
    expected = volume * -3e-4 / (4e-7 * np.pi) * 2.0
    assert force(weak())[2] == pytest.approx(expected, rel=2e-4)
    assert force(weak(susceptibility=3e-4))[2] == pytest.approx(-expected, rel=2e-4)
    assert force(weak(susceptibility=0.0)).tolist() == [0.0, 0.0, 0.0]
    strong = weak(susceptibility=-0.5, magnetization="linear-saturating", saturation="1 kA/m")
    assert force(strong)[2] == pytest.approx(-volume * 1e3 * 2.0 / 0.3, rel=1e-9)


def test_it_is_said() -> None:
    (note,) = carrier_notes(weak(), 1e-3)
    assert "pushed out of the field" in note
    assert not list(carrier_notes(weak(susceptibility=3e-4), 1e-3))
    (note,) = carrier_notes(carrier_of('magnetic_fraction = 1.0\nsaturation = "10 emu/g"'), 1e-3)
    assert "comes out too small" in note


@pytest.mark.parametrize("name", ["bead_mass_magnetization", "diamagnetic_cells"])
def test_the_cases_of_users(name: str) -> None:
    file = SHARED / "cases_from_users" / f"{name}.toml"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    (carrier,) = load(file).carrier
    if name.startswith("bead"):
        assert carrier.saturation == pytest.approx(15_120.0)
    else:
        assert carrier.susceptibility == -3e-4

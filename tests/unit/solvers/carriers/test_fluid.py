"""The fluid of a carrier: by size, as asked for, and where there is no plasma to speak of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from magcap.case import Blood, Carrier
from magcap.solvers import carriers as populations
from magcap.solvers.carriers import (
    between,
    carrier_notes,
    curve_of,
    field_notes,
    fluid_of,
    has_cells,
    in_the_other,
    median_in,
    name_of,
    vessel_notes,
)

THICK = np.array([3.5e-3, 5e-3])


def carrier(**changes: Any) -> Carrier:
    values = {"name": "c", "diameter": "200 nm", "core_diameter": "10 nm", "iron_mass": "0.1 fg"}
    return Carrier.model_validate({**values, **changes})


@pytest.mark.parametrize(
    ("diameter", "name", "unsure"),
    [
        ("100 nm", "plasma", False),
        ("0.5 um", "plasma", True),
        ("1.9 um", "plasma", True),
        ("2 um", "blood", True),
        ("10 um", "blood", True),
        ("18 um", "blood", False),
    ],
)
def test_default_by_size(diameter: str, name: str, unsure: bool) -> None:
    one = carrier(diameter=diameter)
    assert name_of(one, Blood()) == name
    assert between(one, Blood()) == unsure
    assert {name, name_of(in_the_other(one, Blood()), Blood())} == {"plasma", "blood"}
    assert not between(carrier(diameter=diameter, fluid=name), Blood())


@pytest.mark.parametrize(
    "blood", [{"viscosity": "1 mPa*s"}, {"viscosity": "1.2 mPa*s"}, {"hematocrit": 0.0}]
)
def test_without_cells_there_is_one_fluid(blood: dict[str, Any]) -> None:
    """A bench case in water must not become plasma."""
    water = Blood.model_validate(blood)
    assert not has_cells(water)
    fluid = fluid_of(carrier(), water, THICK)
    assert fluid.name == "blood" and fluid.viscosity is THICK and fluid.density == water.density
    assert not between(carrier(diameter="1 um"), water)


def test_plasma_is_newtonian() -> None:
    blood = Blood.model_validate({"model": "carreau-yasuda", "plasma_viscosity": "1.3 mPa*s"})
    fluid = fluid_of(carrier(), blood, THICK)
    assert fluid.viscosity.tolist() == [1.3e-3, 1.3e-3]
    assert fluid.density == 1025.0


def test_own_fluid_like_the_blood_changes_nothing() -> None:
    """The zero test: viscosity and density of the blood as a fluid of one's own."""
    own = carrier(fluid={"viscosity": "3.5 mPa*s", "density": "1060 kg/m^3"})
    same = median_in(carrier(fluid="blood"), Blood(), 3.5e-3)
    found = median_in(own, Blood(), 3.5e-3)
    assert found.fluid.name == "own"
    assert (found.mobility, found.diffusivity, found.buoyant_mass) == (
        same.mobility,
        same.diffusivity,
        same.buoyant_mass,
    )


def test_plasma_is_2_9_times_thinner() -> None:
    thin, thick = (median_in(carrier(fluid=name), Blood(), 3.5e-3) for name in ("plasma", "blood"))
    assert thin.mobility / thick.mobility == pytest.approx(3.5 / 1.2)
    assert thin.diffusivity / thick.diffusivity == pytest.approx(3.5 / 1.2)


def test_a_body_that_is_no_sphere() -> None:
    """A red cell of 90 fl, 7.5 µm across: mobility of 6.1 µm, weight of 90 fl."""
    disc = carrier(
        diameter={"median": "7.5 um", "gsd": 1.1}, drag_diameter="6.1 um", volume="90 um^3"
    )
    middle = median_in(disc, Blood(), 1e-3)
    assert middle.mobility == pytest.approx(1 / (3 * np.pi * 1e-3 * 6.1e-6))
    assert middle.buoyant_mass == pytest.approx(90e-18 * (1050 - 1060), rel=1e-9, abs=0)
    drawn = populations.sample(disc, np.random.default_rng(1).standard_normal((50, 2)))
    assert np.allclose(drawn.drag_diameter / drawn.diameter, 6.1 / 7.5)
    assert np.allclose(drawn.volume / drawn.diameter**3, 90 / 7.5**3, atol=0)
    ball = populations.median(carrier(diameter="7.5 um"))
    assert ball.drag_diameter[0] == ball.diameter[0]
    assert ball.volume[0] == pytest.approx(np.pi / 6 * 7.5e-6**3, rel=1e-9, abs=0)


def test_notes_tell_the_size_of_what_is_left_out() -> None:
    wide = carrier(diameter="100 um", iron_mass="10 pg")
    (note,) = carrier_notes(wide, 150e-6)
    assert "0.33 of the vessel's radius" in note and "2.2" in note
    assert not list(carrier_notes(wide, 600e-6))
    (note,) = vessel_notes(Blood(), 100e-6)
    assert "24 % thinner" in note and 'apparent_viscosity = "pries"' in note
    for blood in ({"apparent_viscosity": "pries"}, {"hematocrit": 0}, {"viscosity": "1 mPa*s"}):
        assert not list(vessel_notes(Blood.model_validate(blood), 100e-6))
    assert not list(vessel_notes(Blood(), 300e-6))


def test_a_field_beyond_the_table_is_told(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("B [mT], M [kA/m]\n0, 0\n50, 5\n100, 6\n", encoding="utf-8")
    bead = Carrier.model_validate(
        {
            "name": "c",
            "diameter": "1 um",
            "magnetization": "table",
            "magnetization_table": str(tmp_path / "m.csv"),
            "magnetization_table_of": "carrier",
        }
    )
    (note,) = field_notes(bead, Blood(), 0.2)
    assert "reaches 0.2 T, but its table ends at 0.1 T" in note
    assert not list(field_notes(bead, Blood(), 0.1))
    law = curve_of(bead, Blood(), path="carrier")
    assert law.per_field(np.array([0.1, 0.4])) == pytest.approx([10.0, 2.5])

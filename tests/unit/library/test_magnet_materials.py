"""The materials library is whole, plausible and has its sources."""

from __future__ import annotations

import pytest

from magcap.constants import ZERO_CELSIUS
from magcap.library import magnet_grade, materials
from magcap.library.material_table import Confidence

#: Remanence in T, from and to, of sintered NdFeB at room temperature: vendors' tables agree.
NDFEB = {
    "N35": (1.17, 1.22),
    "N38": (1.22, 1.25),
    "N40": (1.25, 1.28),
    "N42": (1.28, 1.32),
    "N45": (1.32, 1.38),
    "N48": (1.37, 1.43),
    "N50": (1.39, 1.45),
    "N52": (1.42, 1.48),
    "N55": (1.44, 1.52),
}


@pytest.mark.parametrize(("name", "expected"), NDFEB.items())
def test_ndfeb_grades_are_those_of_the_vendor_tables(
    name: str, expected: tuple[float, float]
) -> None:
    grade = materials().magnets[name]
    assert (grade.remanence_min, grade.remanence_max) == expected
    assert grade.recoil_permeability == 1.05
    assert grade.temperature_coefficient == -0.0012
    assert grade.density == 7500
    strongest = name in {"N52", "N55"}
    assert grade.coercivity == (876e3 if strongest else 955e3)
    assert grade.max_temperature == ZERO_CELSIUS + (70 if strongest else 80)


def test_every_magnet_is_plausible() -> None:
    magnets = materials().magnets
    assert {grade.family for grade in magnets.values()} == {
        "NdFeB",
        "SmCo 1:5",
        "SmCo 2:17",
        "ferrite",
    }
    for name, grade in magnets.items():
        assert name == grade.name
        assert 0.15 < grade.remanence_min <= grade.remanence_max < 1.6
        assert 1.0 < grade.recoil_permeability < 1.3
        assert -0.003 < grade.temperature_coefficient < 0.0
        assert 1e5 < grade.coercivity < 3e6
        assert 330 < grade.max_temperature < 700
        assert 4500 < grade.density < 9000
        assert len(grade.source) > 20


def test_letters_stand_for_the_temperature_limit() -> None:
    for suffix, celsius in {"M": 100, "H": 120, "SH": 150, "UH": 180, "EH": 200}.items():
        grade = magnet_grade(f"N38{suffix}")
        assert grade.max_temperature == ZERO_CELSIUS + celsius
        assert grade.remanence == magnet_grade("N38").remanence


def test_tissues_are_nearly_water() -> None:
    tissues = materials().tissues
    assert {"skin", "fat", "muscle", "bone", "blood", "vessel wall"} <= set(tissues)
    for tissue in tissues.values():
        assert -12e-6 < tissue.susceptibility < -7e-6
        assert 900 < tissue.density < 2000
        assert tissue.colour.startswith("#")
        assert isinstance(tissue.confidence, Confidence)
        assert len(tissue.source) > 20


def test_names_may_differ_in_case_and_dashes() -> None:
    assert magnet_grade("n-42 sh").name == "N42SH"
    with pytest.raises(KeyError):
        magnet_grade("N99")


def test_ferrite_loses_a_fifth_of_a_percent_per_kelvin() -> None:
    grade = magnet_grade("Y30")
    ratio = grade.remanence_at(ZERO_CELSIUS + 120) / grade.remanence
    assert ratio == pytest.approx(0.8)

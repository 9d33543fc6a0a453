"""Magnet grades and tissues with their sources, read from ``materials.toml``.

Every entry says how sure it is: *measured* (a value of the cited measurement), *typical*
(vendor tables, textbooks, compilations) or *assumed*.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from magcap.constants import ZERO_CELSIUS

#: Temperature in K at which the library's remanences hold (20 °C).
REFERENCE_TEMPERATURE = ZERO_CELSIUS + 20.0


class Confidence(StrEnum):
    """How sure a value is."""

    MEASURED = "measured"
    TYPICAL = "typical"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MagnetGrade:
    """A permanent-magnet material.

    Attributes
    ----------
    name, family : str
        E.g. ``"N42"``, ``"NdFeB"``.
    remanence_min, remanence_max : float
        Range of the remanence at 20 °C in T.
    recoil_permeability : float
        Relative.
    temperature_coefficient : float
        Of the remanence, relative, in 1/K.
    coercivity : float
        Intrinsic coercivity HcJ at 20 °C in A/m (the least that is guaranteed).
    coercivity_coefficient : float
        Of the coercivity, relative, in 1/K.
    squareness : float
        Hk/HcJ: where the demagnetisation curve bends, over the coercivity.
    max_temperature : float
        Highest working temperature in K (depends on the magnet's shape as well).
    density : float
        In kg/m³.
    confidence : Confidence
    source : str
    """

    name: str
    family: str
    remanence_min: float
    remanence_max: float
    recoil_permeability: float
    temperature_coefficient: float
    coercivity: float
    coercivity_coefficient: float
    squareness: float
    max_temperature: float
    density: float
    confidence: Confidence
    source: str

    @property
    def remanence(self) -> float:
        """Middle of the range at 20 °C in T."""
        return 0.5 * (self.remanence_min + self.remanence_max)

    def remanence_at(self, temperature: float) -> float:
        """Middle of the range at `temperature` in K: Br [1 + α (T − 20 °C)], in T.

        >>> round(materials().magnets["N52"].remanence_at(310.15), 5)
        1.42042
        """
        change = self.temperature_coefficient * (temperature - REFERENCE_TEMPERATURE)
        return self.remanence * (1.0 + change)

    def knee_at(self, temperature: float, coercivity: float | None = None) -> float:
        """Field strength of the knee at `temperature` in K: −(Hk/HcJ) HcJ [1 + β (T − 20 °C)].

        In A/m, negative, 0 where the coercivity is gone; `coercivity` in A/m replaces the grade's.

        >>> round(materials().magnets["N42"].knee_at(353.15))
        -472725
        """
        change = self.coercivity_coefficient * (temperature - REFERENCE_TEMPERATURE)
        HcJ = self.coercivity if coercivity is None else coercivity
        return -self.squareness * HcJ * max(1.0 + change, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TissueMaterial:
    """A tissue of the human body.

    Attributes
    ----------
    name : str
    density : float
        In kg/m³.
    susceptibility : float
        Volume susceptibility (SI).
    colour : str
        For pictures, ``"#rrggbb"``.
    confidence : Confidence
    source, note : str
    """

    name: str
    density: float
    susceptibility: float
    colour: str
    confidence: Confidence
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """The library: magnet grades and tissues by name."""

    magnets: Mapping[str, MagnetGrade]
    tissues: Mapping[str, TissueMaterial]


@cache
def materials() -> Materials:
    """The library of materials that comes with magcap."""
    text = resources.files("magcap.library").joinpath("materials.toml").read_text("utf-8")
    table = tomllib.loads(text)
    sources: dict[str, str] = table["source"]
    magnets: dict[str, MagnetGrade] = {}
    for family in table["magnet_family"]:
        for grade in _grades(family, sources):
            magnets[grade.name] = grade
    tissues = {
        row["name"]: TissueMaterial(
            **{
                **row,
                "source": "; ".join(sources[key] for key in row["source"]),
                "confidence": Confidence(row["confidence"]),
            }
        )
        for row in table["tissue"]
    }
    return Materials(magnets=MappingProxyType(magnets), tissues=MappingProxyType(tissues))


def _grades(family: Mapping[str, Any], sources: Mapping[str, str]) -> list[MagnetGrade]:
    """Grades of one family: what a row does not say is taken from the family."""
    shared = {key: value for key, value in family.items() if key != "grade"}
    return [_grade({**shared, **row}, sources) for row in family["grade"]]


def _grade(row: Mapping[str, Any], sources: Mapping[str, str]) -> MagnetGrade:
    low, high = row["remanence"]
    return MagnetGrade(
        name=row["name"],
        family=row["family"],
        remanence_min=low,
        remanence_max=high,
        recoil_permeability=row["recoil_permeability"],
        temperature_coefficient=row["temperature_coefficient"],
        coercivity=row["coercivity"],
        coercivity_coefficient=row["coercivity_coefficient"],
        squareness=row["squareness"],
        max_temperature=row["max_celsius"] + ZERO_CELSIUS,
        density=row["density"],
        confidence=Confidence(row["confidence"]),
        source="; ".join(sources[key] for key in (row["source"], *row["coercivity_source"])),
    )


def canonical_grade(name: str) -> str:
    """`name` as the library spells it, if it differs only in case, blanks and dashes."""
    plain = _plain(name)
    return next((known for known in materials().magnets if _plain(known) == plain), name)


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def magnet_grade(name: str) -> MagnetGrade:
    """The grade called `name` (upper or lower case, with or without dashes).

    Raises
    ------
    KeyError
        If the library does not have it.
    """
    return materials().magnets[canonical_grade(name)]

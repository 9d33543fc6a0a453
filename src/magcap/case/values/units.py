"""Quantities of a case file: strings with units in, SI numbers out.

`Quantity("length", example="5 mm")` is a pydantic annotation: it takes ``"5 mm"``, checks the
dimension with pint and hands on 0.005. The models of `magcap.case` hold SI numbers only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

#: Dimension name in messages -> (SI unit, example).
DIMENSIONS: dict[str, tuple[str, str]] = {
    "length": ("m", "5 mm"),
    "time": ("s", "20 s"),
    "mass": ("kg", "20 pg"),
    "volume": ("m^3", "0.01 um^3"),
    "density": ("kg/m^3", "1060 kg/m^3"),
    "dynamic viscosity": ("Pa*s", "3.5 mPa*s"),
    "velocity": ("m/s", "0.1 m/s"),
    "volume flow rate": ("m^3/s", "6.5 ml/s"),
    "pressure": ("Pa", "80 mmHg"),
    "force": ("N", "100 pN"),
    "rate": ("1/s", "0.5 1/s"),
    "angle": ("rad", "30 deg"),
    "temperature": ("K", "37 degC"),
    "magnetic flux density": ("T", "1.3 T"),
    "magnetic flux density gradient": ("T/m", "0.04 T/m"),
    "magnetization": ("A/m", "446 kA/m"),
    "specific magnetization": ("A*m^2/kg", "70 A*m^2/kg"),
    "specific susceptibility": ("m^3/kg", "1e-4 m^3/kg"),
    "current": ("A", "10 A"),
    "magnetic moment": ("A*m^2", "2.4e-12 A*m^2"),
    "flow resistance": ("Pa*s/m^3", "1e8 Pa*s/m^3"),
    "flow compliance": ("m^3/Pa", "1e-9 m^3/Pa"),
    "number density": ("1/m^3", "1e6 1/ml"),
    "mass concentration": ("kg/m^3", "0.5 mg/ml"),
    "diffusivity": ("m^2/s", "1e-11 m^2/s"),
    "dimensionless number": ("", "0.45"),
    "mass fraction": ("", "0.2"),
}

#: Smallest and largest size that a quantity has in any vessel, magnet or laboratory, in SI; zero
#: and either sign stay allowed where the place allows them. Beyond, it is a slip of the unit, and
#: its squares and cubes would leave the range of numbers.
LIMITS: Final[dict[str, tuple[float, float]]] = {
    "length": (1e-12, 100.0),
    "time": (1e-9, 1e9),
    "mass": (1e-27, 1.0),
    "volume": (1e-30, 1.0),
    "density": (0.1, 1e5),
    "dynamic viscosity": (1e-6, 1e4),
    "velocity": (1e-12, 1e3),
    "volume flow rate": (1e-21, 1.0),
    "pressure": (1e-12, 1e9),
    "force": (1e-20, 1e6),
    "rate": (1e-12, 1e12),
    "angle": (1e-12, 1e4),
    "temperature": (1e-3, 1e4),
    "magnetic flux density": (1e-15, 1e3),
    "magnetic flux density gradient": (1e-12, 1e6),
    "magnetization": (1e-3, 1e8),
    "specific magnetization": (1e-6, 1e4),
    "specific susceptibility": (1e-15, 1e3),
    "current": (1e-12, 1e9),
    "flow resistance": (1.0, 1e20),
    "flow compliance": (1e-22, 1.0),
    "number density": (1.0, 1e27),
    "mass concentration": (1e-12, 1e4),
    "diffusivity": (1e-25, 1.0),
    "dimensionless number": (1e-12, 1e9),
}

#: A decimal number, then a unit. Nothing else reaches pint, whose parser evaluates arithmetic.
_NUMBER: Final = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*(.*)", re.ASCII)
_NAME: Final = r"[A-Za-zµμΩÅ°%][A-Za-z_]*(?:H2O)?"
_UNIT: Final = re.compile(rf"(?:1/)?{_NAME}(?:\^-?\d)?(?:[*/]{_NAME}(?:\^-?\d)?){{0,7}}")
_CGS: Final = re.compile(r"(?<![A-Za-z])(m|k|milli|kilo)?(G|gauss|Oe|oersted)(?![A-Za-z])")
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@cache
def _registry() -> Any:
    import pint

    registry = pint.UnitRegistry(autoconvert_offset_to_baseunit=True, on_redefinition="ignore")
    # The CGS units of the magnet trade, which pint keeps in a context of their own.
    registry.define("gauss_si = 1e-4 tesla = G_si")
    registry.define("oersted_si = 79.57747154594767 ampere / meter = Oe_si")
    registry.define("emu = 1e-3 ampere * meter ** 2")
    return registry


def _unit_text(text: str) -> str:
    """`text` in the one spelling that `_UNIT` knows: ``"kg / m³"`` -> ``"kg/m^3"``."""
    unit = re.sub(r"([⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹])", lambda m: "^" + m[0].translate(_SUPERSCRIPTS), text)
    unit = re.sub(r"^\s*/", "1/", unit)
    unit = unit.replace("**", "^").replace("·", "*").replace("⋅", "*").replace("μ", "µ")
    unit = re.sub(r"\s*([*/^])\s*", r"\1", unit.strip())
    unit = re.sub(r"\s+", "*", unit)
    unit = re.sub(r"(?<![\^H-])(?<=[A-Za-z])([2-9])(?=[*/]|$)", r"^\1", unit)
    return unit


@lru_cache(maxsize=512)
def _unit_of(unit: str, dimension: str) -> Any:
    """Unit of pint for `unit`, checked for its dimension."""
    registry = _registry()
    if unit == "":
        parsed = registry.Unit("dimensionless")
    elif unit == "%":
        parsed = registry.Unit("percent")
    elif unit == "°":
        parsed = registry.Unit("degree")
    elif _UNIT.fullmatch(unit) and "%" not in unit:
        cgs = re.sub(
            r"(?<![A-Za-z])(m|k|milli|kilo)?(G|gauss|Oe|oersted)(?![A-Za-z])", r"\1\2_si", unit
        )
        parsed = registry.parse_units(cgs.replace("°", "deg"))
    else:
        raise ValueError("not a unit")
    if not parsed.is_compatible_with(DIMENSIONS[dimension][0] or "dimensionless"):
        raise ValueError("another dimension")
    return parsed


def _shortest(value: float) -> float:
    """`value` without the dust of a conversion: 0.007, not 0.0070000000000000001."""
    rounded = float(f"{value:.15g}")
    return rounded if len(repr(rounded)) < len(repr(value)) - 5 else value


def parse(text: str, dimension: str) -> float:
    """Value of `text` in the SI unit of `dimension`.

    Raises
    ------
    ValueError
        If the text is not a finite quantity of that dimension.

    >>> parse("5 mm", "length")
    0.005
    >>> parse("13 kG", "magnetic flux density")
    1.3
    """
    import pint

    match = _NUMBER.fullmatch(text.strip()) if len(text) <= 200 else None
    if match is None:
        raise ValueError("not a quantity")
    number, unit = float(match[1]), _unit_text(match[2])
    si_unit = DIMENSIONS[dimension][0]
    if unit == "" and si_unit != "":
        raise ValueError("a unit is missing")
    if unit == si_unit:
        value = number
    else:
        try:
            quantity = _registry().Quantity(number, _unit_of(unit, dimension))
            value = float(quantity.to(si_unit or "dimensionless").magnitude)
        except (pint.errors.PintError, ArithmeticError, TypeError, AttributeError, KeyError):
            raise ValueError("not a unit") from None
        value = _shortest(value)
    if not math.isfinite(value):
        raise ValueError("not finite")
    return value


def unit_factor(unit: str, dimension: str) -> float | None:
    """SI units in one `unit` of `dimension`; None if it is no such unit.

    >>> unit_factor("kA/m", "magnetization"), unit_factor("kA/m", "length")
    (1000.0, None)
    """
    if not unit.strip():
        return None
    try:
        return parse(f"1 {unit}", dimension)
    except ValueError:
        return None


def dimension_of(value: object, dimensions: Iterable[str]) -> str | None:
    """The first of `dimensions` that a text of a case file has; None if it has none of them.

    >>> dimension_of("90 emu/g", ("magnetization", "specific magnetization"))
    'specific magnetization'
    """
    for dimension in dimensions if isinstance(value, str) else ():
        try:
            parse(str(value), dimension)
        except ValueError:
            continue
        return dimension
    return None


@dataclass(frozen=True, slots=True)
class Quantity:
    """Annotation of a float that is written as a string with a unit.

    Parameters
    ----------
    dimension : str
        Key of `DIMENSIONS`.
    positive, non_negative : bool
        Bounds on the SI value.
    example : str, optional
        Shown in messages and in the JSON Schema.
    words : tuple of str
        What may stand there instead of a quantity, handed on as it is.
    """

    dimension: str
    positive: bool = False
    non_negative: bool = False
    example: str | None = None
    words: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is expected, e.g. ``'a positive length such as "5 mm"'``."""
        bound = "positive " if self.positive else "non-negative " if self.non_negative else ""
        article = "an" if not bound and self.dimension[0] in "aeiou" else "a"
        example = self.example or DIMENSIONS[self.dimension][1]
        words = "".join(f' or "{word}"' for word in self.words)
        return f'{article} {bound}{self.dimension} such as "{example}"{words}'

    def validate(self, value: object) -> float | str:
        """The SI number of `value`, which stands in a case file, or a word of `words`."""
        if isinstance(value, str) and value in self.words:
            return value
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self._error()
        number = math.nan
        if isinstance(value, str):
            try:
                number = parse(value, self.dimension)
            except ValueError:
                raise self._error() from None
        elif DIMENSIONS[self.dimension][0] == "" or value == 0:
            try:
                number = float(value)
            except OverflowError:
                raise self._error() from None
        if not math.isfinite(number):
            raise self._error()
        if (self.positive and number <= 0) or (self.non_negative and number < 0):
            raise self._error()
        self._check_size(abs(number))
        return number

    def _check_size(self, size: float) -> None:
        """Refuse what no vessel, magnet or laboratory has."""
        least, most = LIMITS.get(self.dimension, (0.0, math.inf))
        bounded = self.positive or self.non_negative
        if size == 0.0 or (size <= most and (size >= least or not bounded)):
            return
        unit = DIMENSIONS[self.dimension][0]
        low, high = (f"{bound:g} {unit}".strip() for bound in (least, most))
        words = f"between {low} and {high}" if bounded else f"of at most {high}"
        raise PydanticCustomError("out_of_range", "must be {range}", {"range": words})

    def _error(self) -> PydanticCustomError:
        return PydanticCustomError("quantity", "must be {sentence}", {"sentence": self.sentence})

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.validate)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        unit, example = DIMENSIONS[self.dimension]
        return {
            "type": ["string", "number"] if unit == "" else "string",
            "description": self.sentence,
            "unit": unit or "1",
            "examples": [self.example or example],
        }

"""Quantities of a case file: strings with units in, SI numbers out.

`Quantity("length", example="5 mm")` is a pydantic annotation: it takes ``"5 mm"``, checks the
dimension with pint and hands on 0.005. The models of `magcap.case` hold SI numbers only.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

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
    "angle": ("rad", "30 deg"),
    "temperature": ("K", "37 degC"),
    "magnetic flux density": ("T", "1.3 T"),
    "magnetic flux density gradient": ("T/m", "0.04 T/m"),
    "magnetization": ("A/m", "446 kA/m"),
    "current": ("A", "10 A"),
    "magnetic moment": ("A*m^2", "2.4e-12 A*m^2"),
    "flow resistance": ("Pa*s/m^3", "1e8 Pa*s/m^3"),
    "flow compliance": ("m^3/Pa", "1e-9 m^3/Pa"),
    "dimensionless number": ("", "0.45"),
    "mass fraction": ("", "0.2"),
}


@cache
def _registry() -> Any:
    import pint

    registry = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    registry.define("oersted_ = 1000 / (4 * pi) * A / m")
    return registry


@lru_cache(maxsize=4096)
def parse(text: str, dimension: str) -> float:
    """Value of `text` in the SI unit of `dimension`.

    Raises
    ------
    ValueError
        If the text is not a finite quantity of that dimension.

    >>> parse("5 mm", "length")
    0.005
    """
    import pint

    unit, _ = DIMENSIONS[dimension]
    if len(text) > 200 or "**" in text or text.count("^") > 3 or text.count("(") > 4:
        raise ValueError("not a quantity")
    if re.search(r"\^\s*-?\d{2,}", text):
        raise ValueError("not a quantity")
    try:
        quantity = _registry().Quantity(text.replace("%", " percent"))
        value = float(quantity.to(unit).magnitude)
    except (pint.errors.PintError, ValueError, TypeError, AttributeError, KeyError):
        raise ValueError("not a quantity") from None
    except Exception:  # pint's parser lets tokenizer and arithmetic errors through
        raise ValueError("not a quantity") from None
    if not math.isfinite(value):
        raise ValueError("not finite")
    return value


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
    """

    dimension: str
    positive: bool = False
    non_negative: bool = False
    example: str | None = None

    def _example(self) -> str:
        return self.example or DIMENSIONS[self.dimension][1]

    def _validate(self, value: object) -> float:
        dimensionless = DIMENSIONS[self.dimension][0] == ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self._error()
        if isinstance(value, str):
            try:
                number = parse(value.strip(), self.dimension)
            except ValueError:
                raise self._error() from None
        elif dimensionless or value == 0:
            number = float(value)
        else:
            raise self._error()
        if not math.isfinite(number):
            raise self._error()
        if (self.positive and number <= 0) or (self.non_negative and number < 0):
            raise self._error()
        return number

    def _error(self) -> PydanticCustomError:
        article = "an" if self.dimension[0] in "aeiou" else "a"
        bound = "positive " if self.positive else "non-negative " if self.non_negative else ""
        article = "a" if bound else article
        return PydanticCustomError(
            "quantity",
            'must be {article} {bound}{dimension} such as "{example}"',
            {
                "article": article,
                "bound": bound,
                "dimension": self.dimension,
                "example": self._example(),
            },
        )

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._validate)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        unit, _ = DIMENSIONS[self.dimension]
        return {
            "type": ["string", "number"] if unit == "" else "string",
            "description": f"{self.dimension} ({unit or 'dimensionless'} inside)",
            "examples": [self._example()],
        }

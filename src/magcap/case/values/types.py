"""Quantities of the case file, read from strings with units into SI, and the base model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict, field_validator
from pydantic_core import PydanticCustomError

from .units import Quantity

Length = Annotated[float, Quantity("length", positive=True)]
LengthOrZero = Annotated[float, Quantity("length", non_negative=True)]
Coordinate = Annotated[float, Quantity("length", example="12 mm")]
Point = tuple[Coordinate, Coordinate, Coordinate]
Angle = Annotated[float, Quantity("angle")]
Time = Annotated[float, Quantity("time", positive=True)]
Mass = Annotated[float, Quantity("mass", non_negative=True)]
Volume = Annotated[float, Quantity("volume", positive=True)]
Density = Annotated[float, Quantity("density", positive=True)]
Viscosity = Annotated[float, Quantity("dynamic viscosity", positive=True)]
Velocity = Annotated[float, Quantity("velocity", positive=True)]
FlowRate = Annotated[float, Quantity("volume flow rate", positive=True)]
Load = Annotated[float, Quantity("force", positive=True)]
Rate = Annotated[float, Quantity("rate", positive=True)]
Pressure = Annotated[float, Quantity("pressure")]
Stress = Annotated[float, Quantity("pressure", positive=True, example="5 mPa")]
Resistance = Annotated[float, Quantity("flow resistance", positive=True)]
Resistive = Annotated[float, Quantity("flow resistance", non_negative=True)]
Compliance = Annotated[float, Quantity("flow compliance", positive=True)]
Temperature = Annotated[float, Quantity("temperature", positive=True)]
FluxDensity = Annotated[float, Quantity("magnetic flux density")]
FluxDensityGradient = Annotated[float, Quantity("magnetic flux density gradient")]
Magnetization = Annotated[float, Quantity("magnetization", positive=True)]
SpecificMagnetization = Annotated[float, Quantity("specific magnetization", positive=True)]
SpecificSusceptibility = Annotated[float, Quantity("specific susceptibility")]
NumberDensity = Annotated[float, Quantity("number density", positive=True)]
MassConcentration = Annotated[float, Quantity("mass concentration", positive=True)]
Diffusivity = Annotated[float, Quantity("diffusivity", non_negative=True)]
Current = Annotated[float, Quantity("current")]
Fraction = Annotated[float, Quantity("dimensionless number", non_negative=True)]
Murray = Literal["murray"]
Share = Annotated[
    float | Murray, Quantity("dimensionless number", non_negative=True, words=("murray",))
]
#: Sizes of numbers without a unit: beyond, their squares or cubes leave the range of numbers.
_TINY, _HUGE = 1e-60, 1e15


#: Strict: TOML's types count, ``true`` is not 1 and ``"5"`` is not 5.
Number = Annotated[float, Strict()]
Integer = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Vector = tuple[Number, Number, Number]
Count = Annotated[int, Strict(), Field(ge=1, le=1000)]
Unit = Literal["m", "cm", "mm", "um", "in"]


def form(value: Any) -> str:
    """Tag of a union's branch by the form of the TOML value."""
    if isinstance(value, dict | BaseModel):
        return "table"
    return "list" if isinstance(value, list | tuple) else "value"


def with_default(key: str, tag: str) -> Callable[[Any], Any]:
    """What a table without `key` goes through: `key` = `tag`, which tells its union's branch.

    >>> with_default("shape", "slab")({"skin": 1})
    {'shape': 'slab', 'skin': 1}
    """

    def filled(value: Any) -> Any:
        return {key: tag, **value} if isinstance(value, Mapping) else value

    return filled


def rows(value: Any) -> Any:
    """Nine entries in one list as three rows."""
    if isinstance(value, list) and len(value) == 9:
        return [value[0:3], value[3:6], value[6:9]]
    return value


class Model(BaseModel):
    """Base of all tables: frozen, unknown keys refused."""

    #: Largest size of a number in it.
    LARGEST: ClassVar[float] = _HUGE

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True
    )

    @field_validator("*", mode="after")
    @classmethod
    def _of_a_size(cls, value: Any) -> Any:
        """Numbers whose powers are numbers; quantities have limits of their own besides."""
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, float) and one != 0.0 and not _TINY <= abs(one) <= cls.LARGEST:
                words = f"of a size between {_TINY:g} and {cls.LARGEST:g}, or 0"
                raise PydanticCustomError("out_of_range", "must be {range}", {"range": words})
        return value

"""Quantities with units: values known from the definitions of the units."""

from __future__ import annotations

import math

import pytest

from magcap.case import DIMENSIONS, Quantity
from magcap.case.values.units import parse


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("5 mm", "length", 5e-3),
        ("5mm", "length", 5e-3),
        ("  5   mm ", "length", 5e-3),
        ("5 µm", "length", 5e-6),
        ("5 μm", "length", 5e-6),
        ("5e-3 m", "length", 5e-3),
        (".5 in", "length", 0.0127),
        ("-1.5 cm", "length", -0.015),
        ("20 pg", "mass", 2e-14),
        ("0.01 um^3", "volume", 1e-20),
        ("0.01 µm³", "volume", 1e-20),
        ("1 fl", "volume", 1e-18),
        ("1060 kg/m^3", "density", 1060.0),
        ("1060 kg/m3", "density", 1060.0),
        ("1.06 g/cm³", "density", 1060.0),
        ("3.5 mPa*s", "dynamic viscosity", 3.5e-3),
        ("3.5 mPa s", "dynamic viscosity", 3.5e-3),
        ("3.5 mPa·s", "dynamic viscosity", 3.5e-3),
        ("3.5 cP", "dynamic viscosity", 3.5e-3),
        ("10 cm/s", "velocity", 0.1),
        ("10 cm s^-1", "velocity", 0.1),
        ("10 cm s⁻¹", "velocity", 0.1),
        ("6 l/min", "volume flow rate", 1e-4),
        ("6.5 ml/s", "volume flow rate", 6.5e-6),
        ("100 mmHg", "pressure", 13332.2387415),
        ("10 cmH2O", "pressure", 980.665),
        ("180 deg", "angle", math.pi),
        ("180°", "angle", math.pi),
        ("37 degC", "temperature", 310.15),
        ("98.6 degF", "temperature", 310.15),
        ("310.15 K", "temperature", 310.15),
        ("1.3 T", "magnetic flux density", 1.3),
        ("13 kG", "magnetic flux density", 1.3),
        ("4 mT/cm", "magnetic flux density gradient", 0.4),
        ("1 G/cm", "magnetic flux density gradient", 0.01),
        ("446 kA/m", "magnetization", 446e3),
        ("446 emu/cm^3", "magnetization", 446e3),
        ("1 kOe", "magnetization", 1e6 / (4 * math.pi)),
        ("50 %", "dimensionless number", 0.5),
        ("0.5", "dimensionless number", 0.5),
        ("1e8 Pa*s/m^3", "flow resistance", 1e8),
    ],
)
def test_value(text: str, dimension: str, value: float) -> None:
    assert parse(text, dimension) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "5 kg",
            "5",
            "mm",
            "",
            "5 mm mm",
            "5 m/",
            "5 m^0.5",
            "nan m",
            "inf m",
            "1e999 m",
            "1/0 m",
        ),
        *(
            "9^9^9^9 m",
            "(1+1) m",
            "5 m; 3",
            "5 __class__",
            "5 x" * 100,
            "5 m\n6 m",
            "٥ m",
            "0x10 m",
        ),
        *("5,5 mm", "1 000 mm", "--5 mm", "5 %", "5 m!", "5 dBm"),
    ],
)
def test_not_a_length(text: str) -> None:
    with pytest.raises(ValueError, match=r"quantity|unit|dimension|finite"):
        parse(text, "length")


def test_conversion_leaves_no_dust() -> None:
    for n in range(1, 1000):
        assert parse(f"{n} um", "length") == float(f"{n}e-6")


def test_si_is_exact() -> None:
    """What a run writes reads back to the same bits."""
    for value in (math.pi, 1 / 3, 2.0**-40, 1.0000000000000002, 5e-324):
        assert parse(f"{value!r} m", "length") == value


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_examples_are_valid(dimension: str) -> None:
    unit, example = DIMENSIONS[dimension]
    assert math.isfinite(parse(example, dimension))
    assert parse(f"1 {unit}", dimension) == 1.0


def test_bounds() -> None:
    from pydantic_core import PydanticCustomError

    positive = Quantity("length", positive=True)
    with pytest.raises(PydanticCustomError, match=r'must be a positive length such as "5 mm"'):
        positive.validate("0 mm")
    assert Quantity("mass", non_negative=True).validate("0 g") == 0.0
    assert Quantity("length").validate(0) == 0.0
    values: list[object] = [3, 3.0, True, None, [], {}, float("nan")]
    for wrong in values:
        with pytest.raises(PydanticCustomError):
            Quantity("length").validate(wrong)

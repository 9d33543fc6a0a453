"""What is refused of a suspension, in which words, and what is read."""

from __future__ import annotations

from typing import Any

import pytest

from magcap.case import Case
from magcap.errors import CaseError
from magcap.reading.read import loads

CASE = """
vessel = { shape = "tube", radius = "1 mm", length = "10 mm" }
flow.inlet = { mean_velocity = "1 cm/s" }
carrier = [
    { name = "bead", diameter = "1 um", magnetic_fraction = 0.2, core_diameter = "10 nm" },
    { name = "cell", diameter = "15 um", iron_mass = "20 pg", core_diameter = "10 nm" },
]
"""
PULSE = CASE.replace('"1 cm/s" }', '"1 cm/s", waveform = "carotid" }\nflow.regime = "pulsatile"')


def read(table: str, case: str = CASE) -> Case:
    return loads(f"{case}\n[suspension]\n{table}")


FAULTS: list[tuple[str, str]] = [
    (
        'carrier = "bead"',
        "`suspension` must have one of concentration and iron, e.g. concentration = "
        '"1e6 1/ml" (carriers per volume of blood) or iron = "0.5 mg/ml", got none.',
    ),
    (
        'carrier = "bead"\nconcentration = "1e6 1/ml"\niron = "1 mg/ml"',
        "`suspension` must have one of concentration and iron, e.g. concentration = "
        '"1e6 1/ml" (carriers per volume of blood) or iron = "0.5 mg/ml", got concentration and '
        "iron.",
    ),
    (
        'carrier = "bead"\nconcentration = 1e6',
        '`suspension.concentration` must be a positive number density such as "1e6 1/ml", '
        "got 1e+06 without a unit.",
    ),
    (
        'concentration = "1e6 1/ml"',
        '`suspension.carrier` must name one of the carriers ("bead" or "cell"), got none.',
    ),
    (
        'carrier = "dust"\nconcentration = "1e6 1/ml"',
        '`suspension.carrier` must be a carrier of the case ("bead" or "cell"), got "dust".',
    ),
    (
        'carrier = "cell"\nconcentration = "1e9 1/ml"',
        "`suspension.concentration` must leave room for the blood, got 1e+15 carriers per m^3, "
        "which take 177 % of its volume.",
    ),
    (
        'carrier = "bead"\nconcentration = "1e6 1/ml"\ninlet = "left"',
        '`suspension.inlet` must be an inlet of the flow ("inlet"), got "left".',
    ),
    (
        'carrier = "bead"\nconcentration = "1e6 1/ml"\n'
        'stream = { center = ["-5 mm", "3 mm", "0 mm"], radius = "1 mm" }',
        "`suspension.stream` must overlap the inlet, whose centre is (-5, 0, 0) mm and whose "
        "radius 1 mm; it is 3 mm beside it.",
    ),
]


@pytest.mark.parametrize(("table", "sentence"), FAULTS)
def test_suspension_that_is_refused(table: str, sentence: str) -> None:
    with pytest.raises(CaseError) as refused:
        read(table)
    assert refused.value.faults == (sentence,)


def test_a_pulse_moves_with_no_suspension() -> None:
    table = 'carrier = "bead"\nconcentration = "1e6 1/ml"\n'
    with pytest.raises(CaseError) as refused:
        read(table + 'coupling = "two-way"', PULSE)
    assert refused.value.faults == (
        '`suspension.coupling` = "two-way" is for `flow.regime` = "steady", got "pulsatile": '
        'write "one-way", which tells whether the carriers would move the blood.',
    )
    assert read(table, PULSE).suspension is not None


@pytest.mark.parametrize("text", ["1e9 /ml", "1e9/ml", "1e9 1/ml", "1e9 ml^-1", "1e15 1/m^3"])
def test_spellings_of_a_number_per_volume(text: str) -> None:
    given: Any = read(f'carrier = "bead"\nconcentration = "{text}"').suspension
    assert given.concentration == pytest.approx(1e15)
    assert given.coupling == "one-way"

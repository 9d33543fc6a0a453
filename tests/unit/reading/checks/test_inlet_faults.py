"""Several inlets in a case: their names, ways, periods, and what reads back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from helpers.places import SHARED
from magcap.errors import CaseError
from magcap.reading import load
from magcap.reading.read import loads
from magcap.reading.write import case_toml

VESSEL = """
[vessel]
shape = "y-channel"
direction = "merging"
width = "2 mm"
height = "0.5 mm"
length = "4 mm"
branch_widths = ["1.3 mm", "1.3 mm"]
branch_length = "3 mm"
angles = ["40 deg", "40 deg"]
[[carrier]]
from = "dynabeads-m280"
"""
FIRST = '[[flow.inlet]]\nname = "inlet_1"\nflow_rate = "10 ul/min"\n'
SECOND = '[[flow.inlet]]\nname = "inlet_2"\nmean_velocity = "1 mm/s"\nprofile = "plug"\n'
TWO = VESSEL + FIRST + SECOND


def faults(text: str, folder: Path = Path()) -> tuple[str, ...]:
    with pytest.raises(CaseError) as caught:
        loads(text, folder=folder)
    return caught.value.faults


def test_two_inlets_are_read_and_read_back() -> None:
    case = loads(TWO + '[capture]\ninlet = "inlet_2"\n')
    assert case.flow.inlet_names == ("inlet_1", "inlet_2")
    assert [one.profile for one in case.flow.inlets] == ["developed", "plug"]
    assert case.capture.inlet == "inlet_2"
    assert loads(case_toml(case)) == case


def test_one_table_is_as_it_was() -> None:
    case = loads(VESSEL.replace('direction = "merging"', "") + '[flow.inlet]\nflow_rate = "1 ul/s"')
    assert case.flow.inlets == (case.flow.inlet,)
    assert case.flow.inlet_names == ()


#: What is changed in the text, into what, and what is then said.
FAULTS: list[tuple[str, str, str]] = [
    ('"inlet_2"', '"inlet_3"', '`flow.inlet[2].name` must be an opening of the vessel ("inlet_1"'),
    ('"inlet_2"', '"inlet_1"', '`flow.inlet[2].name` "inlet_1" is given twice'),
    ('name = "inlet_2"\n', "", "`flow.inlet[2].name` is missing"),
    ('mean_velocity = "1 mm/s"\n', "", "`flow.inlet[2]` must have exactly one of"),
    ('"1 mm/s"', '"1 mm"', "`flow.inlet[2].mean_velocity` must be a positive velocity"),
    ("mean_velocity", "mean_speed", "`flow.inlet[2].mean_speed` is not known"),
    ('"plug"', '"flat"', "`flow.inlet[2].profile` must be one of"),
    ('"plug"', '"womersley"', '`flow.inlet[2].profile` = "womersley" is that of a pulse'),
    (FIRST, "", 'headed [[flow.inlet]], with the names "inlet_1" and "inlet_2"'),
    (SECOND, SECOND + FIRST.replace("inlet_1", "outlet"), "the vessel has 3 openings"),
    (
        SECOND,
        SECOND + '[capture]\ninlet = "outlet"\n',
        '`capture.inlet` must be an inlet of the flow ("inlet_1" or "inlet_2"), got "outlet"',
    ),
    (
        SECOND,
        SECOND + '[[flow.outlet]]\nname = "inlet_1"\npressure = "0 Pa"\n',
        '`flow.outlet[1].name` must be an outlet of the vessel ("outlet")',
    ),
    (FIRST, '[flow]\nregime = "pulsatile"\n' + FIRST, "needs `flow.inlet.waveform`"),
]


@pytest.mark.parametrize(("old", "new", "words"), FAULTS)
def test_faults_are_sentences(old: str, new: str, words: str) -> None:
    found = faults(TWO.replace(old, new))
    assert any(words in fault for fault in found), found


def test_no_table_at_all_is_a_fault() -> None:
    assert "`flow.inlet` must have at least one table, got none." in faults(
        VESSEL + "[flow]\ninlet = []"
    )


def test_periods_must_agree(tmp_path: Path) -> None:
    for name, period in (("one", 1.0), ("two", 0.8)):
        times = np.linspace(0.0, period, 9)
        rows = [f"{t},{2 + np.sin(2 * np.pi * t / period)}" for t in times]
        (tmp_path / f"{name}.csv").write_text("\n".join(["time [s],flow rate [ml/s]", *rows]))
    text = (
        VESSEL
        + '[flow]\nregime = "pulsatile"\n'
        + "".join(
            f'[[flow.inlet]]\nname = "inlet_{k}"\nwaveform = "{name}.csv"\n'
            for k, name in ((1, "one"), (2, "two"))
        )
    )
    (fault,) = faults(text, tmp_path)
    assert fault == (
        "`flow.inlet[2].waveform` must have the period of the first one, 1 s, got 0.8 s."
    )
    assert "`flow.inlet[2].waveform`" in faults(text.replace("two.csv", "no.csv"), tmp_path)[0]


def test_any_opening_may_be_an_inlet() -> None:
    """A splitting channel whose stem and first branch come in; and one run backwards."""
    splitting = VESSEL.replace('direction = "merging"\n', "")
    mixing = splitting + FIRST.replace("inlet_1", "inlet") + SECOND.replace("inlet_2", "outlet_1")
    assert loads(mixing).flow.inlet_names == ("inlet", "outlet_1")
    assert loads(splitting + FIRST.replace("inlet_1", "outlet_2")).flow.inlet_names == ("outlet_2",)


def test_the_case_of_a_user_gets_its_openings() -> None:
    file = SHARED / "cases_from_users" / "two_inlets.toml"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    with pytest.raises(CaseError) as caught:
        load(file)
    text = " ".join(caught.value.faults)
    assert '`flow.inlet[1].name` must be an opening of the vessel ("inlet", "outlet")' in text
    assert "the vessel has 2 openings" in text

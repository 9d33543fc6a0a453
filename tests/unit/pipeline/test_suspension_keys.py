"""What the suspension depends on, and that a case without one depends on none of it."""

from __future__ import annotations

from magcap.case import Case
from magcap.pipeline import ALL, keys_of
from magcap.reading.read import loads

CASE = """
vessel = { shape = "tube", radius = "1 mm", length = "10 mm" }
flow.inlet.mean_velocity = "1 cm/s"
background = { field = ["1 T", "0 T", "0 T"] }
carrier = [{ name = "bead", diameter = "1 um", magnetic_fraction = 0.2, core_diameter = "10 nm" }]
"""
SUSPENDED = CASE + '[suspension]\nconcentration = "1e6 1/ml"\ncoupling = "two-way"\n'


def changed(one: Case, two: Case) -> set[str]:
    """Stages whose keys differ."""
    keys = keys_of(ALL, one), keys_of(ALL, two)
    return {name for name in keys[0] if keys[0][name] != keys[1][name]}


def test_a_suspension_changes_no_stage_but_its_own_and_what_follows() -> None:
    assert changed(loads(CASE), loads(SUSPENDED)) == {"suspension", "capture"}


def test_the_suspension_follows_the_field_and_its_own_table() -> None:
    base = loads(SUSPENDED)
    stronger = loads(SUSPENDED.replace('"1 T"', '"2 T"'))
    assert changed(base, stronger) == {"magnetic field", "suspension", "capture"}
    more = loads(SUSPENDED.replace("1e6", "2e6"))
    assert changed(base, more) == {"suspension", "capture"}


def test_a_moved_field_leaves_the_flow_alone() -> None:
    assert changed(loads(CASE), loads(CASE.replace('"1 T"', '"2 T"'))) == {
        "magnetic field",
        "capture",
    }


def test_a_pulse_has_no_stage_of_the_suspension() -> None:
    text = SUSPENDED.replace("two-way", "one-way") + "[flow]\n"
    text = text.replace('flow.inlet.mean_velocity = "1 cm/s"\n', "")
    text += 'regime = "pulsatile"\ninlet = { mean_velocity = "1 cm/s", waveform = "carotid" }\n'
    assert keys_of(ALL, loads(text))["suspension"] == ()

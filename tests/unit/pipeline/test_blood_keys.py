"""Which stages each value of the blood belongs to: plasma is the carriers', not the flow's."""

from __future__ import annotations

import pytest

from magcap.pipeline.stages import CONTROL, FLOW
from magcap.reading.read import loads

CASE = """
vessel = {{ shape = "tube", radius = "60 um", length = "1 mm" }}
flow.inlet.mean_velocity = "1 cm/s"
carrier = [{{ name = "a", diameter = "100 nm", iron_mass = "0.01 fg" }}]
[blood]
{blood}
"""


@pytest.mark.parametrize(
    ("before", "after", "flow", "carriers"),
    [
        ("", 'plasma_viscosity = "1.3 mPa*s"', False, True),
        ("", 'plasma_density = "1030 kg/m^3"', False, True),
        ("", "hematocrit = 0.4", False, True),
        ("", 'viscosity = "4 mPa*s"', True, True),
        ("", 'apparent_viscosity = "pries"', True, True),
        (
            'apparent_viscosity = "pries"',
            'apparent_viscosity = "pries"\nhematocrit = 0.4',
            True,
            True,
        ),
        ('model = "casson"', 'model = "casson"\nhematocrit = 0.4', True, True),
        ('model = "quemada"', 'model = "quemada"\nplasma_viscosity = "1.3 mPa*s"', True, True),
        ('model = "power-law"', 'model = "power-law"\ntemperature = "30 degC"', True, True),
        ("", 'temperature = "30 degC"', False, True),
    ],
)
def test_keys(before: str, after: str, flow: bool, carriers: bool) -> None:
    one, two = (loads(CASE.format(blood=blood)) for blood in (before, after))
    assert (FLOW.reads(one) != FLOW.reads(two)) == flow
    assert (CONTROL.reads(one) != CONTROL.reads(two)) == carriers

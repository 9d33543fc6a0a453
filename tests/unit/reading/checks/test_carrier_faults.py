"""Bad carriers and fluids: a sentence each, with the place in the case."""

from __future__ import annotations

import pytest

from magcap.errors import CaseError
from magcap.reading.read import loads

HEAD = """
vessel = { shape = "tube", radius = "3 mm", length = "80 mm" }
flow.inlet.mean_velocity = "0.1 m/s"
"""
CARRIER = {
    "name": '"a"',
    "diameter": '"18 um"',
    "iron_mass": '"10 pg"',
    "core_diameter": '"10 nm"',
}

BAD = {
    "core_gsd = 0.9": "`carrier[1].core_gsd` must be a number at least 1 and at most 3, got 0.9.",
    'diameter = { median = "18 um", gsd = 0.9 }': (
        "`carrier[1].diameter.gsd` must be a number at least 1 and at most 10, got 0.9."
    ),
    'iron_mass = { median = "1 pg", gsd = 0.5 }': (
        "`carrier[1].iron_mass.gsd` must be a number at least 1 and at most 10, got 0.5."
    ),
    'fluid = { viscosity = "0.4 mPa*s", density = "1000 kg/m^3" }': (
        "`carrier[1].fluid.viscosity` must lie between 0.5 and 100 mPa*s, got 0.4 mPa*s."
    ),
    'fluid = { viscosity = "101 mPa*s", density = "1000 kg/m^3" }': (
        "`carrier[1].fluid.viscosity` must lie between 0.5 and 100 mPa*s, got 101 mPa*s."
    ),
    'fluid = { viscosity = "1 mPa*s", density = "1 kg/m^3" }': (
        '`carrier[1].fluid.density` must be that of a liquid such as "1025 kg/m^3", got 1 kg/m^3.'
    ),
    'fluid = "serum"': '`carrier[1].fluid` must be one of "plasma" or "blood", got "serum".',
    'fluid = { viscosity = "1 mPa*s" }': "`carrier[1].fluid.density` is missing",
    'fluid = "plasma"\n[blood]\nviscosity = "1 mPa*s"': (
        '`carrier[1].fluid` = "plasma" needs a plasma that is not thicker than the blood'
    ),
    '[blood]\nplasma_viscosity = "1 Pa*s"': (
        "`blood.plasma_viscosity` must lie between 0.5 and 100 mPa*s, got 1000 mPa*s."
    ),
    'diameter = "4 mm"': (
        "`carrier[1].diameter` must be smaller than the vessel's smallest radius of 3 mm"
    ),
    'dead_layer = "6 nm"': "`carrier[1].dead_layer` must be thinner than the cores' radius",
    'dead_layer = "1 nm"\nmagnetic_core_diameter = "12 nm"': (
        "`carrier[1].dead_layer` and `carrier[1].magnetic_core_diameter` exclude each other"
    ),
    'magnetization = "linear"\nsusceptibility = 5.0\nsusceptibility_of = "applied"': (
        "`carrier[1].susceptibility` per applied field must be at most 3, the limit of a sphere"
    ),
    'magnetization = "linear"\nsusceptibility = 1.0\ncore_gsd = 1.3': (
        '`carrier[1].core_gsd` belongs to magnetization = "langevin".'
    ),
    'magnetization_table_of = "core"': (
        '`carrier[1].magnetization_table_of` belongs to magnetization = "table".'
    ),
    'volume = "1 mm^3"': "`carrier[1].volume` must be at most that of a sphere of its diameter",
    'drag_diameter = "1 mm"': "`carrier[1].drag_diameter` must be within a factor of 10",
    'magnetic_core_diameter = "1 mm"': (
        "`carrier[1].magnetic_core_diameter` must be at most the carrier's diameter"
    ),
}


def case_text(entry: str) -> str:
    """A case whose carrier has the keys of `entry` in place of its own."""
    table, blood, rest = entry.partition("[blood]")
    keys = [line.split(" = ")[0] for line in table.splitlines()]
    own = [f"{key} = {value}" for key, value in CARRIER.items() if key not in keys]
    return "\n".join([HEAD, "[[carrier]]", *own, table, blood + rest])


@pytest.mark.parametrize("entry", BAD)
def test_bad_carriers(entry: str) -> None:
    with pytest.raises(CaseError) as caught:
        loads(case_text(entry))
    assert any(BAD[entry] in fault for fault in caught.value.faults)


def test_all_faults_at_once() -> None:
    with pytest.raises(CaseError) as caught:
        loads(case_text('core_gsd = 0.5\nfluid = "serum"\ndrag_diameter = "3"'))
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    "entry",
    [
        'fluid = { viscosity = "0.5 mPa*s", density = "1000 kg/m^3" }',
        'fluid = { viscosity = "100 mPa*s", density = "1000 kg/m^3" }',
        "core_gsd = 1",
        'fluid = "blood"\n[blood]\nviscosity = "1 mPa*s"',
        'fluid = "plasma"\n[blood]\nviscosity = "1 mPa*s"\nplasma_viscosity = "1 mPa*s"',
        'magnetization = "linear"\nsusceptibility = 3.0\nsusceptibility_of = "applied"',
    ],
)
def test_good_carriers(entry: str) -> None:
    assert loads(case_text(entry)).carrier

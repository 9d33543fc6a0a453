"""Measured magnetisation curves: units, what they refer to, and bad tables as sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from magcap.case import Case
from magcap.constants import MU_0
from magcap.errors import CaseError
from magcap.library import read_magnetization_table
from magcap.pipeline.stages import CONTROL
from magcap.reading.read import load, loads
from magcap.solvers import carriers as populations

ROWS = "0, 0\n10, 5\n100, 9\n1000, 10\n"
CASE = """
vessel = {{ shape = "tube", radius = "3 mm", length = "80 mm" }}
flow.inlet.mean_velocity = "0.1 m/s"
[[carrier]]
name = "bead"
kind = "bead"
diameter = "2.8 um"
density = "1600 kg/m^3"
magnetization = "table"
magnetization_table = "bead.csv"
{more}
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "bead.csv"
    file.write_text(text, encoding="utf-8")
    return file


def case_of(folder: Path, more: str = 'magnetization_table_of = "carrier"') -> Case:
    return loads(CASE.format(more=more), folder=folder)


@pytest.mark.parametrize(
    ("header", "field", "moment", "per"),
    [
        ("B [mT], M [A m2/kg]", 1e-3, 1.0, "mass"),
        ("B (T), M (emu/g)", 1.0, 1.0, "mass"),
        ("B, mT, M, A m²/kg", 1e-3, 1.0, "mass"),
        ('"B, mT","M, emu/g"', 1e-3, 1.0, "mass"),
        ("B / mT, M / emu/g", 1e-3, 1.0, "mass"),
        ("Magnetic Field (Oe), Mass Magnetization (emu/g)", 1e-4, 1.0, "mass"),
        ("H [kA/m], M [kA/m]", 1e3 * MU_0, 1e3, "volume"),
        ("H [Oe], M [emu/cm3]", 1e-4, 1e3, "volume"),
        ("applied: # a comment\nB [G], M [A·m²·kg⁻¹]", 1e-4, 1.0, "mass"),
    ],
)
def test_units(tmp_path: Path, header: str, field: float, moment: float, per: str) -> None:
    if header.startswith("applied"):
        header = "# applied field\n" + header.splitlines()[1]
    table = read_magnetization_table(write(tmp_path, f"{header}\n{ROWS}"))
    assert table.per == per
    assert np.allclose(table.B, field * np.array([0, 10, 100, 1000]))
    assert np.allclose(table.M, moment * np.array([0, 5, 9, 10]))


def test_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    file = write(tmp_path, "H, kA/m; M, emu/g\n0;0\n1,5;2,5\n10;3\n")
    table = read_magnetization_table(file)
    assert np.allclose(table.B, 1e3 * MU_0 * np.array([0, 1.5, 10]))
    assert np.allclose(table.M, [0, 2.5, 3])


BAD = {
    ROWS: "must have a first line that names its columns with their units",
    "B, M\n" + ROWS: "the column M has no unit",
    "B [mT], moment [emu]\n" + ROWS: "but M is missing; it has B, moment",
    "B [mT], M [T]\n" + ROWS: 'M has the unit "T", which must be one of A m2/kg, emu/g',
    "B [A/m], M [emu/g]\n" + ROWS: 'B has the unit "A/m", which must be one of T, mT, G',
    "time [s], M [emu/g]\n" + ROWS: 'one column must be the applied field, "B" or "H"',
    "B [mT], M [emu/g]\n0, 0\n10, 5\n100, 4\n1000, 6\n": "M must not fall, but does in row 4",
    "B [mT], M [emu/g]\n0, 0\n10, 5\n5, 6\n": "the field must rise, but does not in row 4",
    "B [mT], M [emu/g]\n0, 0\n10, 5\n": "has 2 rows of numbers",
    "B [mT], M [emu/g]\n-10, -5\n0, 0\n10, 5\n": "must not be negative, but row 2 is",
    "B [mT], M [emu/g]\n1, 1\n10, 5\n20, 6\n": "must start at the origin",
    "B [mT], M [emu/g]\n0, 0\n10, 0\n20, 0\n": "must rise above M = 0",
    "B [mT], M [kA/m]\n0, 0\n10, 500\n20, 50000\n": "more than iron; are the units right?",
    "B [mT], M [emu/g]\n0, 0\n10, x\n": "line 3 must hold 2 numbers",
}


@pytest.mark.parametrize("text", BAD, ids=lambda text: BAD[text][:40])
def test_bad_tables(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    with pytest.raises(CaseError) as caught:
        case_of(tmp_path)
    assert BAD[text] in str(caught.value)
    assert all(
        fault.startswith("`carrier[1].magnetization_table`") for fault in caught.value.faults
    )


def test_what_the_table_is_of(tmp_path: Path) -> None:
    """The same moment by the bead's mass, its volume, its cores' mass and its iron's."""
    volume = np.pi / 6 * 2.8e-6**3
    iron = 1e-15
    cores = iron / 0.7236
    wanted = {
        "B [mT], M [A m2/kg]": ('magnetization_table_of = "carrier"', 10 * 1600 * volume),
        "B [mT], M [kA/m]": ('magnetization_table_of = "carrier"', 10e3 * volume),
        "H [kA/m], M [A m2/kg]": (
            'magnetization_table_of = "core"\niron_mass = "1 pg"',
            10 * cores,
        ),
        "H [kA/m], M [kA/m]": (
            'magnetization_table_of = "core"\niron_mass = "1 pg"',
            10e3 * cores / 5180,
        ),
        "H [Oe], M [emu/g]": ('magnetization_table_of = "iron"\niron_mass = "1 pg"', 10 * iron),
    }
    for header, (more, moment) in wanted.items():
        write(tmp_path, f"{header}\n{ROWS}")
        (carrier,) = case_of(tmp_path, more).carrier
        assert populations.median(carrier).moment[0] == pytest.approx(moment, rel=1e-12, abs=0)


def test_faults_between_the_table_and_the_carrier(tmp_path: Path) -> None:
    write(tmp_path, f"B [mT], M [kA/m]\n{ROWS}")
    for more, words in (
        ("", "`carrier[1].magnetization_table_of` is missing"),
        (
            'magnetization_table_of = "carrier"\niron_mass = "1 pg"',
            "has iron_mass, but its table is that of the whole carrier",
        ),
        ('magnetization_table_of = "core"', "must have exactly one of iron_mass"),
        (
            'magnetization_table_of = "iron"\niron_mass = "1 pg"',
            "needs M per mass",
        ),
        (
            'magnetization_table_of = "carrier"\ncore_gsd = 1.3',
            '`carrier[1].core_gsd` belongs to magnetization = "langevin"',
        ),
    ):
        with pytest.raises(CaseError) as caught:
            case_of(tmp_path, more)
        assert words in str(caught.value)


def test_the_file_is_part_of_what_tracing_depends_on(tmp_path: Path) -> None:
    """Another curve under the same name, another key; the path is that of the case's folder."""
    write(tmp_path, f"B [mT], M [kA/m]\n{ROWS}")
    text = CASE.format(more='magnetization_table_of = "carrier"')
    (tmp_path / "case.toml").write_text(text, encoding="utf-8")
    case = load(tmp_path / "case.toml")
    assert case.carrier[0].magnetization_table == (tmp_path / "bead.csv").absolute()
    before = CONTROL.reads(case)
    assert before == CONTROL.reads(load(tmp_path / "case.toml"))
    write(tmp_path, f"B [mT], M [kA/m]\n{ROWS}2000, 11\n")
    assert before != CONTROL.reads(load(tmp_path / "case.toml"))


def test_library_bead_with_a_table_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, f"B [mT], M [kA/m]\n{ROWS}")
    text = CASE.replace('name = "bead"', 'from = "dynabeads-m280"')
    case = loads(text.format(more='magnetization_table_of = "carrier"'), folder=tmp_path)
    (carrier,) = case.carrier
    assert carrier.magnetic_fraction is None and carrier.magnetic_core_diameter is None

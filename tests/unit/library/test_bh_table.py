"""Users' B-H tables: what is understood, refused with a sentence, only warned of."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from helpers.places import SHARED
from magcap.constants import MU_0
from magcap.errors import CaseError
from magcap.library import is_table_file, read_bh_table
from magcap.solvers.iron.bh_curve import build, flux_density

GOOD = [(0.0, 0.0), (100.0, 0.5), (1000.0, 1.5), (1e4, 1.9), (1e5, 2.2)]


def written(folder: Path, text: str, name: str = "steel.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def lines(
    rows: list[tuple[float, ...]], separator: str = ",", header: str = "H [A/m], B [T]\n"
) -> str:
    return header + "\n".join(separator.join(f"{value:g}" for value in row) for row in rows) + "\n"


@pytest.mark.parametrize(
    ("header", "field", "flux", "swapped"),
    [
        ("H, A/m, B, T\n", 1.0, 1.0, False),
        ("H / (kA/m); B / mT\n", 1e3, 1e-3, False),
        ("Magnetic field strength (A/m), Flux density (T)\n", 1.0, 1.0, False),
        ("µ0H [mT], B [T]\n", 1e-3 / MU_0, 1.0, False),
        ("H [A/m], B [T]\n", 1.0, 1.0, False),
        ("B (T), H (A/m)\n", 1.0, 1.0, True),
        ("H_kA/m, B_T\n", 1e3, 1.0, False),
        ("H (Oe), B (G)\n", 79.57747, 1e-4, False),
        ("H, B\nkA/m, mT\n", 1e3, 1e-3, False),
        ("# AISI 1234, annealed\n\nH in A/cm, B in T\n", 100.0, 1.0, False),
        ("﻿H [A/m],B [T]\n", 1.0, 1.0, False),
    ],
)
def test_headers_and_units(
    tmp_path: Path, header: str, field: float, flux: float, swapped: bool
) -> None:
    rows: list[tuple[float, ...]] = [(h / field, b / flux) for h, b in GOOD]
    if swapped:
        rows = [(b, h) for h, b in rows]
    body = "\n".join(", ".join(f"{value:.9g}" for value in row) for row in rows)
    material = read_bh_table(written(tmp_path, header + body + "\n"))
    np.testing.assert_allclose(material.H, [h for h, _ in GOOD], rtol=1e-6)
    np.testing.assert_allclose(material.B, [b for _, b in GOOD], rtol=1e-6)


@pytest.mark.parametrize("separator", [",", " ", "\t", "; ", ",  "])
def test_separators(tmp_path: Path, separator: str) -> None:
    text = "% measured\n" + lines([*GOOD], separator) + "// end\n"
    material = read_bh_table(written(tmp_path, text, "steel.txt"))
    np.testing.assert_allclose(material.B, [b for _, b in GOOD])


def test_decimal_commas(tmp_path: Path) -> None:
    text = lines([*GOOD], ";").replace(".", ",")
    material = read_bh_table(written(tmp_path, text))
    np.testing.assert_allclose(material.B, [b for _, b in GOOD])


def test_a_third_column_does_not_disturb(tmp_path: Path) -> None:
    text = "mu_r, B [T], H [A/m]\n" + lines([(1.0, b, h) for h, b in GOOD], header="")
    material = read_bh_table(written(tmp_path, text))
    np.testing.assert_allclose(material.H, [h for h, _ in GOOD])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (GOOD[:2], "at least 3"),
        (GOOD[1:], "start at the origin"),
        ([(0, 0.1), *GOOD[1:]], "start at the origin"),
        ([*GOOD[:3], (2e3, 1.4), *GOOD[3:]], "falls from 1.5 to 1.4 T in row 5"),
        ([*GOOD[:3], (900.0, 1.6), *GOOD[3:]], "falls from 1000 to 900 A/m in row 5"),
        ([*GOOD[:3], GOOD[2], *GOOD[3:]], "row 5 repeats 1000 A/m."),
        ([*GOOD[:3], (1000.0, 1.6), *GOOD[3:]], "the curve crosses"),
        ([(0, 0), (-100, -0.5), *GOOD[2:]], "must not be negative"),
        ([*GOOD, (1e6, 6.0)], "stay below 5 T"),
        ([*GOOD, (1e300, 2.3)], "must stay below 1e+09 A/m"),
        ([(b, h) for h, b in GOOD], "Are the columns B, H?"),
        ([(0, 0), (1e-3, 0.5), *GOOD[2:]], "are the units right"),
        ([(0, 0), (1e5, 0.01), (2e5, 0.5), (3e5, 1.0)], "first relative permeability"),
        ([*GOOD[:3], (1e5, 1.55), (2e5, 2.2)], "no material does"),
        ([(0, 0), (100, float("nan")), *GOOD[2:]], "finite"),
    ],
)
def test_wrong_tables_are_refused(
    tmp_path: Path, rows: list[tuple[float, ...]], words: str
) -> None:
    with pytest.raises(CaseError) as caught:
        read_bh_table(written(tmp_path, lines([*rows])), path="iron[2].material")
    text = " ".join(caught.value.faults)
    assert words in text
    assert '`iron[2].material` "steel.csv"' in text


def test_all_faults_of_the_rows_are_said(tmp_path: Path) -> None:
    rows: list[tuple[float, ...]] = [(1.0, 0.1), (2.0, 0.05), (2.0, 0.2), (1.5, 0.3)]
    with pytest.raises(CaseError) as caught:
        read_bh_table(written(tmp_path, lines(rows)))
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("H, B\n0, 0\n1, x\n2, 3\n", "line 3 must hold 2 numbers like the lines above"),
        ("a, c\n0, 0\n100, 0.5\n200, 0.7\n", "must name its column H"),
        ("H [furlong], B [T]\n0, 0\n100, 0.5\n200, 0.7\n", "furlong"),
        ("0\n1\n2\n", "two columns of numbers"),
        ("H [A/m]\n0\n1\n2\n", "two columns of numbers"),
        ("0, 0\n100, 0.5\n200, 0.7\n", "no unit is guessed"),
        ("H, B\n0, 0\n100, 0.5\n200, 0.7\n", "the column B has no unit"),
        ("H [A/m], Bmax [T]\n0, 0\n100, 0.5\n200, 0.7\n", "one of J"),
        ("H [T], B [T]\n0, 0\n100, 0.5\n200, 0.7\n", 'has the unit "T"'),
        ("H [A/m], J [T], M [A/m]\n0, 0, 0\n100, 0.5, 7\n200, 0.7, 9\n", "it has J and M"),
        ("H [A/m]; B [T]\n0; 0\n1.5; 0,5\n200; 0,7\n", "marks of thousands"),
    ],
)
def test_unreadable_files(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(CaseError) as caught:
        read_bh_table(written(tmp_path, text))
    assert words in " ".join(caught.value.faults)


def test_files_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "steel.csv"
    with pytest.raises(CaseError, match="not there"):
        read_bh_table(file)
    file.write_bytes(bytes(range(256)))
    with pytest.raises(CaseError, match="not text"):
        read_bh_table(file)
    with pytest.raises(CaseError, match="not a file but a folder"):
        read_bh_table(tmp_path)


def test_an_end_below_the_slope_of_vacuum_is_cut(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows: list[tuple[float, ...]] = [*GOOD, (2e5, 2.21), (3e5, 2.22)]
    with caplog.at_level(logging.WARNING):
        material = read_bh_table(written(tmp_path, lines(rows)))
    assert "slope of B falls below μ0 beyond H = 100000 A/m" in caplog.text
    np.testing.assert_allclose(material.H, [h for h, _ in GOOD])
    B, slope = flux_density(build(material), np.array([1e5, 1e6, 1e9]))
    assert (np.diff(B) > 0).all()
    assert slope[-1] == pytest.approx(MU_0, rel=1e-6)


def test_a_table_without_saturation_is_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        read_bh_table(written(tmp_path, lines([*GOOD[:3]])))
    assert "far from saturation" in caplog.text


def test_a_saturated_table_is_not_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        read_bh_table(written(tmp_path, lines([*GOOD])))
    assert caplog.text == ""


def test_what_is_a_file(tmp_path: Path) -> None:
    written(tmp_path, "", "my steel")
    assert is_table_file("a.CSV")
    assert is_table_file("my steel", tmp_path)
    assert not is_table_file("1010 steel", tmp_path)
    assert not is_table_file("x\0y")


@pytest.mark.parametrize(
    "header",
    [
        "H [A/m], J [T]",
        "H (A/m); Polarization (T)",
        "H, A/m, J, T",
        "H / (A/m), µ0M / T",
        "H (A/m), Bi (T)",
        "H (A/m); Polarisation J (T)",
        "H (A/m); Intrinsic induction (T)",
    ],
)
def test_a_polarisation_is_no_flux_density(tmp_path: Path, header: str) -> None:
    """B = J + μ0 H, on its own way: at 1 MA/m that is 1.26 T of difference."""
    rows = [(0.0, 0.0), (1e3, 1.2), (1e5, 1.9), (1e6, 1.98)]
    mark = ";" if ";" in header else ","
    body = "".join(f"{h:g}{mark}{j:g}\n" for h, j in rows)
    material = read_bh_table(written(tmp_path, f"{header}\n{body}"))
    assert material.B is not None
    assert material.B[-1] == pytest.approx(1.98 + 4e-7 * np.pi * 1e6, rel=1e-9)


def test_a_magnetisation_is_no_flux_density(tmp_path: Path) -> None:
    body = "0,0\n1000,955\n100000,1512\n"
    material = read_bh_table(written(tmp_path, f"H [A/m], M [kA/m]\n{body}"))
    assert material.B is not None
    assert material.B[-1] == pytest.approx(4e-7 * np.pi * (1e5 + 1512e3), rel=1e-6)


def test_the_steel_of_a_user() -> None:
    file = SHARED / "cases_from_users" / "steel_JH.csv"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    material = read_bh_table(file)
    assert material.H is not None
    assert material.B is not None
    assert float(np.interp(79.6e3, material.H, material.B)) == pytest.approx(2.08, abs=0.01)

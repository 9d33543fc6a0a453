"""Waveforms: closed forms, published tables, and files that are none."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from helpers.places import SHARED
from magcap.errors import CaseError
from magcap.tables import read_waveform

WAVEFORMS = SHARED / "data" / "waveforms"
PERIOD, MEAN = 0.8, 2e-6


def _sine(samples: int, *, closed: bool) -> list[tuple[float, float]]:
    """Q = Q0 (1 + ½ sin ωt) at equal steps over one period."""
    times = [PERIOD * i / samples for i in range(samples + closed)]
    return [(t, MEAN * (1 + 0.5 * math.sin(2 * math.pi * t / PERIOD))) for t in times]


def _file(
    path: Path, rows: list[tuple[float, float]], header: str = "t [s], Q [m^3/s]", mark: str = ","
) -> Path:
    lines = [f"{t!r}{mark}{q!r}" for t, q in rows]
    path.write_text("\n".join([*([header] if header else []), *lines]))
    return path


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("mark", [",", ";", "\t", "  "])
def test_mean_and_period(closed: bool, mark: str, tmp_path: Path) -> None:
    """Equal steps over whole periods integrate a sine exactly."""
    wave = read_waveform(_file(tmp_path / "q.csv", _sine(40, closed=closed), mark=mark))
    assert wave.mean == pytest.approx(MEAN, rel=1e-12)
    assert wave.period == pytest.approx(PERIOD, rel=1e-12)


@pytest.mark.parametrize(
    "header",
    [
        "t[ms], Q[ml/min]",
        "# time [ms] flow [ml/min]",
        "time (ms), flow rate (ml/min)",
        "time, ms, flow, ml/min",
        "time;flow\nms;ml/min",
        "t/ms; Q/(ml/min)",
        "Zeit [ms]; Fluss [ml/min]",
        "t[ms] Q[ml/min] of someone's paper",
    ],
)
def test_units_of_header(header: str, tmp_path: Path) -> None:
    rows = [(1e3 * t, 6e7 * q) for t, q in _sine(40, closed=True)]
    wave = read_waveform(_file(tmp_path / "q.csv", rows, header))
    assert wave.mean == pytest.approx(MEAN, rel=1e-9)
    assert wave.period == pytest.approx(PERIOD, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "period", "mean"),
    [
        ("cca", 1.1, 6.5e-6),
        ("uta", 0.955, 103e-6),
        ("ibif", 1.1, 7.99e-6),
        ("adan56", 1.0, 112.9e-6),
    ],
)
def test_published(name: str, period: float, mean: float, tmp_path: Path) -> None:
    """Means and periods of Boileau et al., Int. J. Numer. Methods Biomed. Eng. 31 (2015) e02732."""
    if not WAVEFORMS.is_dir():
        pytest.skip(f"{WAVEFORMS} is not there")
    (tmp_path / "q.dat").write_text("# t [s] Q [m^3/s]\n" + (WAVEFORMS / f"{name}.dat").read_text())
    wave = read_waveform(tmp_path / "q.dat")
    assert wave.period == pytest.approx(period, rel=1e-3)
    assert wave.mean == pytest.approx(mean, rel=2e-3)


def _without(rows: list[tuple[float, float]], *missing: int) -> list[tuple[float, float]]:
    return [row for i, row in enumerate(rows) if i not in missing]


def test_faults(tmp_path: Path) -> None:
    rows = _sine(40, closed=True)
    path = tmp_path / "q.csv"
    wrong = {
        "a gap": _without(rows, 13),
        "a gap of": _without(rows, 13, 14, 15, 16),
        "must increase": [*rows[:10], rows[3], *rows[11:]],
        "not periodic": rows[:31],
        "at least 4": rows[:3],
        "value is missing": [*rows[:5], (rows[5][0], math.nan), *rows[6:]],
        "must be positive": [(t, -q) for t, q in rows],
    }
    for words, table in wrong.items():
        with pytest.raises(CaseError, match=words):
            read_waveform(_file(path, table))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xff\x00\xff", "is not text"),
        (b"1 2 3\n" * 9, "no unit is guessed"),
        (b"t[s],Q[ml/s]\n1,2\n2,3,4\n", "line 3"),
        (b"time,flow\n" + b"1,2\n" * 5, "the column flow has no unit"),
        (b"t [s], F [N]\n" + b"1,2\n" * 5, "Q is missing"),
        (b"t [s], Q [cm/s]\n" + b"1,2\n" * 5, "one of ml/s"),
        (b"a b\n1 2\nx y\n", "line 3"),
        (b"t[s],Q[kg]\n" + b"1,2\n" * 5, 'has the unit "kg"'),
        (b"1" * 10_000_001, "larger than 10 MB"),
    ],
    ids=range(10),
)
def test_not_a_waveform(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_bytes(content)
    with pytest.raises(CaseError, match=words):
        read_waveform(tmp_path / "q.csv")


def test_units_in_round_brackets_count(tmp_path: Path) -> None:
    """651 km/s once, as the unit was not looked at."""
    rows = [(t, 1e6 * q) for t, q in _sine(40, closed=True)]
    path = _file(tmp_path / "q.csv", rows, "t (s), Q (ml/s)")
    assert read_waveform(path).mean == pytest.approx(MEAN, rel=1e-12)


def test_a_slip_of_the_unit_is_seen(tmp_path: Path) -> None:
    path = _file(tmp_path / "q.csv", [(t, 1e6 * q) for t, q in _sine(40, closed=True)])
    with pytest.raises(CaseError, match="is their unit right"):
        read_waveform(path)


def test_mean_velocities_count_as_such(tmp_path: Path) -> None:
    rows = [(1e3 * t, 1e8 * q) for t, q in _sine(40, closed=True)]
    wave = read_waveform(_file(tmp_path / "u.csv", rows, "t [ms], U [cm/s]"))
    assert wave.quantity == "mean velocity"
    assert wave.mean == pytest.approx(1e6 * MEAN, rel=1e-12)
    three = [f"{t},{q},{q}" for t, q in rows]
    (tmp_path / "both.csv").write_text("\n".join(["t [ms], U [cm/s], Q [ml/s]", *three]))
    with pytest.raises(CaseError, match="got both"):
        read_waveform(tmp_path / "both.csv")


def test_negative_times_are_refused(tmp_path: Path) -> None:
    rows = [(t - 0.1, q) for t, q in _sine(40, closed=True)]
    with pytest.raises(CaseError, match=r"start at -0\.1 s; they must not be negative"):
        read_waveform(_file(tmp_path / "q.csv", rows))

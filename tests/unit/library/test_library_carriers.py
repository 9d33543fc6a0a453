"""The library of carriers: every entry computes, says its sources, and keeps the review's data."""

from __future__ import annotations

import csv
import math

import pytest

from helpers.places import SHARED
from magcap.case import Carrier
from magcap.library import carriers
from magcap.library.material_table import Confidence
from magcap.reading.checks import core_volume, median_diameter
from magcap.reading.read import loads

TABLE = SHARED / "data" / "carriers_review_table1.csv"
CASE = """
vessel = { shape = "tube", radius = "3 mm", length = "80 mm" }
flow.inlet.mean_velocity = "0.1 m/s"
"""


def _carrier(entry: str) -> Carrier:
    return loads(f"{CASE}\ncarrier = [{{ {entry} }}]").carrier[0]


@pytest.mark.parametrize("name", carriers())
def test_name_is_enough(name: str) -> None:
    carrier = _carrier(f'from = "{name}"')
    assert carrier.library == name
    assert 0 < core_volume(carrier) < math.pi / 6 * median_diameter(carrier) ** 3
    assert carrier.core_diameter is not None
    assert carrier.core_diameter < median_diameter(carrier)


@pytest.mark.parametrize("name", carriers())
def test_sources(name: str) -> None:
    entry = carriers()[name]
    for key, cell in entry.values.items():
        assert key in Carrier.model_fields
        assert isinstance(cell.confidence, Confidence)
        assert len(cell.source) > 8, key  # words, not a key that is not in the table of sources


def test_own_values_win() -> None:
    carrier = _carrier(
        'from = "msc-ferumoxides", name = "mine", magnetic_fraction = 0.01, count = 7'
    )
    assert (carrier.name, carrier.count, carrier.magnetic_fraction) == ("mine", 7, 0.01)
    assert carrier.iron_mass is None
    assert carrier.diameter == 18e-6


def test_arbab() -> None:
    """Fe per cell, Arbab et al. 2004."""
    assert _carrier('from = "msc-ferumoxides"').iron_mass == pytest.approx(10.94e-15)
    assert _carrier('from = "cd34-ferumoxides"').iron_mass == pytest.approx(2.01e-15)


@pytest.mark.parametrize(("name", "kA_m"), [("dynabeads-myone", 40.0), ("dynabeads-m280", 15.0)])
def test_beads_have_their_magnetization(name: str, kA_m: float) -> None:
    """Saturation of the whole bead as the vendor gives it."""
    bead = _carrier(f'from = "{name}"')
    volume = math.pi / 6 * median_diameter(bead) ** 3
    assert bead.saturation * core_volume(bead) / volume == pytest.approx(1e3 * kA_m, rel=2e-3)


def test_review_table() -> None:
    """All 36 rows: the core size where one crystal is meant, the material in the note."""
    if not TABLE.is_file():
        pytest.skip(f"{TABLE} is not there")
    rows = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))
    entries = {name[7:9]: entry for name, entry in carriers().items() if name.startswith("table1-")}
    assert len(rows) == len(entries) == 36
    for row in rows:
        entry = entries[f"{int(row['row']):02d}"]
        assert row["mnp"] in entry.note
        assert row["core_as_printed"] in entry.note
        core = entry.values["core_diameter"]
        if core.confidence is Confidence.MEASURED:
            nm = float(str(core.value).removesuffix(" nm"))
            middle = (float(row["core_nm_min"]) + float(row["core_nm_max"])) / 2
            assert nm == pytest.approx(middle, rel=1e-5)
        else:
            assert not row["core_nm_min"] or float(row["core_nm_max"]) > 40 or row["row"] == "18"

"""Inputs as users brought them, through `magcap check`: which are valid, and what is said.

Each stands for a kind, whose own test lies beside the code that reads it; none may be left out.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers.places import SHARED
from magcap.cli.app import app

CASES = SHARED / "cases_from_users"
if not CASES.is_dir():
    pytest.skip("users' cases are not in this checkout", allow_module_level=True)

#: What `check` says of a case: words of a refusal, or of a note; "" for a valid case.
SAID = {
    "arc_segments": "",
    "bead_mass_magnetization": "saturation of 15.1 kA/m",
    "bh_table_with_J": "",
    "cap_with_flat_triangle": "Which end is the inlet is not said",
    "checkerboard_64_magnets": "",
    "diamagnetic_cells": "pushed out of the field",
    "field_map_decimal_comma": "",
    "field_map_fld": "",
    "field_map_mfnc_columns": "",
    "field_map_windows_micro": "",
    "long_rods": "",
    "open_end_not_flat": "0.06988 ml/s",
    "rectangular_channel": "120 mm³",
    "rectangular_channel_cad": "which stay edges",
    "sharp_coil": "",
    "slow_mesh_zoo": "",
    "surface_in_metres": 'write `unit = "m"`',
    "touching_magnets_shared_face": "",
    "area_in_flight_m1lan_60s": "",
    "bend_artery_msc": "",
    "leak_aneu_coarse": "nothing pulls the carriers",
    "leak_bend_coarse": "nothing pulls the carriers",
    "leak_bif_coarse": "nothing pulls the carriers",
}
REFUSED = {
    "folded_surface": "z = 9.90 to 11.47 mm",
    "two_inlets": "must be an opening of the vessel",
    "bif_length_20_parsec": "`vessel.length` must be a positive length between",
    "centerline_fifo": "is not a file but a pipe",
    "cross": "the surface cuts itself or lies on itself",
    "map209": "more than it can hold",
    "p_trunc": "it was cut off",
    "ply463": "line 8 of its head",
    "radius_1e300": "`vessel.radius` must be a positive length between",
    "tube_length_1km": "`vessel.length` must be a positive length between",
}
#: How many faults are told, where it is not one.
SENTENCES = {"two_inlets": 3}
FILES = {path.stem: path for path in sorted(CASES.rglob("*.toml"))}


def _said(name: str, folder: Path) -> tuple[int, str]:
    for file in FILES[name].parent.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    if name == "centerline_fifo":
        os.mkfifo(folder / "fifo.csv")
    result = CliRunner().invoke(app, ["check", str(folder / FILES[name].name)])
    return result.exit_code, result.output


def test_every_case_is_here() -> None:
    assert FILES.keys() == SAID.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", SAID)
def test_valid(name: str, tmp_path: Path) -> None:
    code, words = _said(name, tmp_path)
    assert code == 0, words
    assert SAID[name] in words
    assert "The case is valid" in words


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, tmp_path: Path) -> None:
    code, words = _said(name, tmp_path)
    assert code == 2
    assert REFUSED[name] in words
    assert "Traceback" not in words
    assert len(words.splitlines()) == SENTENCES.get(name, 1)

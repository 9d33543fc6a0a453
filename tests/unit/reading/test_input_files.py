"""Pipes, devices and folders wherever a case names a file: a sentence at once, nothing waits."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from helpers.places import SHARED
from magcap.errors import CaseError
from magcap.reading import load
from magcap.reading.read import loads

TUBE = 'vessel = { shape = "tube", radius = "2 mm", length = "20 mm" }'
CASE = """
{vessel}
flow.inlet.{inlet}
carrier = [{{ name = "b", kind = "bead", diameter = "4 um", {carrier} }}]
{more}
"""
CUBE = 'shape = "{}", size = ["5 mm", "5 mm", "5 mm"], center = ["0 mm", "0 mm", "-30 mm"]'
#: Parts of the case that name the file FILE with this ending.
PLACES: dict[str, tuple[dict[str, str], str]] = {
    "centreline": ({"vessel": 'vessel = { shape = "centerline", file = "FILE" }'}, ".csv"),
    "surface": ({"vessel": 'vessel = { shape = "surface", file = "FILE" }'}, ".stl"),
    "PLY": ({"vessel": 'vessel = { shape = "surface", file = "FILE" }'}, ".ply"),
    "VTP": ({"vessel": 'vessel = { shape = "surface", file = "FILE" }'}, ".vtp"),
    "mesh": ({"vessel": 'vessel = { shape = "mesh", file = "FILE", unit = "mm" }'}, ".msh"),
    "waveform": ({"inlet": 'waveform = "FILE"'}, ".csv"),
    "map": ({"more": 'field_map = [{ file = "FILE" }]'}, ".csv"),
    "VTI": ({"more": 'field_map = [{ file = "FILE" }]'}, ".vti"),
    "iron": ({"more": f'iron = [{{ {CUBE.format("cuboid")}, material = "FILE" }}]'}, ".csv"),
    "magnet": (
        {"more": 'magnet = [{ shape = "surface", file = "FILE", remanence = "1 T" }]'},
        ".stl",
    ),
    "M(B)": (
        {
            "carrier": 'magnetization = "table", magnetization_table = "FILE", '
            'magnetization_table_of = "carrier"'
        },
        ".csv",
    ),
}


def faults(name: str, file: str, folder: Path) -> str:
    parts = {
        "vessel": TUBE,
        "inlet": 'mean_velocity = "10 mm/s"',
        "carrier": 'iron_mass = "5 pg"',
        "more": "",
    } | PLACES[name][0]
    with pytest.raises(CaseError) as caught:
        loads(CASE.format(**parts).replace("FILE", file), folder=folder)
    return str(caught.value)


@pytest.mark.parametrize("name", PLACES)
def test_no_files(name: str, tmp_path: Path) -> None:
    ending = PLACES[name][1]
    os.mkfifo(tmp_path / f"pipe{ending}")
    (tmp_path / f"folder{ending}").mkdir()
    (tmp_path / f"zero{ending}").symlink_to("/dev/zero")
    (tmp_path / f"link{ending}").symlink_to(tmp_path / f"pipe{ending}")
    (tmp_path / f"loop{ending}").symlink_to(tmp_path / f"loop{ending}")
    (tmp_path / f"empty{ending}").write_bytes(b"")
    with (tmp_path / f"large{ending}").open("wb") as stream:
        stream.truncate(5 * 2**30)  # sparse: takes no room
    words = {
        "pipe": "is not a file but a pipe",
        "folder": "is not a file but a folder",
        "zero": "is not a file but a device",
        "link": "is not a file but a pipe",
        "loop": "is a link that leads to itself",
        "empty": "is empty",
        "large": "5.4 GB",
        "none": "is not there",
    }
    for stem, expected in words.items():
        assert expected in faults(name, f"{stem}{ending}", tmp_path), stem


def test_the_case_itself(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "case.toml")
    for file, words in (
        (tmp_path / "case.toml", "not a file but a pipe"),
        (tmp_path, "not a file but a folder"),
        (Path("/dev/zero"), "not a file but a device"),
        (tmp_path / "none.toml", "is not there"),
    ):
        with pytest.raises(CaseError, match=words):
            load(file)


def test_a_pipe_of_a_user(tmp_path: Path) -> None:
    file = SHARED / "cases_from_users" / "damaged" / "centerline_fifo.toml"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    os.mkfifo(tmp_path / "fifo.csv")
    (tmp_path / "case.toml").write_text(file.read_text("utf-8"))
    with pytest.raises(CaseError, match=r"`vessel\.file`.*not a file but a pipe"):
        load(tmp_path / "case.toml")

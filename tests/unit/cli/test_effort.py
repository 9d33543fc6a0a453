"""What `magcap check` foretells of scans against what runs took (docs/runs.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.places import SHARED
from helpers.surfaces import tube, vessel_of
from magcap.case import Case
from magcap.cli.estimate import effort
from magcap.reading.read import from_tables

#: File, resolution, and of one run alone: cells, GB at most, s of processor time.
MEASURED = [
    ("data/vessels/vein/vein.stl", "medium", 19_957, 1.24, 43.1),
    ("data/vessels/ica_aneurisk_c0015/artery_test.stl", "coarse", 11_231, 0.85, 25.8),
    ("cases_from_users/saddle_ends.stl", "coarse", 20_718, 1.66, 40.4),
]


def _case(file: Path, resolution: str, speed: str = "0.05 m/s") -> dict[str, object]:
    return {
        "vessel": {"shape": "surface", "file": str(file), "unit": "mm"},
        "flow": {"inlet": {"mean_velocity": speed}},
        "carrier": [
            {
                "name": "bead",
                "diameter": "4 um",
                "iron_mass": "10 pg",
                "core_diameter": "10 nm",
                "count": 2000,
            },
        ],
        "mesh": {"resolution": resolution},
    }


@pytest.mark.parametrize(("name", "resolution", "cells", "memory", "seconds"), MEASURED)
def test_a_scan_is_foretold_within_a_half(
    name: str, resolution: str, cells: int, memory: float, seconds: float
) -> None:
    file = SHARED / name
    if not file.exists():
        pytest.skip(f"{file} is not here (third-party data)")
    found = effort(*from_tables(_case(file, resolution), folder=Path()))
    for foretold, measured in (
        (found.lumen_cells, cells),
        (found.memory, 1e9 * memory),
        (found.seconds, seconds),
    ):
        assert measured / 1.5 < foretold < 1.5 * measured


def test_fast_flow_in_a_scan_takes_longer(tmp_path: Path) -> None:
    """Newton's method marches there; cells and memory are the same."""
    vessel = vessel_of(tmp_path / "tube.obj", tube(24, 13))

    def at(speed: str) -> tuple[Case, float]:
        case, shape = from_tables(_case(vessel.file, "coarse", speed), folder=tmp_path)
        return case, effort(case, shape).seconds

    assert at("0.6 m/s")[1] > 2.0 * at("0.1 m/s")[1]


_CAROTID = {"regime": "pulsatile", "inlet": {"waveform": "carotid"}}
_STORES = [
    {"proximal": "2.5e8 Pa*s/m^3", "distal": "2.1e9 Pa*s/m^3", "compliance": "1.3e-10 m^3/Pa"},
    {"proximal": "3.5e8 Pa*s/m^3", "distal": "3.4e9 Pa*s/m^3", "compliance": "1e-10 m^3/Pa"},
]
_WINDKESSELS = [
    {"name": f"outlet_{i}", "windkessel": one} for i, one in enumerate(_STORES, start=1)
]
_ARTERY = {"shape": "tube", "radius": "2.5 mm", "length": "80 mm"}
_ARTERIOLE = {"shape": "tube", "radius": "0.2 mm", "length": "6 mm"}
_FORK = {"shape": "bifurcation", "radius": "3 mm", "length": "30 mm", "daughter_length": "30 mm"}
_SLOW = {"regime": "pulsatile", "inlet": {"waveform": "carotid", "mean_velocity": "10 mm/s"}}
#: Vessel, flow, cells' size, and of one run: way, steps a cycle, cycles, GB, s of processor time.
BEATS = [
    (_ARTERY, _CAROTID, "0.86 mm", False, 160, 2, 2.81, 290.0),
    (_FORK, _CAROTID | {"outlet": _WINDKESSELS}, "1.2 mm", False, 173, 3, 2.91, 641.0),
    (_ARTERIOLE, _SLOW, "0.09 mm", True, 36, 2, 1.06, 161.0),
]


@pytest.mark.parametrize(
    ("vessel", "flow", "size", "quasi", "steps", "cycles", "memory", "seconds"), BEATS
)
def test_a_heart_beat_is_foretold_within_a_half(
    vessel: dict[str, object],
    flow: dict[str, object],
    size: str,
    quasi: bool,
    steps: int,
    cycles: int,
    memory: float,
    seconds: float,
) -> None:
    case = _case(Path(), "medium") | {"vessel": vessel, "flow": flow, "mesh": {"lumen_size": size}}
    found = effort(*from_tables(case, folder=Path()))
    assert found.pulse is not None
    assert (found.pulse.quasi_steady, found.pulse.cycles) == (quasi, cycles)
    for foretold, measured in (
        (found.pulse.steps, steps),
        (found.memory, 1e9 * memory),
        (found.seconds, seconds),
    ):
        assert measured / 1.5 < foretold < 1.5 * measured

"""The whole way on a small case: reuse, interruption, two ranks, and the files of a run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import magcap

BIN = Path(sys.executable).parent
CASE = """
title = "Small tube"

[[magnet]]
shape = "cylinder"
diameter = "20 mm"
height = "10 mm"
remanence = "1.3 T"
center = ["0 mm", "0 mm", "{z} mm"]

[vessel]
shape = "tube"
radius = "2 mm"
length = "20 mm"

[flow]
inlet = {{ mean_velocity = "10 mm/s" }}

[[carrier]]
name = "bead"
kind = "bead"
diameter = "4 um"
iron_mass = "10 pg"
core_diameter = "10 nm"
density = "1500 kg/m^3"
count = {count}

[capture]
seed = 3

[mesh]
resolution = "coarse"

[[probe]]
name = "wall"
point = ["1 mm", "0 mm", "3 mm"]
"""


def _write(folder: Path, *, z: float = -9.0, count: int = 400) -> Path:
    path = folder / "case.toml"
    path.write_text(CASE.format(z=z, count=count))
    return path


def _numbers(folder: Path) -> dict[str, Any]:
    """The summary without what may differ between runs: times and reuse."""
    summary: dict[str, Any] = json.loads((folder / "summary.json").read_text())
    for key in ("timings", "cached"):
        summary.pop(key, None)
    return summary


def _assert_same(one: Any, two: Any) -> None:
    """Counts and words equal; floats to 1e-9: a flow that is solved anew differs by rounding."""
    if isinstance(one, dict):
        assert one.keys() == two.keys()
        for key in one:
            _assert_same(one[key], two[key])
    elif isinstance(one, list):
        assert len(one) == len(two)
        for left, right in zip(one, two, strict=True):
            _assert_same(left, right)
    elif isinstance(one, float) and isinstance(two, float):
        assert one == pytest.approx(two, rel=1e-9, abs=1e-12)
    else:
        assert one == two


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> magcap.RunResult:
    folder = tmp_path_factory.mktemp("first")
    return magcap.run(magcap.load(_write(folder)), folder / "run", figures=False)


def test_summary_has_the_contract_and_adds_up(first: magcap.RunResult) -> None:
    summary = _numbers(first.folder)
    for key in ("schema", "title", "version", "conventions", "mesh", "field", "flow", "capture"):
        assert key in summary
    (row,) = summary["capture"]
    ends = row["captured"] + sum(row["exited"].values()) + row["in_flight"] + row["lost"]
    assert ends == row["released"] == 400
    assert row["lost"] == 0
    assert row["captured"] > 0
    assert summary["flow"]["mass_imbalance"] < 1e-10
    low, high = row["efficiency_flux"]["ci95"]
    assert low <= row["efficiency_flux"]["value"] <= high


def test_probe_agrees_with_magpylib(first: magcap.RunResult) -> None:
    import magpylib

    magnet = magpylib.magnet.Cylinder(
        dimension=(0.02, 0.01), polarization=(0, 0, 1.3), position=(0, 0, -0.009)
    )
    (probe,) = _numbers(first.folder)["field"]["probes"]
    assert probe["name"] == "wall"
    np.testing.assert_allclose(probe["B"], magnet.getB((0.001, 0, 0.003)), rtol=1e-6, atol=1e-9)


def test_a_run_with_a_moved_magnet_shares_mesh_flow_and_control(
    first: magcap.RunResult, tmp_path: Path
) -> None:
    case = magcap.load(_write(tmp_path, z=-9.5))
    moved = magcap.run(case, first.folder.parent / "moved", figures=False)
    cached = moved.summary["cached"]
    assert cached["vessel mesh"] and cached["flow"]
    assert cached["control 1"], "the control knows no magnet"
    assert not cached["magnetic field"] and not cached["capture 1"]
    back = magcap.run(first.case, first.folder.parent / "back", figures=False)
    assert not (moved.folder / ".stages").exists(), "stages lie beside the runs"
    assert all(back.summary["cached"].values())
    assert back.summary["capture"] == first.summary["capture"]


def test_loads_are_for_a_case_that_asks(first: magcap.RunResult) -> None:
    assert first.summary["field"]["loads"] == []
    options = first.case.magnetics.model_copy(update={"loads": True})
    case = first.case.model_copy(update={"magnetics": options})
    asked = magcap.run(case, first.folder.parent / "loads", figures=False)
    assert [load["name"] for load in asked.summary["field"]["loads"]] == ["magnet[1]"]
    assert [name for name, reused in asked.summary["cached"].items() if not reused] == [
        "body loads"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("delay", [2.0, 5.0, 8.0, 12.0])
def test_killed_run_continues_to_identical_numbers(
    first: magcap.RunResult, tmp_path: Path, delay: float
) -> None:
    command = [str(BIN / "magcap"), "run", str(_write(tmp_path)), "-o", str(tmp_path / "run")]
    process = subprocess.Popen([*command, "--no-figures"], start_new_session=True)
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    subprocess.run([*command, "--no-figures"], check=True)
    _assert_same(_numbers(tmp_path / "run"), _numbers(first.folder))


@pytest.mark.mpi
def test_two_ranks_give_the_same_numbers(first: magcap.RunResult, tmp_path: Path) -> None:
    launcher = BIN / "mpiexec"
    if not launcher.exists():
        pytest.skip("mpiexec of the wheel is not installed")
    command = [str(launcher), "-n", "2", str(BIN / "magcap"), "run", str(_write(tmp_path))]
    subprocess.run([*command, "-o", str(tmp_path / "run"), "--no-figures"], check=True)
    one, two = _numbers(first.folder), _numbers(tmp_path / "run")
    np.testing.assert_allclose(
        two["field"]["probes"][0]["B"], one["field"]["probes"][0]["B"], rtol=1e-8
    )
    for key in ("pressure_drop", "max_speed", "flow_rate_in"):
        assert two["flow"][key] == pytest.approx(one["flow"][key], rel=1e-8)
    assert abs(two["capture"][0]["captured"] - one["capture"][0]["captured"]) <= 1

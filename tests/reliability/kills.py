"""Runs that are killed and go on, and stores whose files are damaged: the numbers must be equal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import magcap

BIN = Path(sys.executable).parent
#: Ways a run is ended from outside.
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
#: Largest relative difference of a number of a run that was ended and went on.
SAME = 1e-12
#: Numbers that are rounding of something of size 1, not results: compared by their difference.
ROUNDING = ("newton_residual", "mass_imbalance")
#: Every kind of physics, small: a magnet, iron, a bend, two carriers.
CASE = """
title = "Small bend"
[[magnet]]
shape = "cylinder"
diameter = "20 mm"
height = "10 mm"
remanence = "1.3 T"
center = ["0 mm", "0 mm", "-9 mm"]
[[iron]]
shape = "cylinder"
diameter = "20 mm"
height = "5 mm"
relative_permeability = 500.0
center = ["0 mm", "0 mm", "-17 mm"]
[vessel]
shape = "bend"
radius = "1.5 mm"
bend_radius = "8 mm"
angle = "60 deg"
inlet_length = "4 mm"
outlet_length = "4 mm"
[flow]
inlet = { mean_velocity = "10 mm/s" }
[[carrier]]
name = "bead"
kind = "bead"
diameter = "4 um"
iron_mass = "10 pg"
core_diameter = "10 nm"
density = "1500 kg/m^3"
count = 1000
[[carrier]]
name = "nano"
kind = "nanoparticle"
diameter = "200 nm"
magnetic_fraction = 0.3
core_diameter = "10 nm"
count = 500
[capture]
seed = 3
duration = "20 s"
[mesh]
resolution = "coarse"
"""


@dataclass(slots=True, kw_only=True)
class Broken:
    """What came of runs that were broken."""

    breaks: int = 0
    wrong: list[str] = field(default_factory=list)


def numbers(folder: Path) -> dict[str, Any]:
    """The summary of a run without what may differ between runs: times and reuse."""
    summary: dict[str, Any] = json.loads((folder / "summary.json").read_text("utf-8"))
    for key in ("timings", "cached"):
        summary.pop(key, None)
    return summary


def differences(one: Any, two: Any, path: str = "") -> list[str]:
    """Where two summaries differ, floats by more than `SAME` of themselves."""
    if isinstance(one, dict) and isinstance(two, dict) and one.keys() == two.keys():
        return [text for key in one for text in differences(one[key], two[key], f"{path}.{key}")]
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        pairs = enumerate(zip(one, two, strict=True))
        return [text for i, pair in pairs for text in differences(*pair, f"{path}[{i}]")]
    if isinstance(one, float) and isinstance(two, float):
        size = 1.0 if path.endswith(ROUNDING) else max(abs(one), abs(two))
        close = abs(one - two) <= SAME * size or (one != one and two != two)
        return [] if close else [f"{path}: {one!r}, {two!r}"]
    return [] if one == two else [f"{path}: {one!r}, {two!r}"]


def whole(folder: Path) -> tuple[float, dict[str, Any]]:
    """A run that nothing ends: its time in s and its numbers."""
    start = time.perf_counter()
    _run(folder).wait()
    return time.perf_counter() - start, numbers(folder / "run")


def _run(folder: Path) -> subprocess.Popen[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.toml").write_text(CASE, encoding="utf-8")
    command = [str(BIN / "magcap"), "run", "case.toml", "-o", "run", "--no-figures"]
    with (folder / "said.txt").open("ab") as said:
        return subprocess.Popen(command, cwd=folder, stdout=said, stderr=said, process_group=0)


def killed(folder: Path, breaks: int, *, seed: int = 0, in_a_row: int = 5) -> Broken:
    """End runs at random moments, `in_a_row` times each before it may end, and compare."""
    rng = np.random.default_rng(seed)
    whole(folder / "warm")  # compiles forms and kernels
    seconds, right = whole(folder / "whole")
    found = Broken()
    while found.breaks < breaks:
        here = folder / f"after-{found.breaks}"
        for _ in range(min(in_a_row, breaks - found.breaks)):
            process = _run(here)
            try:
                process.wait(rng.uniform(0.1, 0.9) * seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, SIGNALS[found.breaks % len(SIGNALS)])
                process.wait()
            found.breaks += 1
        code = _run(here).wait()
        if code:
            found.wrong.append(f"{here.name}: exit code {code}: {(here / 'said.txt').read_text()}")
        else:
            found.wrong += [f"{here.name}{text}" for text in differences(right, _of(here))]
    return found


def _of(folder: Path) -> dict[str, Any]:
    return numbers(folder / "run")


def damaged(folder: Path, breaks: int, *, seed: int = 0) -> Broken:
    """Damage one stored stage after another, run again in this process, and compare."""
    rng = np.random.default_rng(seed)
    case = folder / "case.toml"
    folder.mkdir(parents=True, exist_ok=True)
    case.write_text(CASE, encoding="utf-8")
    right = numbers(magcap.run(magcap.load(case), folder / "run", figures=False).folder)
    found = Broken()
    while found.breaks < breaks:
        stages = sorted((folder / ".stages").glob("*.npz"))
        stage = stages[int(rng.integers(len(stages)))]
        other = stages[int(rng.integers(len(stages)))]
        stage.write_bytes(_broken(stage.read_bytes(), other.read_bytes(), rng))
        magcap.run(magcap.load(case), folder / "run", figures=False)
        found.breaks += 1
        found.wrong += [f"{stage.name}{text}" for text in differences(right, _of(folder))]
    return found


def _broken(before: bytes, other: bytes, rng: np.random.Generator) -> bytes:
    """A stage file after a bad disk, a full one, a mistaken copy."""
    at = int(rng.integers(len(before)))
    match rng.integers(6):
        case 0:
            return before[:at]
        case 1:
            return b""
        case 2:
            return before[:at] + bytes(min(4096, len(before) - at)) + before[at + 4096 :]
        case 3:
            return rng.bytes(int(rng.integers(1, 5000)))
        case 4:
            return other
        case _:
            flipped = bytearray(before)
            for spot in rng.integers(len(before), size=8):
                flipped[spot] ^= 1 << int(rng.integers(8))
            return bytes(flipped)

"""VTK files by a child process, which may die of them (`vtk_child.py`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

from magcap.arrays import FloatArray, IntArray

_PROGRAM: Final = Path(__file__).with_name("vtk_child.py")
#: Memory in bytes for any file, and per byte of it (compressed data grow).
_MEMORY, _MEMORY_PER_BYTE, _MOST_MEMORY = 4 * 2**30, 60, 24 * 2**30
#: Processor time in s for any file, and per byte of it.
_SECONDS, _SECONDS_PER_BYTE = 10.0, 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class VtkData:
    """What was found in a VTK file.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
    triangles : ndarray of int, shape (m, 3)
        Of a surface; empty for other data.
    vectors : mapping of str to ndarray, shape (n, 3)
        Arrays of three components at `points`: of the file's points if these have any, else of
        the middles of its cells.
    others : tuple of str
        Names of all other arrays.
    place : str
        ``"points"`` or ``"cells"``.
    unit : str or None
        Of the coordinates, as magcap's own files say it.
    """

    points: FloatArray
    triangles: IntArray
    vectors: dict[str, FloatArray]
    others: tuple[str, ...] = ()
    place: str = "points"
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VtkLines:
    """Lines found in a VTK file.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
    nodes : ndarray of int, shape (k,)
        Points along the lines, one line after the other.
    offsets : ndarray of int, shape (lines + 1,)
        Where each line starts in `nodes`, and the last ends.
    scalars : mapping of str to ndarray, shape (n,)
        Arrays of one number at the points.
    """

    points: FloatArray
    nodes: IntArray
    offsets: IntArray
    scalars: dict[str, FloatArray]


def read_vtk_file(file: Path, kind: Literal["surface", "data"]) -> VtkData:
    """What is in a VTK file that was checked to be a file.

    Raises
    ------
    ValueError
        With the reason, if it is damaged, or needs more memory or time than its size allows.
    """
    return _read(file, kind, _surface if kind == "surface" else _data)


def read_vtk_lines(file: Path) -> VtkLines:
    """The lines in a VTP file that was checked to be a file.

    Raises
    ------
    ValueError
        As `read_vtk_file`.
    """
    return _read(file, "lines", _lines)


def _read[T](file: Path, kind: str, taken: Callable[[np.lib.npyio.NpzFile], T]) -> T:
    """What the child found, as `taken` out of its arrays."""
    size = file.stat().st_size
    memory = min(_MEMORY + _MEMORY_PER_BYTE * size, _MOST_MEMORY)
    seconds = _SECONDS + _SECONDS_PER_BYTE * size
    with tempfile.TemporaryDirectory(prefix="magcap-") as folder:
        out = Path(folder, "data.npz")
        command = [sys.executable, "-P", "-W", "ignore", str(_PROGRAM), kind, str(file)]
        command += [str(out), str(memory), str(int(seconds))]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=6.0 * seconds,
                env=_environment(),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ValueError("it took too long; it is damaged or too large") from None
        if done.returncode == 2:
            raise ValueError(done.stdout.decode("utf-8", "replace").strip()[:200])
        if done.returncode != 0:
            raise ValueError("the reader broke down over it; it is damaged or too large")
        try:
            with np.load(out, allow_pickle=False) as arrays:
                return taken(arrays)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise ValueError(f"what was read could not be kept ({error})") from None


def _environment() -> dict[str, str]:
    """That of this process without what tells a child that it is a rank of an MPI program."""
    foreign = ("PMI_", "PMIX_", "OMPI_", "HYDRA_", "MPI_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VTK_SMP_MAX_THREADS"), "1")
    return kept | threads | {"MALLOC_PERTURB_": "165"}


def _surface(arrays: np.lib.npyio.NpzFile) -> VtkData:
    return VtkData(points=arrays["points"], triangles=arrays["triangles"], vectors={})


def _lines(arrays: np.lib.npyio.NpzFile) -> VtkLines:
    names = json.loads(str(arrays["names"]))
    return VtkLines(
        points=arrays["points"],
        nodes=arrays["nodes"],
        offsets=arrays["offsets"],
        scalars={name: arrays[f"scalar_{i}"] for i, name in enumerate(names)},
    )


def _data(arrays: np.lib.npyio.NpzFile) -> VtkData:
    names = json.loads(str(arrays["names"]))
    one = "point" if names["point"] or not names["cell"] else "cell"
    own = names[one]
    return VtkData(
        points=arrays["points" if one == "point" else "centers"] if own else np.empty((0, 3)),
        triangles=np.empty((0, 3), dtype=np.int64),
        vectors={name: arrays[f"{one}_{i}"] for i, name in enumerate(own)},
        others=tuple(names["scalars"]),
        place=f"{one}s",
        unit=names["unit"][0] if names["unit"] else None,
    )

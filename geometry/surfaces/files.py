"""Lumen surfaces from files: STL, OBJ, PLY and VTP to points and triangles, or the reason why not.

Files come from many programs, so nothing in them is trusted: the size is looked at before
anything is read, and whatever a reader stumbles over becomes a `CaseError` that names
`vessel.file`. STL (`stl.py`), OBJ (`obj.py`) and PLY (`ply.py`) are read here, VTP by VTK in a
process of its own.
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.errors import CaseError
from magcap.inputs import check_file, read_vtk_file

from .obj import read_obj
from .ply import read_ply
from .stl import announced, read_stl
from .topology import TriangleSurface

#: Larger files are refused unread.
MAX_BYTES = 512 * 2**20
#: Surfaces with more triangles are refused.
MAX_TRIANGLES = 5_000_000
_ENOUGH = "a lumen needs some ten thousand triangles"
#: Largest distance of a point from the origin in m (images have theirs far away).
FARTHEST = 1000.0
#: Prefix of files that the gmsh wheel brings, e.g. ``gmsh:aneurysm_data.stl``.
WHEEL_PREFIX = "gmsh:"
#: Metres per unit.
UNITS = {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6, "in": 0.0254}

_EXAMPLES = Path("share/doc/gmsh/examples/api")


def wheel_aneurysm_path() -> Path:
    """Path of the aneurysm surface (STL, mm) that the gmsh wheel brings.

    Raises
    ------
    CaseError
        If the installed gmsh has no examples (conda packages may leave them out).
    """
    return resolve_surface_file(Path(WHEEL_PREFIX + "aneurysm_data.stl"))


def resolve_surface_file(file: Path) -> Path:
    """Path of a surface file; ``gmsh:NAME`` is a file in the gmsh wheel's examples folder.

    >>> resolve_surface_file(Path("lumen.stl")).name
    'lumen.stl'
    """
    if not file.name.startswith(WHEEL_PREFIX):
        return file.expanduser()
    name = file.name.removeprefix(WHEEL_PREFIX)
    candidates = [Path(sys.prefix) / _EXAMPLES / name]
    try:
        installed = importlib.metadata.files("gmsh") or []
        candidates += [Path(str(p.locate())) for p in installed if p.match(f"examples/api/{name}")]
    except importlib.metadata.PackageNotFoundError:
        pass
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise CaseError(
        f'`vessel.file` = "{file.name}" must be a file among the examples of the gmsh wheel, but '
        f"{candidates[0]} does not exist; `pip install gmsh` brings them, or give a file of yours."
    )


def read_surface(file: Path, *, unit: str) -> TriangleSurface:
    """Read a surface as it is in the file; polygons are split into triangles.

    Parameters
    ----------
    file : Path
        STL, OBJ, PLY or VTP; see `resolve_surface_file`.
    unit : str
        Unit of the file's numbers, a key of `UNITS`.

    Raises
    ------
    CaseError
        If there is no such file, it is too large or not a surface.
    """
    path = resolve_surface_file(file)
    reader = _reader_of(path)
    check_file(path, "`vessel.file`", most=MAX_BYTES, hint=f"Decimate the surface: {_ENOUGH}.")
    try:
        points, triangles = reader(path)
        _check_count(path, len(triangles))
    except CaseError:
        raise
    except (ValueError, IndexError, OSError, EOFError, ArithmeticError, MemoryError) as error:
        raise _not_a_mesh(path, str(error)) from None
    return TriangleSurface(
        points=_checked_points(path, points, triangles, UNITS[unit]) * UNITS[unit],
        triangles=triangles,
    )


def _reader_of(path: Path) -> Reader:
    try:
        return _READERS[path.suffix.lower()]
    except KeyError:
        raise CaseError(
            f'`vessel.file` must be a surface in STL, VTP, PLY or OBJ, got "{path.name}"; other '
            "formats can be converted with ParaView, MeshLab or 3D Slicer."
        ) from None


def _not_a_mesh(path: Path, reason: str) -> CaseError:
    kind = path.suffix.lstrip(".").upper()
    reason = " ".join(reason.split())[:200]
    return CaseError(f'`vessel.file`: "{path}" cannot be read as {kind}: {reason}.')


def _check_count(path: Path, triangles: int) -> None:
    if triangles > MAX_TRIANGLES:
        raise CaseError(
            f'`vessel.file`: "{path}" has {triangles} triangles; at most {MAX_TRIANGLES} are '
            f"read. Decimate the surface: {_ENOUGH}."
        )


def _checked_points(path: Path, points: FloatArray, triangles: IntArray, size: float) -> FloatArray:
    if len(triangles) == 0 or len(points) == 0:
        raise CaseError(f'`vessel.file`: "{path}" holds no triangles.')
    if triangles.min() < 0 or triangles.max() >= len(points):
        raise _not_a_mesh(path, "a triangle refers to a point that is not there")
    used = points[np.unique(triangles)]
    if not np.isfinite(used).all() or np.abs(used).max() > 1e30:
        bad = int((~np.isfinite(used).all(axis=1)).sum())
        raise CaseError(f'`vessel.file`: {bad} points of "{path}" are not finite numbers.')
    far = float(np.abs(used).max()) * size
    if far > FARTHEST:
        raise CaseError(
            f'`vessel.file`: "{path}" reaches to {far:.3g} m; at most {FARTHEST:g} m from the '
            "origin are taken. Is `unit` right?"
        )
    return points


def _stl(path: Path) -> tuple[FloatArray, IntArray]:
    _check_count(path, announced(path))
    return read_stl(path)


def _obj(path: Path) -> tuple[FloatArray, IntArray]:
    return read_obj(path, MAX_TRIANGLES)


def _ply(path: Path) -> tuple[FloatArray, IntArray]:
    return read_ply(path, MAX_TRIANGLES)


def _vtp(path: Path) -> tuple[FloatArray, IntArray]:
    found = read_vtk_file(path, "surface")
    return found.points, found.triangles


Reader = Callable[[Path], tuple[FloatArray, IntArray]]
_READERS: Final[Mapping[str, Reader]] = {".stl": _stl, ".obj": _obj, ".ply": _ply, ".vtp": _vtp}

"""Lumen surfaces from files: STL, OBJ, PLY and VTP to points and triangles, or the reason why not.

Files come from many programs, so nothing in them is trusted: the size is looked at before
anything is read, and whatever a reader stumbles over becomes a `CaseError` that names
`vessel.file`. STL and OBJ are read here, PLY and VTP by VTK.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.errors import CaseError

#: Larger files are refused unread.
MAX_BYTES = 512 * 2**20
#: Surfaces with more triangles are refused.
MAX_TRIANGLES = 5_000_000
#: Prefix of files that the gmsh wheel brings, e.g. ``gmsh:aneurysm_data.stl``.
WHEEL_PREFIX = "gmsh:"
#: Metres per unit.
UNITS = {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6, "in": 0.0254}

_EXAMPLES = Path("share/doc/gmsh/examples/api")


@dataclass(frozen=True, slots=True, kw_only=True)
class TriangleSurface:
    """A triangulated surface.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        In m.
    triangles : ndarray of int, shape (m, 3)
    """

    points: FloatArray
    triangles: IntArray


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
    _check_file(path)
    try:
        points, triangles = reader(path)
    except CaseError:
        raise
    except (ValueError, IndexError, OSError, EOFError, UnicodeError, MemoryError) as error:
        raise _not_a_mesh(path, str(error)) from None
    return TriangleSurface(
        points=_checked_points(path, points, triangles) * UNITS[unit], triangles=triangles
    )


def _reader_of(path: Path) -> Any:
    readers = {".stl": _read_stl, ".obj": _read_obj, ".ply": _read_vtk, ".vtp": _read_vtk}
    try:
        return readers[path.suffix.lower()]
    except KeyError:
        raise CaseError(
            f'`vessel.file` must be a surface in STL, VTP, PLY or OBJ, got "{path.name}"; other '
            "formats can be converted with ParaView, MeshLab or 3D Slicer."
        ) from None


def _check_file(path: Path) -> None:
    if not path.exists():
        raise CaseError(
            f'`vessel.file` must be an existing file, but "{path}" does not exist; a relative '
            "path starts at the folder of the case file."
        )
    if not path.is_file():
        raise CaseError(f'`vessel.file` must be a file, but "{path}" is a folder or a device.')
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            stream.read(1)
    except OSError as error:
        raise CaseError(f'`vessel.file`: "{path}" cannot be read: {error.strerror}.') from None
    if size == 0:
        raise CaseError(f'`vessel.file`: "{path}" is empty.')
    if size > MAX_BYTES:
        raise CaseError(
            f'`vessel.file`: "{path}" has {size / 2**20:.0f} MB; at most '
            f"{MAX_BYTES // 2**20} MB are read. Decimate the surface: a lumen needs some ten "
            "thousand triangles."
        )


def _not_a_mesh(path: Path, reason: str) -> CaseError:
    kind = path.suffix.lstrip(".").upper()
    reason = " ".join(reason.split())[:200]
    return CaseError(f'`vessel.file`: "{path}" cannot be read as {kind}: {reason}.')


def _check_count(path: Path, triangles: int) -> None:
    if triangles > MAX_TRIANGLES:
        raise CaseError(
            f'`vessel.file`: "{path}" has {triangles} triangles; at most {MAX_TRIANGLES} are '
            "read. Decimate the surface: a lumen needs some ten thousand triangles."
        )


def _checked_points(path: Path, points: FloatArray, triangles: IntArray) -> FloatArray:
    if len(triangles) == 0 or len(points) == 0:
        raise CaseError(f'`vessel.file`: "{path}" holds no triangles.')
    if triangles.min() < 0 or triangles.max() >= len(points):
        raise _not_a_mesh(path, "a triangle refers to a point that is not there")
    used = points[np.unique(triangles)]
    if not np.isfinite(used).all() or np.abs(used).max() > 1e30:
        bad = int((~np.isfinite(used).all(axis=1)).sum())
        raise CaseError(f'`vessel.file`: {bad} points of "{path}" are not finite numbers.')
    return points


def _read_stl(path: Path) -> tuple[FloatArray, IntArray]:
    """Binary or ASCII STL; every triangle has three points of its own."""
    with path.open("rb") as stream:
        head = stream.read(84)
    size = path.stat().st_size
    count = int.from_bytes(head[80:84], "little") if len(head) == 84 else -1
    if count >= 0 and size == 84 + 50 * count:
        return _read_binary_stl(path, count)
    if head.lstrip()[:5].lower() == b"solid":
        return _read_ascii_stl(path)
    if count > 0 and size > 84 + 50 * count and size < 84 + 50 * count + 4096:
        return _read_binary_stl(path, count)
    if 0 <= count <= 100 * MAX_TRIANGLES and size > 84:
        raise ValueError(f"its head announces {count} triangles, but it has {size} bytes")
    raise ValueError("it is neither a binary nor a text STL")


def _read_binary_stl(path: Path, count: int) -> tuple[FloatArray, IntArray]:
    _check_count(path, count)
    record = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    facets = np.fromfile(path, dtype=record, count=count, offset=84)
    points = facets["corners"].reshape(-1, 3).astype(np.float64)
    return points, np.arange(3 * count, dtype=np.int64).reshape(-1, 3)


def _read_ascii_stl(path: Path) -> tuple[FloatArray, IntArray]:
    text = path.read_bytes()
    _check_count(path, text.count(b"endfacet"))
    corners = re.findall(rb"vertex\s+(\S+)\s+(\S+)\s+(\S+)", text)
    if len(corners) % 3:
        raise ValueError(f"it has {len(corners)} corners, not a multiple of three")
    points = np.array(corners, dtype=np.float64).reshape(-1, 3)
    return points, np.arange(len(points), dtype=np.int64).reshape(-1, 3)


def _read_obj(path: Path) -> tuple[FloatArray, IntArray]:
    """Vertices and faces of a Wavefront OBJ; negative indices count from the end."""
    points: list[list[float]] = []
    triangles: list[tuple[int, int, int]] = []
    with path.open("r", encoding="utf-8", errors="replace") as stream:
        for line in stream:
            word, *rest = line.split() or [""]
            if word == "v":
                points.append([float(number) for number in rest[:3]])
            elif word == "f":
                face = [int(corner.split("/")[0]) for corner in rest]
                if len(face) < 3 or 0 in face:
                    raise ValueError(f'"{line.strip()[:60]}" is not a face')
                face = [corner - 1 if corner > 0 else len(points) + corner for corner in face]
                triangles += [(face[0], b, c) for b, c in pairwise(face[1:])]
                _check_count(path, len(triangles))
    if any(len(point) != 3 for point in points):
        raise ValueError("a vertex has fewer than three coordinates")
    return (
        np.array(points, dtype=np.float64).reshape(-1, 3),
        np.array(triangles, dtype=np.int64).reshape(-1, 3),
    )


def _read_vtk(path: Path) -> tuple[FloatArray, IntArray]:
    """PLY and VTP by VTK, with its messages kept off the user's terminal."""
    _check_head(path)
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkCommonCore import vtkObject
    from vtkmodules.vtkFiltersCore import vtkTriangleFilter
    from vtkmodules.vtkIOPLY import vtkPLYReader
    from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

    reader = vtkPLYReader() if path.suffix.lower() == ".ply" else vtkXMLPolyDataReader()
    warnings = vtkObject.GetGlobalWarningDisplay()
    vtkObject.SetGlobalWarningDisplay(0)
    try:
        reader.SetFileName(str(path))
        split = vtkTriangleFilter()
        split.SetInputConnection(reader.GetOutputPort())
        split.PassVertsOff()
        split.PassLinesOff()
        split.Update()
        surface = split.GetOutput()
    finally:
        vtkObject.SetGlobalWarningDisplay(warnings)
    if reader.GetErrorCode() or surface.GetNumberOfPoints() == 0:
        raise ValueError("no surface was found in it")
    _check_count(path, surface.GetNumberOfPolys())
    points = vtk_to_numpy(surface.GetPoints().GetData()).astype(np.float64)
    if surface.GetNumberOfPolys() == 0:
        return points, np.empty((0, 3), dtype=np.int64)
    corners = vtk_to_numpy(surface.GetPolys().GetConnectivityArray()).astype(np.int64)
    return points, corners.reshape(-1, 3)


def _check_head(path: Path) -> None:
    """Refuse what VTK would misread: no magic word, or counts beyond the file's size."""
    with path.open("rb") as stream:
        head = stream.read(65536)
    if path.suffix.lower() == ".ply":
        if not head.startswith(b"ply"):
            raise ValueError('it does not start with "ply"')
        numbers = re.findall(rb"element\s+(?:vertex|face)\s+(\d+)", head)
    else:
        if b"<VTKFile" not in head:
            raise ValueError('it has no "<VTKFile"')
        numbers = re.findall(rb"NumberOf(?:Points|Polys|Strips)=\"(\d+)\"", head)
    counts = [int(number) for number in numbers]
    _check_count(path, max(counts, default=0) if len(counts) < 3 else max(counts))
    compressed = b"compressor" in head
    if not compressed and sum(counts) > path.stat().st_size:
        raise ValueError("its head announces more than the file holds")

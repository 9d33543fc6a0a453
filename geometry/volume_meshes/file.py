"""Tetrahedral meshes from files of other programs, as they are in the file.

meshio reads them (XDMF: `xdmf.py`), in a child process with limits on time and memory: it trusts
what a file says of itself. Node orders are VTK's afterwards, as everywhere here.
"""

from __future__ import annotations

import resource
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.errors import CaseError, SolverError
from magcap.geometry.mesh import TimeIsUp, within
from magcap.inputs import check_file

from . import xdmf

#: Larger files are refused unread.
MAX_BYTES: Final = 4 * 2**30
#: Kinds of files by the end of their name, as the modules that read them are called.
READERS: Final = {".msh": "gmsh", ".vtu": "vtu", ".xdmf": "xdmf"}
#: Processor time in s and memory in bytes for any file, and per byte of it.
_SECONDS, _SECONDS_PER_BYTE = 60.0, 2e-6
_MEMORY, _MEMORY_PER_BYTE, _MOST_MEMORY = 4 * 2**30, 60, 48 * 2**30
_TETS, _TRIANGLES = ("tetra", "tetra10"), ("triangle", "triangle6")
#: Cells without a volume or an area: points and lines of a model, which say nothing here.
_THIN = ("vertex", "line", "line3")
_READ = "`vessel.file`"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMesh:
    """What a file holds.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        In the file's unit.
    tets : ndarray of int, shape (m, 4) or (m, 10)
    triangles : ndarray of int, shape (k, 3) or (k, 6)
    tet_data, triangle_data : mapping of str to ndarray of int, shapes (m,) and (k,)
        Whole numbers that the file gives the cells, by name.
    surface_names, volume_names : mapping of str to int
        Physical groups of Gmsh.
    others : mapping of str to int
        Number of cells of other kinds.
    """

    points: FloatArray
    tets: IntArray
    triangles: IntArray
    tet_data: Mapping[str, IntArray]
    triangle_data: Mapping[str, IntArray]
    surface_names: Mapping[str, int]
    volume_names: Mapping[str, int]
    others: Mapping[str, int]


def read_raw(file: Path) -> RawMesh:
    """Read a mesh.

    Raises
    ------
    CaseError
        If there is no such file, its kind is not known, or it cannot be read.
    """
    path = file.expanduser()
    kind = READERS.get(path.suffix.lower())
    if kind is None:
        known = ", ".join(READERS)
        raise CaseError(
            f'{_READ} must be a mesh of tetrahedra ({known}), got "{path.name}". A surface is '
            'read with shape = "surface".'
        )
    size = check_file(path, _READ, most=MAX_BYTES, hint="Take a coarser mesh.")
    memory = min(_MEMORY + _MEMORY_PER_BYTE * size, _MOST_MEMORY)
    try:
        return within(_SECONDS + _SECONDS_PER_BYTE * size, _read, str(path), kind, memory)
    except TimeIsUp:
        reason = "it took too long; it is damaged or too large"
    except SolverError as error:
        reason = str(error)
        if "gmsh broke down" in reason:  # the words of `within` for a child that died
            reason = "the reader broke down over it; it is damaged or too large"
    raise CaseError(f'{_READ}: "{path.name}" could not be read as a mesh: {reason.rstrip(".")}.')


def _read(path: str, kind: str, memory: int) -> RawMesh:
    """In the child."""
    from importlib import import_module

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        reader = xdmf if kind == "xdmf" else import_module(f"meshio.{kind}")
        return _sorted(reader.read(path))
    except ModuleNotFoundError as error:
        raise SolverError(
            f"the package {error.name} is needed for it and is not installed; install it, or "
            "write the file as .vtu"
        ) from None
    except MemoryError:
        raise SolverError("it needs too much memory") from None
    except (Exception, SystemExit) as error:  # meshio raises whatever it stumbles over
        text = " ".join(str(error).split())[:200]
        raise SolverError(text or f"the reader stops with {type(error).__name__}") from None


def _sorted(mesh: Any) -> RawMesh:
    """meshio's mesh by kinds of cells."""
    points = np.asarray(mesh.points, dtype=float)
    if points.ndim != 2 or points.shape[1] != 3:
        raise SolverError("its points have not three coordinates")
    others: dict[str, int] = {}
    for block in mesh.cells:
        if block.type not in (*_TETS, *_TRIANGLES, *_THIN):
            others[block.type] = others.get(block.type, 0) + len(block.data)
    surface_names: dict[str, int] = {}
    volume_names: dict[str, int] = {}
    for name, value in mesh.field_data.items():
        pair = np.asarray(value).ravel()
        if len(pair) == 2 and pair[1] in (2, 3):
            (surface_names if pair[1] == 2 else volume_names)[str(name)] = int(pair[0])
    tets, tet_data = _of_kinds(mesh, _TETS)
    triangles, triangle_data = _of_kinds(mesh, _TRIANGLES)
    return RawMesh(
        points=points,
        tets=tets,
        triangles=triangles,
        tet_data=tet_data,
        triangle_data=triangle_data,
        surface_names=surface_names,
        volume_names=volume_names,
        others=others,
    )


def _of_kinds(mesh: Any, kinds: tuple[str, str]) -> tuple[IntArray, dict[str, IntArray]]:
    """Cells of one kind, straight or curved, and their whole numbers."""
    rows = [i for i, block in enumerate(mesh.cells) if block.type in kinds and len(block.data)]
    if len({mesh.cells[i].type for i in rows}) > 1:
        raise SolverError(f"it mixes straight and curved cells ({' and '.join(kinds)})")
    if not rows:
        return np.empty((0, 4 if kinds == _TETS else 3), dtype=np.int64), {}
    cells = np.concatenate([np.asarray(mesh.cells[i].data) for i in rows]).astype(np.int64)
    data = {}
    for name, blocks in mesh.cell_data.items():
        values = [np.asarray(blocks[i]) for i in rows if blocks[i] is not None]
        if len(values) == len(rows) and all(
            value.ndim == 1 and value.dtype.kind in "iuf" for value in values
        ):
            joined = np.concatenate(values)
            if np.isfinite(joined).all() and (joined == np.round(joined)).all():
                data[str(name)] = joined.astype(np.int64)
    return cells, data

"""Program of its own: reads one VTK file and writes what is in it as ``.npz``.

VTK believes what a file says of itself and dies, or takes all memory, where that is false. So it
does its work here, in a process that may die, with limits on memory and time, and whose answer
is only taken if VTK had nothing to say against the file. Run by `vtk_files.py`:

    python -P vtk_child.py KIND FILE OUT MEMORY SECONDS

KIND is ``surface`` (points, triangles), ``lines`` (points with their numbers, lines) or ``data``
(points or cells with their vectors). What is wrong with the file goes to standard output as one
line, with exit code 2.
"""

from __future__ import annotations

import json
import math
import re
import resource
import signal
import sys
from pathlib import Path
from typing import Any

import numpy as np
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkOutputWindow, vtkStringOutputWindow

#: With MALLOC_PERTURB_ = 165 glibc fills memory with this byte (all bits of 165 turned
#: round) when it hands it out: a number made of it was announced by the file, but never read.
NEVER_READ = 0x5A
#: Entries per byte of a file: zlib packs at most 1032 bytes into one.
MOST_PACKED = 50


class Refused(Exception):
    """Why a file is not taken."""


def main(kind: str, file: str, out: str, memory: str, seconds: str) -> int:
    """Read `file` and write `out`; the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    try:
        arrays = {"surface": surface, "lines": lines, "data": data}[kind](file)
        np.savez(out, **arrays)
    except (Refused, MemoryError, ValueError) as error:
        print(" ".join(str(error).split()) or "it needs too much memory")
        return 2
    return 0


def check_head(file: str) -> None:
    """Refuse counts that no file of this size can hold, over which VTK sits for ever."""
    with Path(file).open("rb") as stream:
        head = stream.read(65_536)
    counts = [
        int(n) for n in re.findall(rb"(?i)NumberOf(?:Points|Cells|Polys|Lines)=\"\s*(\d+)", head)
    ]
    counts += [int(n) for n in re.findall(rb"(?im)^\s*(?:POINTS|CELLS|POINT_DATA)\s+(\d+)", head)]
    for text in re.findall(rb"(?i)Extent=\"([^\"]*)\"", head):
        ends = [int(n) for n in re.findall(rb"[-+]?\d+", text)]
        counts.append(math.prod(b - a + 1 for a, b in zip(ends[::2], ends[1::2], strict=False)))
    for sizes in re.findall(rb"(?im)^\s*DIMENSIONS\s+(\d+)\s+(\d+)\s+(\d+)", head):
        counts.append(math.prod(map(int, sizes)))
    most = MOST_PACKED * Path(file).stat().st_size
    if max(counts, default=0) > most:
        raise Refused(f"it announces {max(counts)} points or cells, more than it can hold")


def checked(reader: Any, file: str) -> Any:
    """Output of a reader that had nothing to say against the file."""
    check_head(file)
    said = vtkStringOutputWindow()
    vtkOutputWindow.SetInstance(said)
    reader.SetFileName(file)
    reader.Update()
    words = said.GetOutput() or ""
    words = words.decode("latin-1") if isinstance(words, bytes) else words
    if reader.GetErrorCode() or "ERR" in words or "Error" in words or "Warning:" in words:
        raise Refused(complaint(words))
    found = reader.GetOutput()
    if found is None:
        raise Refused("nothing was found in it")
    return found


def complaint(words: str) -> str:
    """The first thing that VTK said of the file, not of its own classes and source.

    >>> complaint("ERROR: In x.cxx, line 3\\nvtkXMLReader (0x5d): Cannot read points.")
    'Cannot read points'
    >>> complaint("Algorithm vtkDataSetReader (0x5d) did not create output for port 0.")
    'it is damaged'
    """
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(("ERROR: In", "Warning: In"))]
    text = re.sub(r"^\w+ \(0x[0-9a-f]+\): ", "", told[0] if told else "").rstrip(".")
    return "it is damaged" if not text or re.search(r"\bvtk\w|\b0x[0-9a-f]{2}", text) else text


def surface(file: str) -> dict[str, Any]:
    """Points and triangles of a VTP file; polygons and strips are split."""
    from vtkmodules.vtkFiltersCore import vtkTriangleFilter
    from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

    found = checked(vtkXMLPolyDataReader(), file)
    check_cells(found)
    split = vtkTriangleFilter()
    split.SetInputData(found)
    split.PassVertsOff()
    split.PassLinesOff()
    split.Update()
    triangles = split.GetOutput()
    points = coordinates(triangles)
    if triangles.GetNumberOfPolys() == 0:
        return {"points": points, "triangles": np.empty((0, 3), dtype=np.int64)}
    corners = vtk_to_numpy(triangles.GetPolys().GetConnectivityArray()).astype(np.int64)
    return {"points": points, "triangles": corners.reshape(-1, 3)}


def lines(file: str) -> dict[str, Any]:
    """Points of a VTP file with their arrays of one number, and its lines."""
    from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

    found = checked(vtkXMLPolyDataReader(), file)
    check_cells(found)
    arrays: dict[str, Any] = {"points": coordinates(found)}
    names: list[str] = []
    held = found.GetPointData()
    for number in range(held.GetNumberOfArrays()):
        array = held.GetArray(number)
        if array is None or array.GetNumberOfComponents() != 1:
            continue
        if array.GetNumberOfTuples() != found.GetNumberOfPoints():
            raise Refused(f"its array {array.GetName()} does not have one entry for each point")
        arrays[f"scalar_{len(names)}"] = numbers(array)
        names.append(str(array.GetName()))
    cells = found.GetLines()
    count = cells.GetNumberOfCells()
    empty = np.empty(0, dtype=np.int64)
    ids = vtk_to_numpy(cells.GetConnectivityArray()) if count else empty
    offsets = vtk_to_numpy(cells.GetOffsetsArray()) if count else np.zeros(1, dtype=np.int64)
    arrays["nodes"], arrays["offsets"] = ids.astype(np.int64), offsets.astype(np.int64)
    arrays["names"] = np.array(json.dumps(names))
    return arrays


def check_cells(found: Any) -> None:
    """Refuse cells that refer to points that are not there, on which filters die."""
    for cells in (found.GetVerts(), found.GetLines(), found.GetPolys(), found.GetStrips()):
        check_ids(cells, found.GetNumberOfPoints())


def check_ids(cells: Any, points: int) -> None:
    """Refuse a cell array whose offsets or points are beyond what is there."""
    if cells.GetNumberOfCells() == 0:
        return
    ids = vtk_to_numpy(cells.GetConnectivityArray())
    offsets = vtk_to_numpy(cells.GetOffsetsArray())
    if offsets[0] != 0 or offsets[-1] != len(ids) or (np.diff(offsets) < 0).any():
        raise Refused("its cells do not fit its lists of corners")
    if len(ids) and (ids.min() < 0 or ids.max() >= points):
        raise Refused("a cell refers to a point that is not there")


def data(file: str) -> dict[str, Any]:
    """Points with vectors of any data set, and the unit of its coordinates if it says it."""
    check_last_line(file)
    found = checked(reader_of(file), file)
    if not found.IsA("vtkDataSet") or found.GetNumberOfPoints() == 0:
        raise Refused("it holds no data set with points")
    check_any_cells(found)
    arrays: dict[str, Any] = {}
    names: dict[str, list[str]] = {"point": [], "cell": [], "scalars": []}
    for place, held in (("point", found.GetPointData()), ("cell", found.GetCellData())):
        count = found.GetNumberOfPoints() if place == "point" else found.GetNumberOfCells()
        for number in range(held.GetNumberOfArrays()):
            array = held.GetArray(number)
            if array is None:
                continue
            name = str(array.GetName())
            if array.GetNumberOfComponents() != 3:
                names["scalars"].append(name)
                continue
            if array.GetNumberOfTuples() != count:
                raise Refused(f"its array {name} does not have one entry for each {place}")
            arrays[f"{place}_{len(names[place])}"] = numbers(array)
            names[place].append(name)
    if names["point"]:
        arrays["points"] = coordinates(as_points(found))
    if names["cell"]:
        arrays["centers"] = coordinates(centers(found))
    unit = found.GetFieldData().GetAbstractArray("length_unit")
    names["unit"] = [] if unit is None else [str(unit.GetVariantValue(0).ToString())]
    arrays["names"] = np.array(json.dumps(names))
    return arrays


def check_last_line(file: str) -> None:
    """Refuse a legacy text file whose last line is not ended: its last number may be cut."""
    if Path(file).suffix.lower() != ".vtk":
        return
    with Path(file).open("rb") as stream:
        head = stream.read(1000)
        stream.seek(-1, 2)
        last = stream.read(1)
    if b"ASCII" in head.upper().split(b"DATASET")[0] and not last.isspace():
        raise Refused("it was cut off: its last line is not ended")


def check_any_cells(found: Any) -> None:
    """Check the cells of data sets that have lists of them."""
    if found.IsA("vtkPolyData"):
        check_cells(found)
    elif found.IsA("vtkUnstructuredGrid") and found.GetNumberOfCells():
        check_ids(found.GetCells(), found.GetNumberOfPoints())


def reader_of(file: str) -> Any:
    """The reader for a file's ending."""
    from vtkmodules import vtkIOLegacy, vtkIOXML

    ending = Path(file).suffix.lower()
    if ending == ".vtk":
        reader = vtkIOLegacy.vtkDataSetReader()
        for kind in ("Scalars", "Vectors", "Normals", "Tensors", "ColorScalars", "Fields"):
            getattr(reader, f"ReadAll{kind}On")()
        return reader
    return {
        ".vti": vtkIOXML.vtkXMLImageDataReader,
        ".vtr": vtkIOXML.vtkXMLRectilinearGridReader,
        ".vts": vtkIOXML.vtkXMLStructuredGridReader,
        ".vtu": vtkIOXML.vtkXMLUnstructuredGridReader,
        ".vtp": vtkIOXML.vtkXMLPolyDataReader,
    }[ending]()


def as_points(found: Any) -> Any:
    """The data set with its points as a list."""
    from vtkmodules.vtkFiltersGeneral import (
        vtkImageDataToPointSet,
        vtkRectilinearGridToPointSet,
    )

    if found.IsA("vtkImageData"):
        return filtered(vtkImageDataToPointSet(), found)
    if found.IsA("vtkRectilinearGrid"):
        return filtered(vtkRectilinearGridToPointSet(), found)
    return found


def centers(found: Any) -> Any:
    """The middles of cells as points."""
    from vtkmodules.vtkFiltersCore import vtkCellCenters

    return filtered(vtkCellCenters(), found)


def filtered(step: Any, found: Any) -> Any:
    """Output of a filter."""
    step.SetInputData(found)
    step.Update()
    return step.GetOutput()


def coordinates(found: Any) -> Any:
    """Points, shape (n, 3)."""
    points = found.GetPoints()
    if points is None:
        raise Refused("no points were found in it")
    return numbers(points.GetData()).reshape(-1, 3)


def numbers(array: Any) -> Any:
    """An array of floats, each of which was read from the file."""
    values = np.ascontiguousarray(vtk_to_numpy(array))
    if values.dtype.kind == "f":
        octets = values.reshape(-1, 1).view(np.uint8)
        if (octets == NEVER_READ).all(axis=1).any():
            raise Refused(f"it was cut off: numbers of its array {array.GetName()} are missing")
    return values.astype(np.float64)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

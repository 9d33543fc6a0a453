"""VTK data sets as files, written by Python.

VTK's own writers do not say that a disk is full: they leave half a file, or end the process. So
they write into memory, and what they made goes to the disk as any other bytes do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

#: Name of VTK's writer by the ending of the file.
_WRITERS = {
    ".vti": "vtkXMLImageDataWriter",
    ".vtp": "vtkXMLPolyDataWriter",
    ".vts": "vtkXMLStructuredGridWriter",
    ".vtu": "vtkXMLUnstructuredGridWriter",
}


def save_data(path: Path, data: Any) -> None:
    """Write the pyvista or VTK data set `data` to `path`, whose ending tells the format.

    Raises
    ------
    OSError
        If the disk does not take it, or VTK could not write it.
    """
    from vtkmodules import vtkIOXML

    writer = getattr(vtkIOXML, _WRITERS[path.suffix])()
    writer.SetInputData(data)
    writer.SetDataModeToBinary()
    writer.WriteToOutputStringOn()
    text = writer.GetOutputString() if writer.Write() and not writer.GetErrorCode() else ""
    if not text.rstrip().endswith("</VTKFile>"):
        raise OSError(f"VTK could not write {path.name}")
    path.write_bytes(text.encode())

"""Meshes of a case as files that other programs read, with the tags of regions and boundaries.

Cells and tagged faces of one file; coordinates in m. `boundary` is the tag of a face and 0 for a
cell, `region` the reverse; MSH has physical groups with their names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from magcap.arrays import IntArray
from magcap.errors import CaseError
from magcap.files import replacing
from magcap.geometry.mesh import TetMesh

from . import xdmf

#: Ends of the names of files that are written.
FORMATS: Final = (".msh", ".vtu", ".xdmf")


def write_mesh(path: Path, mesh: TetMesh) -> None:
    """Write a mesh; an old file of the name is replaced once the new one is whole.

    Parameters
    ----------
    path : Path
        Its end says the format: .msh (Gmsh 2.2, binary), .vtu or .xdmf.
    mesh : TetMesh

    Raises
    ------
    CaseError
        If the format is not known.
    """
    if path.suffix.lower() not in FORMATS:
        raise CaseError(f'The mesh file must end with {", ".join(FORMATS)}, got "{path.name}".')
    ending = path.suffix.lower()
    with replacing(path) as new:
        if ending == ".xdmf":
            xdmf.write(new, mesh)
        else:
            _by_meshio(new, ending, mesh)


def _by_meshio(path: Path, ending: str, mesh: TetMesh) -> None:
    import meshio

    kinds = ("tetra", "triangle") if mesh.order == 1 else ("tetra10", "triangle6")
    cells = [(kinds[0], mesh.cells), (kinds[1], mesh.facets)]
    tags, faces = mesh.cell_tags, mesh.facet_tags
    if ending == ".msh":
        groups = {"gmsh:physical": [tags, faces], "gmsh:geometrical": [tags, faces]}
        named = meshio.Mesh(mesh.points, cells, cell_data=groups, field_data=_names(mesh))
        named.write(path, file_format="gmsh22", binary=True)
        return
    data = {"region": [tags, 0 * faces], "boundary": [0 * tags, faces]}
    meshio.Mesh(mesh.points, cells, cell_data=data).write(path, file_format="vtu")


def boundary_tables(path: Path, mesh: TetMesh) -> str:
    """The `[vessel]` of a case that reads a lumen's file again, as TOML."""
    lines = ["[vessel]", 'shape = "mesh"', f'file = "{path.name}"', 'unit = "m"']
    for name, tag in mesh.boundaries.items():
        lines += ["[[vessel.boundary]]", f'name = "{name}"', f"tag = {tag}"]
    return "\n".join(lines)


def _names(mesh: TetMesh) -> dict[str, IntArray]:
    """Gmsh's physical groups: tag and dimension by name."""
    regions = {name: np.array([tag, 3]) for name, tag in mesh.regions.items()}
    return regions | {name: np.array([tag, 2]) for name, tag in mesh.boundaries.items()}

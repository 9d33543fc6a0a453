"""XDMF files of meshes: uniform grids of one kind of cells, or mixed, on common points.

meshio reads no grid but the first and no mixed cells of second order; DOLFINx writes cells and
tagged faces as two grids. Data stand in the file itself or in HDF5 beside it. Type numbers, orders:
https://www.xdmf.org/index.php/XDMF_Model_and_Format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import TetMesh

Numbers = NDArray[Any]

#: meshio's name and the number of nodes by XDMF's name, and its number in mixed topologies.
_NAMES: Final = {
    "triangle": ("triangle", 3),
    "triangle_6": ("triangle6", 6),
    "tri_6": ("triangle6", 6),
    "tetrahedron": ("tetra", 4),
    "tetrahedron_10": ("tetra10", 10),
    "tet_10": ("tetra10", 10),
}
_NUMBERS: Final = {
    4: ("triangle", 3),
    5: ("quad", 4),
    6: ("tetra", 4),
    7: ("pyramid", 5),
    8: ("wedge", 6),
    9: ("hexahedron", 8),
    36: ("triangle6", 6),
    38: ("tetra10", 10),
}
#: Points and lines, with a count of nodes before them.
_THIN: Final = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Cells of one kind, by meshio's name."""

    type: str
    data: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class XdmfMesh:
    """What meshio's meshes have; arrays by name and block, None where a grid has not the array."""

    points: FloatArray
    cells: list[Block]
    cell_data: dict[str, list[Numbers | None]]
    field_data: dict[str, Any]


def read(path: str) -> XdmfMesh:
    """Read all grids.

    Raises
    ------
    ValueError
        If the file is not such a file.
    """
    file = Path(path)
    root = ElementTree.parse(file).getroot()
    grids = [grid for grid in root.iter("Grid") if grid.find("Topology") is not None]
    if root.tag != "Xdmf" or not grids:
        raise ValueError("it holds no XDMF grid with cells")
    points: FloatArray | None = None
    blocks: list[Block] = []
    data: dict[str, list[Numbers | None]] = {}
    for grid in grids:
        geometry = grid.find("Geometry")
        if geometry is not None:
            own = _item(geometry, file).reshape(-1, 3).astype(float)
            if points is not None and not np.array_equal(own, points):
                raise ValueError("its grids have different points; write one mesh")
            points = own
        made, order = _blocks(grid.find("Topology"), file)
        sizes = np.cumsum([len(block.data) for block in made])[:-1]
        before = len(blocks)
        blocks += made
        for attribute in grid.iter("Attribute"):
            if attribute.get("Center", "Node").lower() == "cell":
                values = _item(attribute, file).ravel()[order]
                rows = data.setdefault(attribute.get("Name", ""), [])
                rows += [None] * (before - len(rows))
                rows += np.split(values, sizes)
    if points is None:
        raise ValueError("it has no points (Geometry)")
    for rows in data.values():
        rows += [None] * (len(blocks) - len(rows))
    return XdmfMesh(points=points, cells=blocks, cell_data=data, field_data={})


def _blocks(topology: ElementTree.Element | None, file: Path) -> tuple[list[Block], IntArray]:
    """Cells by kind, and their place in the grid's own order."""
    assert topology is not None
    name = (topology.get("TopologyType") or topology.get("Type") or "").lower()
    numbers = _item(topology, file)
    if name != "mixed":
        if name not in _NAMES:
            return [Block(type=name or "cell without a type", data=numbers)], np.arange(
                len(numbers)
            )
        kind, nodes = _NAMES[name]
        cells = numbers.reshape(-1, nodes).astype(np.int64)
        return [Block(type=kind, data=cells)], np.arange(len(cells))
    flat, at, row = numbers.ravel().astype(np.int64), 0, 0
    found: dict[str, list[IntArray]] = {}
    places: dict[str, list[int]] = {}
    while at < len(flat):
        number = int(flat[at])
        if number in _THIN:
            at += 2 + int(flat[at + 1])
        elif number in _NUMBERS:
            kind, nodes = _NUMBERS[number]
            found.setdefault(kind, []).append(flat[at + 1 : at + 1 + nodes])
            places.setdefault(kind, []).append(row)
            at += 1 + nodes
        else:
            raise ValueError(f"it holds cells of the unknown type {number}")
        row += 1
    order = np.concatenate([np.array(places[kind]) for kind in found])
    return [Block(type=kind, data=np.array(rows)) for kind, rows in found.items()], order


def _item(parent: ElementTree.Element, file: Path) -> Numbers:
    """The numbers of the first DataItem."""
    item = parent.find("DataItem")
    if item is None or item.text is None:
        raise ValueError(f"its {parent.tag} has no data")
    shape = tuple(int(n) for n in re.findall(r"\d+", item.get("Dimensions", "")))
    text = item.text.strip()
    match item.get("Format", "XML").upper():
        case "XML":
            whole = item.get("NumberType", item.get("DataType", "Float")).lower() in ("int", "uint")
            numbers = np.array(text.split(), dtype=np.int64 if whole else np.float64)
        case "HDF":
            import h5py

            name, _, place = text.partition(":")
            with h5py.File(file.parent / name, "r") as content:
                numbers = np.asarray(content[place])
        case other:
            raise ValueError(f'its data have the format "{other}", not XML or HDF')
    return numbers.reshape(shape) if shape else numbers


def write(path: Path, mesh: TetMesh) -> None:
    """Write cells and tagged faces as two grids on the same points, all in one file."""
    root = ElementTree.Element("Xdmf", Version="3.0")
    domain = ElementTree.SubElement(root, "Domain")
    kinds = ("Tetrahedron", "Triangle") if mesh.order == 1 else ("Tetrahedron_10", "Triangle_6")
    cells = (mesh.cells, mesh.cell_tags, "region"), (mesh.facets, mesh.facet_tags, "boundary")
    for kind, (nodes, tags, name) in zip(kinds, cells, strict=True):
        grid = ElementTree.SubElement(domain, "Grid", Name=name, GridType="Uniform")
        geometry = ElementTree.SubElement(grid, "Geometry", GeometryType="XYZ")
        _write_item(geometry, mesh.points, "Float", "%.17g")
        topology = ElementTree.SubElement(
            grid, "Topology", TopologyType=kind, NumberOfElements=str(len(nodes))
        )
        _write_item(topology, nodes, "Int", "%d")
        attribute = ElementTree.SubElement(
            grid, "Attribute", Name=name, AttributeType="Scalar", Center="Cell"
        )
        _write_item(attribute, tags[:, None], "Int", "%d")
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _write_item(parent: ElementTree.Element, numbers: Numbers, kind: str, form: str) -> None:
    shape = " ".join(map(str, numbers.shape))
    item = ElementTree.SubElement(
        parent, "DataItem", Dimensions=shape, NumberType=kind, Precision="8", Format="XML"
    )
    item.text = "\n" + "\n".join(" ".join(form % x for x in row) for row in numbers.tolist()) + "\n"

"""Lumens from mesh files: what is written comes back, what is wrong is said."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import meshio
import numpy as np
import pytest
from mpi4py import MPI

from magcap.arrays import FloatArray, IntArray
from magcap.case import Blood, Channel, Flow, Mesh, MeshVessel, Tube
from magcap.errors import CaseError
from magcap.geometry.lumen import build_lumen, expected_cells, outline
from magcap.geometry.mesh import Lumen, TetMesh, boundary_facets
from magcap.geometry.volume_meshes import FORMATS, write_mesh
from magcap.reading.read import loads
from magcap.solvers.flow import solve

RADIUS, LENGTH = 3e-3, 12e-3
NAMES = ("wall", "inlet", "outlet")


@cache
def tube() -> Lumen:
    vessel = Tube.model_validate({"shape": "tube", "radius": "3 mm", "length": "12 mm"})
    return build_lumen(vessel, Mesh(resolution="coarse"))


def vessel_of(path: Path, **keys: Any) -> MeshVessel:
    """A vessel of shape "mesh" whose boundaries have the tags 1, 2, 3."""
    boundary = [{"name": name, "tag": tag} for tag, name in enumerate(NAMES, start=1)]
    table = {"shape": "mesh", "file": path, "unit": "m", "boundary": boundary} | keys
    return MeshVessel.model_validate(table)


@pytest.mark.parametrize("ending", FORMATS)
def test_a_lumen_comes_back_as_it_was_written(tmp_path: Path, ending: str) -> None:
    """Points and cells bit for bit, so that pressure drop and wall shear are the same."""
    path, known = tmp_path / f"lumen{ending}", tube()
    write_mesh(path, known.mesh)
    vessel = vessel_of(path)
    read = build_lumen(vessel, Mesh(resolution="coarse"))
    np.testing.assert_array_equal(read.mesh.points, known.mesh.points)
    np.testing.assert_array_equal(read.mesh.cells, known.mesh.cells)
    for name in NAMES:
        mine, theirs = (np.sort(one.mesh.facets_of(name)) for one in (read, known))
        np.testing.assert_array_equal(np.unique(mine, axis=0), np.unique(theirs, axis=0))
    assert [end.name for end in read.openings] == ["inlet", "outlet"]
    for end, exact in zip(read.openings, known.openings, strict=True):
        np.testing.assert_allclose(end.normal, exact.normal, atol=1e-9)
        np.testing.assert_allclose(end.center, exact.center, atol=1e-6)
        assert end.area == pytest.approx(exact.area, rel=2e-3)
    np.testing.assert_allclose(read.wall_distance, known.wall_distance, atol=5e-3 * RADIUS)
    np.testing.assert_allclose(read.arc_length, known.arc_length, atol=0.02 * LENGTH)
    shape = outline(vessel)
    assert shape.volume == pytest.approx(np.pi * RADIUS**2 * LENGTH, rel=2e-3)
    assert expected_cells(vessel, Mesh(), shape) == len(known.mesh.cells)
    assert read.notes == ()


@cache
def channel() -> Lumen:
    vessel = Channel.model_validate(
        {"shape": "channel", "width": "2 mm", "height": "1 mm", "length": "5 mm"}
    )
    return build_lumen(vessel, Mesh(resolution="coarse"))


@pytest.mark.parametrize("ending", FORMATS)
def test_the_flow_is_the_same_to_1e_10(tmp_path: Path, ending: str) -> None:
    """A channel's sections are exact in the file."""
    assert max(differences(tmp_path / f"lumen{ending}", channel())) < 1e-10


def test_the_flow_of_a_round_vessel_is_the_same_to_the_solvers_tolerance(tmp_path: Path) -> None:
    """The inlet of the mesh is 0.02 % less than πR², which the solver takes for its scales.

    The fit that recovers the wall shear stress is scaled likewise and moves more.
    """
    velocity, pressure, shear = differences(tmp_path / "lumen.vtu", tube())
    assert 1e-10 < max(velocity, pressure) < 1e-6
    assert shear < 5e-5


def differences(path: Path, known: Lumen) -> list[float]:
    """Largest relative changes of velocity, pressure and wall shear by the way through a file."""
    write_mesh(path, known.mesh)
    read = build_lumen(vessel_of(path), Mesh(resolution="coarse"))
    flow = Flow.model_validate({"inlet": {"flow_rate": "3 ml/s"}})
    first, second = (solve(one, Blood(), flow, comm=MPI.COMM_SELF) for one in (known, read))
    changes: list[float] = []
    for name in ("velocity", "pressure", "wall_traction"):
        mine, theirs = getattr(second, name), getattr(first, name)
        changes.append(float(np.abs(mine - theirs).max() / np.abs(theirs).max()))
    return changes


def linear(mesh: TetMesh) -> TetMesh:
    """The vertices of a mesh alone."""
    count = int(mesh.cells[:, :4].max()) + 1
    return TetMesh(
        points=mesh.points[:count],
        cells=mesh.cells[:, :4],
        cell_tags=mesh.cell_tags,
        facets=mesh.facets[:, :3],
        facet_tags=mesh.facet_tags,
        regions=mesh.regions,
        boundaries=mesh.boundaries,
    )


def test_straight_cells_stay_straight(tmp_path: Path) -> None:
    """The wall is the polyhedron of the file, and a note says so."""
    path, mesh = tmp_path / "lumen.vtu", linear(tube().mesh)
    write_mesh(path, mesh)
    read = build_lumen(vessel_of(path), Mesh(resolution="coarse"))
    a, b, c, d = (mesh.points[mesh.cells[:, i]] for i in range(4))
    volume = float(np.einsum("ij,ij->i", np.cross(b - a, c - a), d - a).sum()) / 6.0
    assert outline(vessel_of(path)).volume == pytest.approx(volume, rel=1e-12)
    assert volume < 0.99 * np.pi * RADIUS**2 * LENGTH  # the control: that of the tube is another
    assert len(read.notes) == 1 and "straight" in read.notes[0]


def test_a_box_of_kuhn_cells_has_its_exact_numbers(tmp_path: Path) -> None:
    """A channel by magcap through a file: areas, volume, distances of flat walls are exact."""
    known = channel()
    write_mesh(tmp_path / "box.msh", linear(known.mesh))
    read = build_lumen(vessel_of(tmp_path / "box.msh"), Mesh(resolution="coarse"))
    shape = outline(vessel_of(tmp_path / "box.msh"))
    assert shape.volume == pytest.approx(10e-9, rel=1e-12)
    assert shape.area == pytest.approx(30e-6, rel=1e-12)
    assert read.inlet.area == pytest.approx(2e-6, rel=1e-12)
    np.testing.assert_allclose(read.wall_distance, known.wall_distance, atol=1e-12)


def written(path: Path, mesh: TetMesh, tets: IntArray | None = None, **changes: Any) -> Path:
    """A file of straight cells with the array "tags" on its faces, in mm."""
    tets = mesh.cells if tets is None else tets
    values: dict[str, Any] = {
        "points": 1e3 * mesh.points,
        "cells": [("tetra", tets), ("triangle", mesh.facets)],
        "cell_data": {"tags": [np.zeros(len(tets), int), mesh.facet_tags]},
    } | changes
    meshio.Mesh(**values).write(path)
    return path


def of_tags(path: Path, **keys: Any) -> MeshVessel:
    return vessel_of(path, **({"unit": "mm"} | keys))


def fault(vessel: MeshVessel) -> str:
    with pytest.raises(CaseError) as caught:
        build_lumen(vessel, Mesh(resolution="coarse"))
    return " ".join(caught.value.faults)


def small() -> TetMesh:
    return linear(tube().mesh)


def test_cells_listed_inside_out_are_turned(tmp_path: Path) -> None:
    mesh = small()
    cells = mesh.cells.copy()
    cells[::3] = cells[::3][:, [0, 1, 3, 2]]
    read = build_lumen(of_tags(written(tmp_path / "a.vtu", mesh, cells)), Mesh())
    assert read.mesh.cells.shape[1] == 10
    assert any("inside out" in note for note in read.notes)
    np.testing.assert_array_equal(
        np.sort(boundary_facets(read.mesh.cells), axis=1).shape, mesh.facets.shape
    )


def test_points_without_cells_are_told(tmp_path: Path) -> None:
    mesh = small()
    points = np.vstack([1e3 * mesh.points, [[0.0, 0.0, 99.0]]])
    read = build_lumen(of_tags(written(tmp_path / "a.vtu", mesh, points=points)), Mesh())
    assert any("1 points of the mesh file belong to no tetrahedron" in n for n in read.notes)


def test_a_fold_is_refused(tmp_path: Path) -> None:
    """An inner vertex pulled through the opposite face: turned cells would lie on others."""
    mesh = small()
    inner = np.setdiff1d(mesh.cells, mesh.facets)[0]
    points = 1e3 * mesh.points
    points[inner] += [0.0, 8.0, 0.0]
    assert "folded" in fault(of_tags(written(tmp_path / "a.vtu", mesh, points=points)))


def test_parts_are_refused(tmp_path: Path) -> None:
    mesh = small()
    shift = len(mesh.points)
    path = written(
        tmp_path / "a.vtu",
        mesh,
        points=1e3 * np.vstack([mesh.points, mesh.points + np.array([0.0, 0.02, 0.0])]),
        cells=[
            ("tetra", np.vstack([mesh.cells, mesh.cells + shift])),
            ("triangle", np.vstack([mesh.facets, mesh.facets + shift])),
        ],
        cell_data={"tags": [np.zeros(2 * len(mesh.cells), int), np.tile(mesh.facet_tags, 2)]},
    )
    assert "2 parts" in fault(of_tags(path))


def test_regions_are_asked_for_and_chosen(tmp_path: Path) -> None:
    """Half of the tube is blood: the cut is an inlet that the file must name."""
    mesh = small()
    half = (mesh.points[mesh.cells].mean(axis=1)[:, 0] > 0.0).astype(int)
    data = {"tags": [half, mesh.facet_tags]}
    path = written(tmp_path / "a.vtu", mesh, cell_data=data)
    assert "`vessel.region` must say which cells are the blood" in fault(of_tags(path, data="tags"))
    text = fault(of_tags(path, data="tags", region=1))
    assert "no outer faces" in text and "the file gives them no tag" in text
    assert "must be a tag of the file's cells, got 7" in fault(of_tags(path, data="tags", region=7))


@pytest.mark.parametrize(
    ("boundary", "sentence"),
    [
        ([("wall", 1), ("inlet", 2)], "must name an inlet and an outlet"),
        ([("wall", 1), ("outlet", 3)], "must name an inlet and an outlet"),
        ([("wall", 1), ("inlet", 2), ("outlet", 9)], "`vessel.boundary[3].tag` must be a tag"),
        ([("wall", 1), ("inlet", 2), ("outlet", 2)], 'is named already: "inlet"'),
        ([("wall", 1), ("inlet", 2), ("outlet", "end")], 'got "end"'),
        ([], "must name the wall, the inlet and the outlets"),
    ],
)
def test_names_that_do_not_fit(
    tmp_path: Path, boundary: list[tuple[str, Any]], sentence: str
) -> None:
    path = written(tmp_path / "a.vtu", small())
    tables = [{"name": name, "tag": tag} for name, tag in boundary]
    assert sentence in fault(of_tags(path, boundary=tables))


def test_faces_that_are_not_named_are_told_with_their_tags(tmp_path: Path) -> None:
    mesh = small()
    tags = mesh.facet_tags.copy()
    tags[np.flatnonzero(tags == 1)[:5]] = 17
    data = {"tags": [np.zeros(len(mesh.cells), int), tags]}
    text = fault(of_tags(written(tmp_path / "a.vtu", mesh, cell_data=data)))
    assert "5 of" in text and "tags 17" in text


def test_an_open_end_in_two_pieces_is_refused(tmp_path: Path) -> None:
    mesh = small()
    tags = np.where(mesh.facet_tags == 3, 2, mesh.facet_tags)
    tags[np.flatnonzero(mesh.facet_tags == 3)[:1]] = 3
    data = {"tags": [np.zeros(len(mesh.cells), int), tags]}
    text = fault(of_tags(written(tmp_path / "a.vtu", mesh, cell_data=data)))
    assert '"inlet" has 2 pieces' in text


def test_other_cells_and_no_faces_are_refused(tmp_path: Path) -> None:
    mesh = small()
    wedge = np.arange(6)[None]
    path = written(
        tmp_path / "a.vtu",
        mesh,
        cells=[("tetra", mesh.cells), ("wedge", wedge), ("triangle", mesh.facets)],
        cell_data={"tags": [np.zeros(len(mesh.cells), int), np.zeros(1, int), mesh.facet_tags]},
    )
    assert "got 1 wedge" in fault(of_tags(path))
    bare = written(tmp_path / "b.vtu", mesh, cells=[("tetra", mesh.cells)], cell_data={})
    assert "holds no triangles" in fault(of_tags(bare))
    untagged = written(tmp_path / "c.vtu", mesh, cell_data={})
    assert "have no tags" in fault(of_tags(untagged))


def test_no_unit_is_guessed(tmp_path: Path) -> None:
    path = written(tmp_path / "a.vtu", small())
    assert "Did you mean" in fault(of_tags(path, unit="m"))
    with pytest.raises(CaseError) as caught:
        loads(f'[vessel]\nshape = "mesh"\nfile = "{path}"\n[flow.inlet]\nflow_rate = "1 ml/s"')
    assert any("`vessel.unit`" in one for one in caught.value.faults)


def test_sizes_are_not_taken(tmp_path: Path) -> None:
    vessel = of_tags(written(tmp_path / "a.vtu", small()))
    with pytest.raises(CaseError, match=r"`mesh.lumen_size` must be left out"):
        expected_cells(vessel, Mesh.model_validate({"lumen_size": "1 mm"}), outline(vessel))


@pytest.mark.parametrize("ending", [*FORMATS, ".stl"])
def test_a_damaged_file_is_a_sentence(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"lumen{ending}"
    if ending in FORMATS:
        write_mesh(path, small())
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    else:
        path.write_text("solid")
    text = fault(vessel_of(path))
    assert text.startswith("`vessel.file`") and len(text) < 500


def test_middles_of_edges_must_be_shared(tmp_path: Path) -> None:
    """Ten-node cells each with middle nodes of their own are not one mesh."""
    mesh = tube().mesh
    own: FloatArray = mesh.points[mesh.cells[:, 4:]].reshape(-1, 3)
    count = len(mesh.points)
    cells = mesh.cells.copy()
    cells[:, 4:] = count + np.arange(6 * len(cells)).reshape(-1, 6)
    data = {"tags": [np.zeros(len(cells), int), mesh.facet_tags]}
    blocks = [("tetra10", cells), ("triangle6", mesh.facets)]
    content = meshio.Mesh(1e3 * np.vstack([mesh.points, own]), blocks, cell_data=data)
    content.write(tmp_path / "a.vtu")
    assert "do not share the middle nodes" in fault(of_tags(tmp_path / "a.vtu"))


def test_grids_of_dolfinx(tmp_path: Path) -> None:
    """Cells and tagged faces as DOLFINx writes them: two grids, the data in HDF5."""
    mesh = small()
    tags = mesh.facet_tags.astype(np.int32)[:, None]
    np.savez(tmp_path / "m.npz", x=1e3 * mesh.points, c=mesh.cells, f=mesh.facets, v=tags)
    # In a process of its own: h5py and DOLFINx bring two versions of HDF5.
    program = "import h5py, numpy as n; f = h5py.File('mesh.h5', 'w'); m = n.load('m.npz')\n"
    program += "for k in m: f[k] = m[k]"
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)

    def item(name: str, *shape: int) -> str:
        size = " ".join(map(str, shape))
        return f'<DataItem Dimensions="{size}" Format="HDF">mesh.h5:/{name}</DataItem>'

    cells, faces = len(mesh.cells), len(mesh.facets)
    (tmp_path / "mesh.xdmf").write_text(
        '<?xml version="1.0"?><Xdmf Version="3.0"><Domain>'
        '<Grid Name="mesh" GridType="Uniform">'
        f'<Topology TopologyType="Tetrahedron">{item("c", cells, 4)}</Topology>'
        f'<Geometry GeometryType="XYZ">{item("x", len(mesh.points), 3)}</Geometry></Grid>'
        '<Grid Name="facet_tags" GridType="Uniform">'
        f'<Topology TopologyType="Triangle">{item("f", faces, 3)}</Topology>'
        '<Attribute Name="facet_tags" AttributeType="Scalar" Center="Cell">'
        f"{item('v', faces, 1)}</Attribute></Grid></Domain></Xdmf>"
    )
    shape = outline(of_tags(tmp_path / "mesh.xdmf"))
    assert shape.volume == pytest.approx(np.pi * RADIUS**2 * LENGTH, rel=0.06)
    assert shape.cells == cells


def test_gmsh_itself(tmp_path: Path) -> None:
    """A cylinder by Gmsh with physical groups, of order 2: names come from the file."""
    from magcap.geometry.mesh import gmsh_session

    path = tmp_path / "cylinder.msh"
    with gmsh_session() as gmsh:
        gmsh.model.occ.addCylinder(0, 0, 0, 0, 0, 10, 2)
        gmsh.model.occ.synchronize()
        for _, tag in gmsh.model.getEntities(2):
            z = gmsh.model.occ.getCenterOfMass(2, tag)[2]
            name = "inlet" if z < 1e-6 else "outlet" if z > 10 - 1e-6 else "wall"
            gmsh.model.addPhysicalGroup(2, [tag], name=name)
        gmsh.model.addPhysicalGroup(3, [1], name="blood")
        gmsh.option.setNumber("Mesh.MeshSizeMax", 1.0)
        gmsh.model.mesh.generate(3)
        gmsh.model.mesh.setOrder(2)
        gmsh.write(str(path))
    vessel = MeshVessel.model_validate({"shape": "mesh", "file": path, "unit": "mm"})
    shape = outline(vessel)
    assert shape.volume == pytest.approx(40e-9 * np.pi, rel=2e-3)
    assert [end.name for end in shape.openings] == ["inlet", "outlet"]
    read = build_lumen(vessel, Mesh())
    assert read.inlet.normal == pytest.approx((0.0, 0.0, -1.0), abs=1e-9)
    text = fault(vessel.model_copy(update={"region": "bone"}))
    assert 'got "bone"' in text and '"blood"' in text

"""Which openings are inlets: vessels run the other way, openings that a case names, files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvista as pv
from pydantic import TypeAdapter

from magcap.case import Mesh, Vessel
from magcap.errors import CaseError
from magcap.geometry.lumen import AnyVessel, build_lumen, inlet_faults, outline, with_inlets
from magcap.geometry.volume_meshes import write_mesh

Y_CHANNEL: dict[str, Any] = {
    "shape": "y-channel",
    "width": "2 mm",
    "height": "1 mm",
    "length": "4 mm",
    "branch_widths": ["1.2 mm", "1.4 mm"],
    "branch_length": "5 mm",
    "angles": ["40 deg", "50 deg"],
}
BIFURCATION: dict[str, Any] = {
    "shape": "bifurcation",
    "radius": "2 mm",
    "length": "8 mm",
    "daughter_length": "8 mm",
}
MESH = Mesh.model_validate({"lumen_size": "0.4 mm", "wall_size": "0.2 mm"})
MERGING = ("inlet_1", "inlet_2", "outlet")


def vessel(table: dict[str, Any]) -> AnyVessel:
    found: AnyVessel = TypeAdapter(Vessel).validate_python(table)
    return found


@pytest.mark.parametrize("table", [Y_CHANNEL, BIFURCATION])
def test_a_merging_vessel_is_the_splitting_one_with_other_names(table: dict[str, Any]) -> None:
    split = build_lumen(vessel(table), MESH)
    merged = build_lumen(vessel(table | {"direction": "merging"}), MESH, MERGING[:2])
    assert tuple(one.name for one in merged.openings) == MERGING
    assert [one.role for one in merged.openings] == ["inlet", "inlet", "outlet"]
    assert np.array_equal(merged.mesh.points, split.mesh.points)
    pairs = {"inlet": "outlet", "outlet_1": "inlet_1", "outlet_2": "inlet_2", "wall": "wall"}
    for old, new in pairs.items():
        assert np.array_equal(merged.mesh.facets_of(new), split.mesh.facets_of(old))
    whole = split.arc_length.max()
    np.testing.assert_allclose(merged.arc_length, whole - split.arc_length, rtol=0, atol=1e-15)
    assert merged.inlet.area == max(one.area for one in split.outlets)
    assert merged.inlet_area == pytest.approx(sum(one.area for one in split.outlets))
    shape = outline(vessel(table | {"direction": "merging"}))
    for one, other in zip(shape.openings, merged.openings, strict=True):
        assert (one.name, one.role) == (other.name, other.role)
        np.testing.assert_allclose(one.center, other.center, atol=1e-9)


def test_named_openings_come_first_in_their_order() -> None:
    split = build_lumen(vessel(Y_CHANNEL), MESH, ("outlet_2", "inlet"))
    assert [one.name for one in split.openings] == ["outlet_2", "inlet", "outlet_1"]
    assert [one.name for one in split.outlets] == ["outlet_1"]
    with pytest.raises(CaseError, match="must be an opening of the vessel"):
        build_lumen(vessel(Y_CHANNEL), MESH, ("outlet_3",))
    with pytest.raises(CaseError, match="headed"):
        build_lumen(vessel(Y_CHANNEL | {"direction": "merging"}), MESH)


def test_a_mesh_file_needs_no_boundary_called_inlet(tmp_path: Path) -> None:
    lumen = build_lumen(vessel(Y_CHANNEL), MESH)
    path = tmp_path / "y.msh"
    write_mesh(path, lumen.mesh)
    tags = {"wall": "wall", "waste": "inlet", "sample": "outlet_1", "buffer": "outlet_2"}
    table: dict[str, Any] = {"shape": "mesh", "file": path, "unit": "m"}
    table["boundary"] = [{"name": name, "tag": tag} for name, tag in tags.items()]
    shape = outline(vessel(table))
    assert {one.role for one in shape.openings} == {"outlet"}
    with pytest.raises(CaseError, match='named "inlet"'):
        build_lumen(vessel(table), MESH)
    read = build_lumen(vessel(table), MESH, ("sample", "buffer"))
    assert [one.name for one in read.inlets] == ["sample", "buffer"]
    assert [one.name for one in read.outlets] == ["waste"]
    named = with_inlets(shape, ("sample", "buffer"))
    assert [one.name for one in named.outlets] == ["waste"]
    areas = [one.area for one in read.inlets]
    assert areas == pytest.approx([1.2e-6, 1.4e-6], rel=1e-9)


def surface_of(path: Path) -> dict[str, Any]:
    """The closed skin of a Y-channel whose arms are as wide as its stem, and where its ends are."""
    table = Y_CHANNEL | {"branch_widths": ["2 mm", "2 mm"]}
    lumen = build_lumen(vessel(table), MESH)
    skin = pv.PolyData.from_regular_faces(lumen.mesh.points, lumen.mesh.facets[:, :3])
    skin.clean().save(path)
    return {one.name: [f"{x} m" for x in one.center] for one in lumen.openings}


def test_ends_of_a_surface_need_not_be_called_inlet(tmp_path: Path) -> None:
    """Names of caps are inlets as the case says; and so are those that magcap gives."""
    path = tmp_path / "y.stl"
    ends = surface_of(path)
    names = {"waste": "inlet", "sample": "outlet_1", "buffer": "outlet_2"}
    table: dict[str, Any] = {"shape": "surface", "file": path, "unit": "m"}
    caps = [{"name": name, "near": ends[end]} for name, end in names.items()]
    shape = outline(vessel(table | {"cap": caps}))
    assert [one.role for one in shape.openings] == ["outlet"] * 3
    assert any('named "inlet"' in one for one in inlet_faults(shape.openings, [None]))
    named = with_inlets(shape, ("sample", "buffer"))
    assert [one.name for one in named.inlets] == ["sample", "buffer"]
    assert [one.name for one in named.outlets] == ["waste"]
    doubtful = outline(vessel(table))
    assert any("Which end is the inlet" in note for note in doubtful.notes)
    said = with_inlets(doubtful, ("outlet_1", "outlet_2"))
    assert [one.name for one in said.outlets] == ["inlet"]
    assert not any("Which end is the inlet" in note for note in said.notes)

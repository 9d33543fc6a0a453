"""The field mesh with iron: exact volumes, conforming contacts, gaps, thin plates, TEAM 13."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvista as pv

from helpers.tables import valid
from magcap.case import Iron, Magnet, Mesh
from magcap.errors import CaseError
from magcap.geometry.bodies import volume
from magcap.geometry.field_mesh import SizeCloud, build_field_mesh
from magcap.geometry.mesh import FieldMesh, volumes
from magcap.geometry.scene import MagneticScene, bodies, iron_bodies
from magcap.reading.checks.overlaps import overlap_faults

COARSE = Mesh(resolution="coarse")


def mm(*values: float) -> list[str]:
    return [f"{value} mm" for value in values]


def box(size: tuple[float, ...], center: tuple[float, ...]) -> dict[str, Any]:
    return {"shape": "cuboid", "size": mm(*size), "center": mm(*center)}


def cylinder(diameter: float, height: float, z: float, **keys: Any) -> dict[str, Any]:
    sizes = {"diameter": f"{diameter} mm", "height": f"{height} mm", "center": mm(0, 0, z)}
    return {"shape": "cylinder", **sizes, **keys}


def ring(inner: float, outer: float, height: float, z: float) -> dict[str, Any]:
    return {
        "shape": "ring",
        "inner_diameter": f"{inner} mm",
        "outer_diameter": f"{outer} mm",
        "height": f"{height} mm",
        "center": mm(0, 0, z),
    }


def frustum(bottom: float, top: float, z: float) -> dict[str, Any]:
    sizes = {"bottom_diameter": f"{bottom} mm", "top_diameter": f"{top} mm", "height": "10 mm"}
    return {"shape": "frustum", **sizes, "center": mm(0, 0, z)}


CUBE = box((20, 20, 20), (0, 0, -40))
BUTTON = cylinder(20, 20, -40)
CONE = {"shape": "cone", "diameter": "20 mm", "height": "10 mm", "center": mm(0, 0, -25)}
#: TEAM workshop problem 13: a plate and two channels of three plates each.
TEAM_13 = [box((3.2, 50, 126.4), (0, 0, 0))] + [
    part
    for s in (1, -1)
    for part in (
        box((123.2, 50, 3.2), (s * 63.7, s * 40, 61.6)),
        box((123.2, 50, 3.2), (s * 63.7, s * 40, -61.6)),
        box((3.2, 50, 120), (s * 123.7, s * 40, 0)),
    )
]
#: Magnets and iron, and the worst quality that their coarse mesh must have.
SCENES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], float]] = {
    "magnet on a larger plate": ([CUBE], [box((60, 60, 5), (0, 0, -52.5))], 0.05),
    "equal faces": ([CUBE], [box((20, 20, 5), (0, 0, -52.5))], 0.05),
    "gap of 0.5 mm": ([CUBE], [box((60, 60, 5), (0, 0, -53))], 0.05),
    "gap of 0.02 mm": ([CUBE], [box((60, 60, 5), (0, 0, -52.52))], 1e-3),
    "cone on a cylinder": ([BUTTON], [CONE], 0.02),
    "frustum on a cylinder": ([BUTTON], [frustum(20, 6, -25)], 0.05),
    "overhanging frustum": ([BUTTON], [frustum(26, 6, -25)], 0.05),
    "cup, tight": ([cylinder(20, 10, -20)], [ring(20, 26, 10, -20), cylinder(26, 4, -27)], 0.05),
    "sphere on a cube": (
        [CUBE],
        [{"shape": "sphere", "diameter": "10 mm", "center": mm(0, 0, -25)}],
        1e-3,
    ),
    "cylinder lying on a cube": ([CUBE], [cylinder(10, 20, -25, axis=[1.0, 0.0, 0.0])], 1e-3),
    "edge to edge": ([CUBE], [box((20, 20, 20), (20, 0, -60))], 0.05),
    "corner to corner": ([CUBE], [box((20, 20, 20), (20, 20, -60))], 0.05),
    "C core": (
        [CUBE],
        [
            box((20, 60, 10), (0, 20, -55)),
            box((20, 10, 40), (0, 45, -30)),
            box((20, 30, 5), (0, 25, -7.5)),
        ],
        0.05,
    ),
    "tight ring around a stack": (
        [cylinder(20, 10, -20)],
        [ring(20, 26, 14, -22), cylinder(20, 4, -27)],
        0.05,
    ),
    "foil": ([], [box((60, 60, 0.2), (0, 0, -24))], 0.01),
    "wire": ([], [cylinder(1, 60, -40)], 0.05),
    "TEAM 13": ([], TEAM_13, 0.05),
}


def wall() -> np.ndarray:
    """Points on a tube of 3 mm radius and 60 mm length along x."""
    x, phi = np.meshgrid(np.linspace(-0.03, 0.03, 60), np.arange(24) * math.pi / 12)
    return np.stack([x, 3e-3 * np.cos(phi), 3e-3 * np.sin(phi)], axis=-1).reshape(-1, 3)


def scene_of(magnets: list[dict[str, Any]], iron: list[dict[str, Any]]) -> MagneticScene:
    soft = [valid(Iron, {**item, "relative_permeability": 1000.0}) for item in iron]
    return MagneticScene(
        magnets=bodies([valid(Magnet, {**m, "remanence": "1.3 T"}) for m in magnets]),
        iron=iron_bodies(soft),
    )


def region_volume(field: FieldMesh, name: str) -> float:
    cells = field.mesh.cells[field.mesh.cell_tags == field.mesh.regions[name]]
    return float(volumes(field.mesh.points, cells).sum())


def assert_conforming(field: FieldMesh) -> None:
    """Every face belongs to two cells, or to one and the outer sphere."""
    mesh = field.mesh
    faces = np.sort(mesh.cells[:, [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]].reshape(-1, 3))
    unique, count = np.unique(faces, axis=0, return_counts=True)
    assert count.max() == 2
    outer = np.sort(mesh.facets_of("outer"), axis=1)
    assert {tuple(f) for f in unique[count == 1]} == {tuple(f) for f in outer}


@pytest.mark.parametrize("name", SCENES)
def test_iron_is_meshed_with_its_volume_and_conforms(name: str) -> None:
    magnets, iron, worst = SCENES[name]
    scene = scene_of(magnets, iron)
    field = build_field_mesh(scene, wall(), None, COARSE)
    names = [*(f"magnet_{i + 1}" for i in range(len(magnets)))]
    names += [f"iron_{i + 1}" for i in range(len(iron))]
    assert list(field.mesh.regions) == ["air", *names]
    for region, body in scene.solids:
        assert region_volume(field, region) == pytest.approx(volume(body), rel=1e-3)
    assert (volumes(field.mesh.points, field.mesh.cells) > 0).all()
    assert field.quality.worst > worst
    assert_conforming(field)


def test_the_oracles_see_a_crack_and_a_wrong_volume() -> None:
    magnets, iron, _ = SCENES["equal faces"]
    field = build_field_mesh(scene_of(magnets, iron), wall(), None, COARSE)
    mesh = field.mesh
    torn = mesh.cells.copy()
    torn[mesh.cell_tags == mesh.regions["iron_1"]] += len(mesh.points)
    twice = np.concatenate([mesh.points, mesh.points])
    with pytest.raises(AssertionError):
        assert_conforming(replace(field, mesh=replace(mesh, cells=torn, points=twice)))
    tags = mesh.cell_tags.copy()
    tags[np.flatnonzero(tags == mesh.regions["iron_1"])[::100]] = mesh.regions["air"]
    wrong = region_volume(replace(field, mesh=replace(mesh, cell_tags=tags)), "iron_1")
    assert wrong != pytest.approx(2e-6, rel=1e-3)


def facet_area_between(field: FieldMesh, one: str, other: str) -> float:
    """Area of the facets between two regions in m²."""
    mesh = field.mesh
    faces = mesh.cells[:, [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]].reshape(-1, 3)
    tags = np.repeat(mesh.cell_tags, 4)
    kinds = {}
    for name in (one, other):
        mine = faces[tags == mesh.regions[name]]
        kinds[name] = {tuple(sorted(face)) for face in mine.tolist()}
    shared = np.array(sorted(kinds[one] & kinds[other]))
    a, b, c = (mesh.points[shared[:, i]] for i in range(3))
    return float(0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())


def test_bodies_that_touch_share_their_contact() -> None:
    magnets, iron, _ = SCENES["magnet on a larger plate"]
    field = build_field_mesh(scene_of(magnets, iron), wall(), None, COARSE)
    assert facet_area_between(field, "magnet_1", "iron_1") == pytest.approx(4e-4, rel=1e-9)
    _, iron, _ = SCENES["TEAM 13"]
    field = build_field_mesh(scene_of([], iron), wall(), None, COARSE)
    assert facet_area_between(field, "iron_2", "iron_4") == pytest.approx(0.05 * 3.2e-3, rel=1e-9)


def edge_lengths(field: FieldMesh, region: str) -> np.ndarray:
    mesh = field.mesh
    cells = mesh.cells[mesh.cell_tags == mesh.regions[region]]
    ends = mesh.points[cells[:, [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]].reshape(-1, 2)]
    return np.asarray(np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1))


def test_thin_plates_are_not_flat_cells() -> None:
    """On a plate of 100 x 100 x 3 mm the median edge is at most three thicknesses."""
    scene = scene_of([CUBE], [box((100, 100, 3), (0, 0, -51.5))])
    medium = build_field_mesh(scene, wall(), None, Mesh(resolution="medium"))
    assert float(np.median(edge_lengths(medium, "iron_1"))) < 3 * 3e-3


def test_iron_adds_cells_but_not_beyond_measure() -> None:
    alone = build_field_mesh(scene_of([CUBE], []), wall(), None, COARSE).quality.cells
    pole = build_field_mesh(
        scene_of([CUBE], [frustum(20, 6, -24.9)]), wall(), None, COARSE
    ).quality.cells
    assert 1.2 * alone < pole < 3 * alone


def test_a_cloud_of_sizes_is_taken_beside_or_alone() -> None:
    scene = scene_of([CUBE], [box((60, 60, 5), (0, 0, -53))])
    spot = np.array([[0.02, 0.02, -0.02]])

    def size_near(field: FieldMesh) -> float:
        edges = field.mesh.points[field.mesh.cells[:, [0, 1]]]
        near = np.argsort(np.linalg.norm(edges.mean(axis=1) - spot, axis=1))[:20]
        return float(np.median(np.linalg.norm(edges[near, 0] - edges[near, 1], axis=1)))

    plain = build_field_mesh(scene, wall(), None, COARSE)
    cloud = SizeCloud(points=spot, sizes=np.array([1e-3]), growth=0.3)
    finer = build_field_mesh(scene, wall(), None, COARSE, sizes=cloud)
    assert size_near(finer) < 3e-3 < 0.8 * size_near(plain)
    assert finer.quality.cells > plain.quality.cells
    alone = SizeCloud(points=spot, sizes=np.array([1e-3]), growth=0.5, alone=True)
    assert build_field_mesh(scene, wall(), None, COARSE, sizes=alone).quality.cells < 9000


def surface_part(folder: Path, z: float) -> dict[str, Any]:
    file = folder / "shoe.stl"
    pv.Cube(x_length=0.02, y_length=0.02, z_length=0.01).triangulate().save(file)
    return {"shape": "surface", "file": str(file), "unit": "m", "center": mm(0, 0, z)}


@pytest.mark.parametrize("gap", [1.0, 0.05])
def test_iron_from_a_file(tmp_path: Path, gap: float) -> None:
    scene = scene_of([CUBE], [surface_part(tmp_path, -25 + gap)])
    assert overlap_faults([body for _, body in scene.solids], wall()) == []
    field = build_field_mesh(scene, wall(), None, COARSE)
    assert region_volume(field, "iron_1") == pytest.approx(4e-6, rel=1e-6)
    assert field.quality.worst > 0.01
    assert_conforming(field)


def test_iron_from_a_file_must_not_touch(tmp_path: Path) -> None:
    for part in (CUBE, surface_part(tmp_path, -35)):
        hard, soft = ([part], []) if part is CUBE else ([], [part])
        scene = scene_of(hard, [*soft, surface_part(tmp_path, -25)])
        (fault,) = overlap_faults([body for _, body in scene.solids], wall())
        assert "touches" in fault
        assert "at least 0.02 mm" in fault


def test_too_small_an_air_is_refused() -> None:
    scene = scene_of([CUBE], [box((60, 60, 5), (0, 0, -52.5))])
    mesh = Mesh.model_validate({"resolution": "coarse", "air_radius": "40 mm"})
    with pytest.raises(CaseError, match="must be at least"):
        build_field_mesh(scene, wall(), None, mesh)

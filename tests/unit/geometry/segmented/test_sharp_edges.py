"""Surfaces with sharp edges: ducts stay as they are drawn, coarse tubes become round, steps go."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from helpers.lumen_checks import curved_volume
from helpers.surfaces import capped, prism, tube, vessel_of
from magcap.arrays import FloatArray, IntArray
from magcap.case import Mesh
from magcap.errors import SolverError
from magcap.geometry.lumen import build_lumen, outline
from magcap.geometry.mesh import Lumen, curved_min_jacobian
from magcap.geometry.segmented import closed_volume, creases, read_lumen_surface
from magcap.geometry.segmented.as_read import compared
from magcap.geometry.segmented.creases import corner_normals, creases_of
from magcap.geometry.segmented.refine import refined, split_round
from magcap.geometry.segmented.wall import with_wall
from magcap.geometry.surfaces import TriangleSurface, edges_of

BOX = np.array([[0.0, 0.0], [5.0, 0.0], [5.0, 0.8], [0.0, 0.8]])
L_SECTION = np.array([[0, 0], [3, 0], [3, 1], [1, 1], [1, 3], [0, 3.0]])
HALF = np.column_stack([f(math.pi * np.arange(13) / 12) for f in (np.cos, np.sin)])


def polygon(sides: int) -> FloatArray:
    angle = 2 * math.pi * np.arange(sides) / sides
    return np.column_stack([np.cos(angle), np.sin(angle)])


def area_of(outline_: FloatArray) -> float:
    x, y = outline_.T
    return 0.5 * abs(float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))))


def lumen_of(path: Path, surface: tuple[FloatArray, IntArray]) -> Lumen:
    return build_lumen(vessel_of(path / "lumen.obj", surface), Mesh(resolution="coarse"))


#: Outline of the section, length, change of volume that is allowed.
DUCTS = {
    "flat duct of eight triangles": (BOX, 15.0, 1e-6),
    "L": (L_SECTION, 8.0, 1e-6),
    "hexagon": (polygon(6), 6.0, 1e-6),
    "octagon": (polygon(8), 6.0, 1e-6),
    "half a cylinder": (HALF, 6.0, 5e-3),
}


@pytest.mark.parametrize("name", DUCTS)
def test_a_duct_keeps_its_edges(name: str, tmp_path: Path) -> None:
    section, length, slack = DUCTS[name]
    area = area_of(section) if name != "half a cylinder" else 0.5 * math.pi
    lumen = lumen_of(tmp_path, prism(section, 2, length=length))
    assert curved_volume(lumen.mesh) == pytest.approx(1e-9 * area * length, rel=slack)
    assert [end.area for end in lumen.openings] == pytest.approx([1e-6 * area] * 2, rel=2 * slack)
    assert lumen.quality.worst > 0.02 and curved_min_jacobian(lumen.mesh).min() > 0.1
    assert lumen.quality.wall_cells > 4.0
    assert any("stay edges" in note for note in lumen.notes)
    # Near an edge the wall is the nearer of two sides.
    if section is BOX:
        x, y = 1e3 * lumen.mesh.points[:, 0], 1e3 * lumen.mesh.points[:, 1]
        exact = 1e-3 * np.min([x, 5.0 - x, y, 0.8 - y], axis=0)
        assert np.abs(lumen.wall_distance - exact).max() < 1e-9


def test_normals_averaged_over_edges_would_blow_a_duct_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with no edge sharp, a square of eight triangles becomes nearly a circle."""
    square = prism(polygon(4), 2, length=15.0)
    read = read_lumen_surface(vessel_of(tmp_path / "square.obj", square))
    every = np.ones(len(edges_of(read.wall.triangles).nodes), dtype=bool)

    def volume() -> float:
        return closed_volume(with_wall(read, split_round(read.wall, every)))

    assert volume() == pytest.approx(30e-9, rel=1e-9)
    monkeypatch.setattr(creases, "SHARP", math.pi)
    assert volume() > 1.2 * 30e-9


def test_rounding_that_changes_the_volume_is_not_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    square = prism(polygon(4), 2, length=15.0)
    read = read_lumen_surface(vessel_of(tmp_path / "square.obj", square))
    monkeypatch.setattr(creases, "SHARP", math.pi)
    drawn = creases_of(read.wall, 1e-3)
    given, _ = refined(read, Mesh(resolution="coarse"), drawn)
    assert closed_volume(given) == pytest.approx(30e-9, rel=1e-9)


def test_a_mesh_that_is_not_the_surface_is_refused(tmp_path: Path) -> None:
    surface = tube(12, 9)
    lumen = lumen_of(tmp_path, surface)
    assert any("as read" in note for note in lumen.notes)  # 12 sides: 4.7 % rounder
    points, triangles = surface
    small = (points * [0.9, 0.9, 1.0], triangles)
    other = read_lumen_surface(vessel_of(tmp_path / "small.obj", small))
    with pytest.raises(SolverError, match="not the surface"):
        compared(other, lumen.mesh, lumen.openings, creases_of(other.wall, 1e-3))


def test_edges_of_a_duct_are_told_from_a_coarse_tube() -> None:
    def drawn(sides: int) -> creases.Creases:
        points, triangles = tube(sides, 2)
        return creases_of(TriangleSurface(points=points, triangles=triangles), 1.0)

    assert drawn(8).kept and drawn(8).length == pytest.approx(8 * 6.0)
    assert not drawn(9).kept and drawn(9).length == 0.0


def test_a_flat_face_beside_a_fillet_keeps_its_normal() -> None:
    corner = [
        (1.0 - 0.1 + 0.1 * math.sin(a), 0.1 - 0.1 * math.cos(a)) for a in (0, 0.52, 1.05, 1.57)
    ]
    section = np.array([(-1.0, 0.0), *corner, (1.0, 1.0), (-1.0, 1.0)])
    points, triangles = prism(section, 2, length=4.0)
    wall = TriangleSurface(points=points, triangles=triangles)
    normals = corner_normals(wall, edges_of(triangles))
    floor = np.isclose(points[triangles][:, :, 1], 0.0).all(axis=1)
    assert floor.sum() == 2
    assert normals[floor][..., 1].max() < -0.9999


def stepped(radius: int, length: int) -> tuple[FloatArray, IntArray]:
    """The faces of voxels of a cylinder, in units of its radius, open at the ends."""
    number = 2 * radius + 3
    x, y = np.meshgrid(*(np.arange(number) - number // 2,) * 2, indexing="ij")
    inside = np.zeros((number, number, length), dtype=bool)
    inside[x**2 + y**2 <= radius**2] = True
    corners: list[IntArray] = []
    faces: list[list[list[int]]] = []
    for axis in (0, 1):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        for side in (0, 1):
            beyond = np.roll(inside, 1 - 2 * side, axis=axis)
            for cell in np.argwhere(inside & ~beyond):
                quad = np.repeat(cell[None], 4, axis=0)
                quad[:, axis] += side
                quad[[1, 2], u] += 1
                quad[[2, 3], v] += 1
                corners.append(quad if side else quad[::-1])
                start = 4 * len(faces)
                faces.append([[start, start + 1, start + 2], [start, start + 2, start + 3]])
    points, index = np.unique(np.vstack(corners), axis=0, return_inverse=True)
    return points / radius, index.ravel()[np.vstack(faces)].astype(np.int64)


def test_steps_of_voxels_are_smoothed(tmp_path: Path) -> None:
    surface = stepped(8, 40)
    read = read_lumen_surface(vessel_of(tmp_path / "voxels.obj", surface))
    drawn = creases_of(read.wall, read.openings[1].radius)
    assert drawn.stepped and not drawn.kept
    lumen = lumen_of(tmp_path, surface)
    assert curved_volume(lumen.mesh) == pytest.approx(closed_volume(read), rel=0.03)
    assert lumen.quality.wall_cells > 4.0 and lumen.quality.worst > 0.02
    assert any("has steps" in note for note in lumen.notes)
    off = np.hypot(*(1e3 * (lumen.mesh.points[:, :2] - lumen.inlet.center[:2])).T)
    wall = np.unique(lumen.mesh.facets_of("wall")[:, :3])
    assert np.std(off[wall]) < 0.04  # of the surface as read: 0.06


@pytest.mark.parametrize("section", [BOX, polygon(4), polygon(6)], ids=["flat", "four", "six"])
def test_a_closed_duct_ends_where_its_axis_does(section: FloatArray, tmp_path: Path) -> None:
    surface = capped(*prism(section, 2, length=15.0), len(section))
    shape = outline(vessel_of(tmp_path / "closed.obj", surface))
    assert sorted(end.center[2] for end in shape.openings) == pytest.approx([0.0, 15e-3])
    assert shape.inlet.area == pytest.approx(1e-6 * area_of(section))

"""Meshes of lumen surfaces: volume, area, quality, distances; cylinders and real vessels."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from helpers.places import SHARED
from magcap.arrays import FloatArray, IntArray
from magcap.case import Mesh, SurfaceVessel
from magcap.errors import CaseError, SolverError
from magcap.geometry.mesh import Lumen, TetMesh, curved_min_jacobian, radius_ratio, volumes
from magcap.geometry.mesh.quality import jacobian_determinants
from magcap.geometry.segmented import build_surface_lumen, closed_volume, read_lumen_surface
from magcap.geometry.segmented.fill import skin
from magcap.geometry.segmented.layers import layer_steps, make_layers, split_prisms
from magcap.geometry.segmented.radius import local_radius
from magcap.geometry.segmented.refine import split_round
from magcap.geometry.segmented.wall import LumenSurface
from magcap.geometry.surfaces import TriangleSurface, edges_of
from magcap.geometry.surfaces.files import wheel_aneurysm_path

VESSELS = SHARED / "data" / "vessels"


def tube(sides: int, rings: int, *, length: float = 6.0) -> tuple[FloatArray, IntArray]:
    """A cylinder of radius 1 along z."""
    angle = 2 * math.pi * np.arange(sides) / sides
    points = np.vstack(
        [
            np.column_stack([np.cos(angle), np.sin(angle), np.full(sides, z)])
            for z in np.linspace(0.0, length, rings)
        ]
    )
    a = np.add.outer(sides * np.arange(rings - 1), np.arange(sides)).ravel()
    b = np.add.outer(sides * np.arange(rings - 1), np.roll(np.arange(sides), -1)).ravel()
    lower, upper = np.column_stack([a, b, b + sides]), np.column_stack([a, b + sides, a + sides])
    return points, np.vstack([lower, upper])


def obj(path: Path, points: FloatArray, triangles: IntArray) -> Path:
    lines = [f"v {x:.12g} {y:.12g} {z:.12g}" for x, y, z in points]
    lines += [f"f {a + 1} {b + 1} {c + 1}" for a, b, c in triangles]
    path.write_text("\n".join(lines))
    return path


def curved_volume(mesh: TetMesh) -> float:
    """Exact volume of ten-node cells: the five-point rule of degree 3."""
    s = 1.0 / 6.0
    at = np.array([[0.25, 0.25, 0.25], [s, s, s], [0.5, s, s], [s, 0.5, s], [s, s, 0.5]])
    weights = np.array([-0.8, 0.45, 0.45, 0.45, 0.45]) / 6.0
    return float((jacobian_determinants(mesh.points, mesh.cells, at) @ weights).sum())


def check(lumen: Lumen, volume: float) -> None:
    """What holds for every lumen of a surface."""
    mesh = lumen.mesh
    assert curved_volume(mesh) == pytest.approx(volume, rel=0.01)
    assert volumes(mesh.points, mesh.cells).min() > 0
    assert curved_min_jacobian(mesh).min() > 0.1
    assert lumen.quality.worst > 0.02
    assert lumen.quality.wall_cells > 4.0
    wall = np.unique(mesh.facets_of("wall"))
    assert np.all(lumen.wall_distance[wall] == 0.0)
    assert np.all(np.delete(lumen.wall_distance, wall) > 0.0)
    inlet = mesh.facets_of("inlet")
    assert np.abs(lumen.arc_length[inlet]).max() < 0.1 * lumen.inlet.radius
    assert [o.role for o in lumen.openings] == ["inlet"] + ["outlet"] * len(lumen.outlets)
    assert set(mesh.boundaries) == {"wall", *(o.name for o in lumen.openings)}
    assert np.bincount(mesh.facet_tags).sum() == len(mesh.facets)


def test_a_cylinder_becomes_its_lumen(tmp_path: Path) -> None:
    file = obj(tmp_path / "tube.obj", *tube(48, 41))
    vessel = SurfaceVessel(shape="surface", file=file)
    lumen = build_surface_lumen(vessel, Mesh(resolution="coarse"))
    check(lumen, 6e-9 * math.pi)
    for end in lumen.openings:
        assert end.area == pytest.approx(1e-6 * math.pi, rel=0.01)
    radial = 1e-3 - np.hypot(lumen.mesh.points[:, 0], lumen.mesh.points[:, 1])
    assert np.abs(lumen.wall_distance - radial).max() < 0.01e-3
    along = lumen.mesh.points[:, 2]
    along = along if lumen.inlet.center[2] < 1e-3 else 6e-3 - along
    assert np.abs(lumen.arc_length - along).max() < 0.05e-3
    again = build_surface_lumen(vessel, Mesh(resolution="coarse"))
    assert np.array_equal(again.mesh.points, lumen.mesh.points)


def test_a_coarse_cylinder_is_made_round(tmp_path: Path) -> None:
    """Twelve sides have 4.5 % less volume than the circle; the curved wall gets it back."""
    file = obj(tmp_path / "tube.obj", *tube(12, 13))
    vessel = SurfaceVessel(shape="surface", file=file)
    flat = closed_volume(read_lumen_surface(vessel))
    assert flat == pytest.approx(6e-9 * math.pi * 0.955, rel=1e-3)  # the control
    check(build_surface_lumen(vessel, Mesh()), 6e-9 * math.pi)


def test_a_cylinder_of_long_thin_triangles_works(tmp_path: Path) -> None:
    """Sides of the full length, as CAD programs write them."""
    file = obj(tmp_path / "tube.obj", *tube(24, 2, length=20.0))
    lumen = build_surface_lumen(
        SurfaceVessel(shape="surface", file=file), Mesh(resolution="coarse")
    )
    check(lumen, 20e-9 * math.pi)


def test_wall_size_sets_the_first_layer() -> None:
    radius = np.full(5, 2e-3)
    steps = layer_steps(Mesh.model_validate({"wall_size": "0.02 mm"}), radius)
    assert steps[1] * 0.3 * 2e-3 == pytest.approx(0.02e-3, rel=0.15)
    assert steps[0] == 0.0 and steps[-1] == 1.0 and np.all(np.diff(steps) > 0)


def test_split_prisms_fill_and_fit() -> None:
    points, triangles = tube(8, 4)
    number = len(points)
    inner = points * [0.8, 0.8, 1.0]
    cells, sign = split_prisms(triangles, number, 1)
    volume = volumes(np.vstack([points, inner]), cells) * sign
    assert volume.min() > 0
    octagon = 0.5 * 8 * math.sin(math.pi / 4) * 6.0
    assert volume.sum() == pytest.approx(octagon * (1 - 0.64), rel=1e-12)
    faces = np.sort(cells[:, [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]].reshape(-1, 3), axis=1)
    _, count = np.unique(faces, axis=0, return_counts=True)
    rim = 2 * 2 * 8  # two triangles for each quadrilateral at each end
    assert count.max() == 2 and (count == 1).sum() == 2 * len(triangles) + rim


def test_layers_stay_untangled_in_a_crease() -> None:
    """A groove pushed half a radius into the tube; a thickness of 5 radii cannot work."""
    points, triangles = tube(40, 49)
    groove = 1.0 - 0.5 * np.exp(-(((points[:, 2] - 3.0) / 0.4) ** 2)) * np.maximum(
        points[:, 0], 0.0
    )
    points[:, :2] *= groove[:, None]
    wall = TriangleSurface(points=1e-3 * points, triangles=triangles)
    ends = read_ends(wall)
    steps = layer_steps(Mesh(), np.ones(1))
    layers = make_layers(ends, local_radius(wall), steps)
    assert volumes(layers.points, layers.cells).min() > 0
    assert radius_ratio(layers.points, layers.cells).min() > 0.01
    with pytest.raises(SolverError, match="tangle"):
        make_layers(ends, np.full(len(points), 1.0), steps)


def read_ends(wall: TriangleSurface) -> LumenSurface:
    from magcap.geometry.segmented.caps import name_openings
    from magcap.geometry.surfaces import boundary_loops

    openings, loops, _ = name_openings(wall.points, boundary_loops(wall.triangles) or [], ())
    return LumenSurface(wall=wall, openings=tuple(openings), loops=tuple(loops))


def test_local_radius_of_a_tapered_tube() -> None:
    points, triangles = tube(40, 61, length=12.0)
    taper = 1.0 - 0.5 * points[:, 2] / 12.0
    points[:, :2] *= taper[:, None]
    radius = local_radius(TriangleSurface(points=points, triangles=triangles))
    assert np.abs(radius / taper - 1.0).max() < 0.08


def test_a_skin_over_a_rim_that_is_not_planar() -> None:
    """The harmonic function that is x² − y² on a circle is x² − y² inside."""
    angle = 2 * math.pi * np.arange(40) / 40
    rim = np.column_stack([np.cos(angle), np.sin(angle), 0.2 * np.cos(2 * angle)])
    inner, triangles = skin(rim)
    assert np.abs(inner[:, 2] - 0.2 * (inner[:, 0] ** 2 - inner[:, 1] ** 2)).max() < 0.01
    points = np.vstack([rim, inner])
    a, b, c = points[triangles.T]
    assert np.cross(b - a, c - a)[:, 2].min() > 0


def test_round_split_halves_the_error_of_a_circle_sixteenfold() -> None:
    """The middle of a cubic side errs as h⁴ from the circle, a straight one as h²."""
    errors = []
    for sides in (12, 24):
        points, triangles = tube(sides, 7)
        every = np.ones(len(edges_of(triangles).nodes), dtype=bool)
        fine = split_round(TriangleSurface(points=points, triangles=triangles), every)
        middle = np.abs(fine.points[:, 2] - 3.0) < 1e-9
        errors.append(np.abs(np.hypot(*fine.points[middle, :2].T) - 1.0).max())
    assert errors[1] < 0.002
    assert errors[0] / errors[1] > 8.0


def test_the_wheels_aneurysm_becomes_a_lumen() -> None:
    try:
        wheel_aneurysm_path()
    except CaseError as error:
        pytest.skip(str(error))
    vessel = SurfaceVessel(shape="surface", file=Path("gmsh:aneurysm_data.stl"))
    surface = read_lumen_surface(vessel)
    lumen = build_surface_lumen(vessel, Mesh(resolution="coarse"))
    check(lumen, closed_volume(surface))
    assert lumen.quality.cells < 35_000
    for end, given in zip(lumen.openings, surface.openings, strict=True):
        assert end.name == given.name
        assert end.area == pytest.approx(given.area, rel=0.03)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "aorta_vmtk/aorta-surface-open-ends.stl",
        "ica_aneurisk_c0015/artery.vtp",
        "ica_aneurisk_c0015/artery_test.stl",
        "vein/vein.stl",
    ],
)
def test_real_vessels_become_lumens(name: str) -> None:
    if not (VESSELS / name).exists():
        pytest.skip(f"{VESSELS / name} is not here (third-party data)")
    vessel = SurfaceVessel(shape="surface", file=VESSELS / name)
    lumen = build_surface_lumen(vessel, Mesh())
    check(lumen, closed_volume(read_lumen_surface(vessel)))
    assert lumen.quality.cells < 100_000

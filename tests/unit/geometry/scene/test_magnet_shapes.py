"""Distances, surfaces, volumes, boxes and overlaps of magnet bodies agree with each other."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvista as pv

from helpers.tables import valid
from magcap.case import Magnet, Tissue
from magcap.geometry.bodies import (
    bounding_box,
    contains,
    edge_segments,
    gap,
    signed_distance,
    surface_mesh,
    volume,
)
from magcap.geometry.scene import MagnetBody, bodies
from magcap.geometry.surfaces import volume_and_centroid
from magcap.reading.checks.overlaps import overlap_faults

POSE = {
    "center": ["3 mm", "-2 mm", "5 mm"],
    "rotation": {"axis": [1, 2, 3], "angle": "40 deg"},
    "remanence": "1 T",
}
SHAPES: dict[str, dict[str, Any]] = {
    "cuboid": {"shape": "cuboid", "size": ["8 mm", "6 mm", "4 mm"]},
    "cylinder": {"shape": "cylinder", "diameter": "8 mm", "height": "5 mm"},
    "ring": {
        "shape": "ring",
        "inner_diameter": "4 mm",
        "outer_diameter": "9 mm",
        "height": "5 mm",
    },
    "sphere": {"shape": "sphere", "diameter": "7 mm"},
    "segment": {
        "shape": "segment",
        "inner_diameter": "4 mm",
        "outer_diameter": "9 mm",
        "height": "5 mm",
        "start_angle": "-20 deg",
        "end_angle": "130 deg",
    },
    "sector": {
        "shape": "halbach",
        "arrangement": "cylinder",
        "inner_diameter": "4 mm",
        "outer_diameter": "9 mm",
        "height": "5 mm",
        "segments": 5,
    },
}


def made(*magnets: dict[str, Any]) -> tuple[MagnetBody, ...]:
    """Bodies of magnets of 1 T."""
    return bodies([valid(Magnet, {"remanence": "1 T", **keys}) for keys in magnets])


@pytest.fixture(params=[*SHAPES, "surface"])
def body(request: pytest.FixtureRequest, tmp_path: Path) -> MagnetBody:
    """A tilted body of each shape."""
    if request.param == "surface":
        pv.Cube(x_length=8, y_length=6, z_length=4).triangulate().save(tmp_path / "cube.stl")
        return made({"shape": "surface", "file": str(tmp_path / "cube.stl"), **POSE})[0]
    return made({**SHAPES[request.param], **POSE})[0]


def test_surface_encloses_the_volume_with_outward_triangles(body: MagnetBody) -> None:
    points, triangles = surface_mesh(body, pieces=256)
    enclosed, _ = volume_and_centroid(points, triangles)
    assert enclosed == pytest.approx(volume(body), rel=5e-4)


def test_surface_is_closed_and_at_distance_zero(body: MagnetBody) -> None:
    points, triangles = surface_mesh(body)
    edges = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    _, count = np.unique(edges, axis=0, return_counts=True)
    assert (count == 2).all()
    np.testing.assert_allclose(signed_distance(body, points), 0.0, atol=1e-9)


def test_distance_is_that_to_the_surface_negative_inside(body: MagnetBody) -> None:
    rng = np.random.default_rng(3)
    points, triangles = surface_mesh(body, pieces=256)
    surface = pv.PolyData(points, np.insert(triangles, 0, 3, axis=1).ravel())
    low, high = bounding_box(body)
    asked = rng.uniform(low - 3e-3, high + 3e-3, size=(400, 3))
    reference = pv.PolyData(asked).compute_implicit_distance(surface)["implicit_distance"]
    np.testing.assert_allclose(signed_distance(body, asked), reference, atol=2e-6)


def test_contained_share_of_the_box_is_the_volume(body: MagnetBody) -> None:
    low, high = bounding_box(body)
    steps = [np.linspace(a, b, 60) for a, b in zip(low, high, strict=True)]
    steps = [0.5 * (s[1:] + s[:-1]) for s in steps]
    points = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 3)
    share = contains(body, points).mean() * float(np.prod(high - low))
    assert share == pytest.approx(volume(body), rel=0.02)


def test_bounding_box_is_tight(body: MagnetBody) -> None:
    points, _ = surface_mesh(body, pieces=720)
    low, high = bounding_box(body)
    np.testing.assert_allclose(points.min(axis=0), low, atol=2e-7)
    np.testing.assert_allclose(points.max(axis=0), high, atol=2e-7)


def test_edges_lie_on_the_surface(body: MagnetBody) -> None:
    starts, ends = edge_segments(body)
    np.testing.assert_allclose(signed_distance(body, np.vstack([starts, ends])), 0.0, atol=1e-9)


def cube(x: float, **keys: Any) -> dict[str, Any]:
    """A cube of 10 mm at x in mm."""
    return {"shape": "cuboid", "size": ["10 mm"] * 3, "center": [f"{x} mm", "0 mm", "0 mm"], **keys}


def ball(x: float) -> dict[str, Any]:
    """A sphere of 10 mm at x in mm."""
    return {"shape": "sphere", "diameter": "10 mm", "center": [f"{x} mm", "0 mm", "0 mm"]}


@pytest.mark.parametrize("shape", [cube, ball])
@pytest.mark.parametrize("x", [9.0, 9.9, 10.0, 10.2])
def test_gap_of_two_equal_bodies(shape: Any, x: float) -> None:
    assert gap(*made(shape(0), shape(x))) == pytest.approx((x - 10) * 1e-3, abs=1e-9)


def test_gap_of_a_corner() -> None:
    corner = 5 + 5 * math.sqrt(2)
    turned = {"rotation": {"axis": [0, 0, 1], "angle": "45 deg"}}
    assert gap(*made(cube(0), cube(corner, **turned))) == pytest.approx(0.0, abs=2e-7)
    assert gap(*made(cube(0), cube(corner - 0.2, **turned))) < -1e-4


def test_gap_of_a_rod_in_a_ring() -> None:
    rod = {"shape": "cylinder", "height": "5 mm"}
    for diameter, expected in ((4.2, -1e-4), (4.0, 0.0), (3.8, 1e-4)):
        pair = made(SHAPES["ring"], {**rod, "diameter": f"{diameter} mm"})
        assert gap(*pair) == pytest.approx(expected, abs=1e-7)


def tube_wall(radius: float = 3e-3, length: float = 0.08) -> tuple[np.ndarray, ...]:
    """Wall points, axis and radii of a tube along x."""
    x, phi = np.meshgrid(np.linspace(-length / 2, length / 2, 200), np.arange(24) * math.pi / 12)
    wall = np.stack([x, radius * np.cos(phi), radius * np.sin(phi)], axis=-1).reshape(-1, 3)
    axis = np.column_stack([np.linspace(-length / 2, length / 2, 200), *np.zeros((2, 200))])
    return wall, axis, np.full(200, radius)


def disk(z: float) -> dict[str, Any]:
    """A button magnet, its centre at z in mm."""
    return {
        "shape": "cylinder",
        "diameter": "50 mm",
        "height": "30 mm",
        "center": ["0 mm", "0 mm", f"{z} mm"],
    }


def overlaps(*magnets: dict[str, Any], tissue: Tissue | None = None) -> list[str]:
    """Overlap faults with a tube of 3 mm radius along x."""
    wall, axis, radius = tube_wall()
    return overlap_faults(made(*magnets), wall, tissue, axis=axis, radius=radius)


def test_overlap_with_the_vessel_says_by_how_much() -> None:
    assert overlaps(disk(-16.8)) == [
        "`magnet[1]` overlaps the vessel by 1.2 mm; move it at least that far."
    ]


def test_magnets_may_touch_the_vessel_and_each_other() -> None:
    assert overlaps(disk(-18), disk(-48)) == []


def test_a_magnet_wholly_in_the_lumen_is_found() -> None:
    small = {"shape": "sphere", "diameter": "1 mm"}
    assert len(overlaps(small)) == 1
    assert overlaps({**small, "center": ["42 mm", "0 mm", "0 mm"]}) == []


def test_a_vessel_may_run_through_a_bore() -> None:
    bore = {**SHAPES["sector"], "axis": [1, 0, 0], "outer_diameter": "60 mm", "height": "40 mm"}
    assert overlaps({**bore, "inner_diameter": "6 mm"}) == []
    assert "0.5 mm" in overlaps({**bore, "inner_diameter": "5 mm"})[0]


def test_overlap_of_magnets_names_both() -> None:
    assert overlaps(disk(-30), disk(-59.5)) == [
        "`magnet[2]` overlaps `magnet[1]` by 0.5 mm; move it at least that far."
    ]


def test_overlap_with_slabs_and_shells() -> None:
    layers = [{"material": "skin", "thickness": "2 mm"}, {"material": "fat", "thickness": "9 mm"}]
    slab = {"skin": ["0 mm", "0 mm", "-4 mm"], "normal": [0, 0, -1], "layer": layers}
    assert overlaps(disk(-19), tissue=valid(Tissue, slab)) == []
    assert "the tissue by 1 mm" in overlaps(disk(-18), tissue=valid(Tissue, slab))[0]
    shell = valid(Tissue, {"shape": "shell", "layer": layers})
    assert "the tissue by 1 mm" in overlaps(disk(-28), tissue=shell)[0]
    assert overlaps(disk(-29), tissue=shell) == []

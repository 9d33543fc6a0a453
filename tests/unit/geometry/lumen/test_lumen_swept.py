"""Swept lumens: exact geometry at the nodes, valid cells, observed orders, faults."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from helpers.lumen_checks import area_vectors, check_lumen, curved_volume
from magcap.case import Bend, Mesh, Stenosis, Tube
from magcap.errors import CaseError
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import elevate, graph_arc_length, mesh_quality, wall_distance
from magcap.geometry.mesh.distances import facet_distance
from magcap.geometry.mesh.quality import local_radius

R, L = 3e-3, 80e-3
TUBE = Tube.model_validate({"shape": "tube", "radius": "3 mm", "length": "80 mm"})
BEND = Bend.model_validate(
    {
        "shape": "bend",
        "radius": "0.5 m",
        "bend_radius": "3 m",
        "angle": "90 deg",
        "inlet_length": "4 m",
        "outlet_length": "4 m",
    }
)
BEND_LENGTH = 8 + 1.5 * np.pi


def stenosis(**changes: object) -> Stenosis:
    data = {
        "shape": "stenosis",
        "radius": "3 mm",
        "length": "60 mm",
        "severity": "75 %",
        "stenosis_length": "12 mm",
    }
    return Stenosis.model_validate(data | changes)


@pytest.mark.parametrize("vessel", [TUBE, BEND, stenosis()], ids=lambda v: v.shape)
@pytest.mark.parametrize("resolution", ["coarse", "medium"])
def test_lumen_is_valid(vessel: Tube | Bend | Stenosis, resolution: str) -> None:
    check_lumen(build_lumen(vessel, Mesh.model_validate({"resolution": resolution})))


@pytest.mark.parametrize(
    ("resolution", "low", "high"), [("coarse", 6e3, 9e3), ("medium", 2e4, 3e4), ("fine", 7e4, 1e5)]
)
def test_cells_by_resolution(resolution: str, low: float, high: float) -> None:
    lumen = build_lumen(TUBE, Mesh.model_validate({"resolution": resolution}))
    assert low < lumen.quality.cells < high


def volume_errors(*, flat: bool) -> tuple[np.ndarray, np.ndarray]:
    """Sizes and relative errors of the volume of a tube; `flat` straightens all edges."""
    sizes = np.array([1.2e-3, 0.8e-3, 0.55e-3])
    errors = []
    for size in sizes:
        mesh = build_lumen(TUBE, Mesh.model_validate({"lumen_size": f"{size} m"})).mesh
        if flat:
            n = int(mesh.cells[:, :4].max()) + 1
            parts = elevate(mesh.points[:n], mesh.cells[:, :4], mesh.facets[:, :3])
            mesh = replace(mesh, points=parts[0], cells=parts[1], facets=parts[2])
        errors.append(abs(curved_volume(mesh) / (np.pi * R**2 * L) - 1))
    return sizes, np.array(errors)


def is_fourth_order(sizes: np.ndarray, errors: np.ndarray) -> bool:
    order = np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    return bool(order > 3.5 and errors[-1] < 1e-5)


def test_volume_of_tube_converges_with_order_four() -> None:
    assert is_fourth_order(*volume_errors(flat=False))


def test_volume_of_flat_tube_does_not() -> None:
    assert not is_fourth_order(*volume_errors(flat=True))


def test_bend_has_volume_and_area_of_pappus() -> None:
    mesh = build_lumen(BEND, Mesh(resolution="medium")).mesh
    assert curved_volume(mesh) == pytest.approx(np.pi * 0.25 * BEND_LENGTH, rel=5e-5)
    area = np.linalg.norm(area_vectors(mesh, "wall"), axis=1).sum()
    assert area == pytest.approx(np.pi * BEND_LENGTH, rel=1e-3)


def test_bend_lies_where_the_case_says() -> None:
    vessel = BEND.model_copy(update={"axis": (0.0, 0.0, 2.0), "toward": (1.0, 0.0, 1.0)})
    lumen = build_lumen(vessel, Mesh(resolution="coarse"))
    assert lumen.inlet.normal == pytest.approx((0, 0, -1))
    assert lumen.outlets[0].center == pytest.approx((3 + 4, 0, 4 + 3))
    assert lumen.outlets[0].normal == pytest.approx((1, 0, 0))
    assert lumen.arc_length.max() == pytest.approx(BEND_LENGTH)


def test_tube_runs_through_its_middle() -> None:
    vessel = TUBE.model_copy(update={"center": (1e-3, 2e-3, 3e-3), "axis": (0.0, -3.0, 0.0)})
    lumen = build_lumen(vessel, Mesh(resolution="coarse"))
    assert lumen.inlet.center == pytest.approx((1e-3, 42e-3, 3e-3))
    assert lumen.outlets[0].center == pytest.approx((1e-3, -38e-3, 3e-3))
    radial = np.hypot(lumen.mesh.points[:, 0] - 1e-3, lumen.mesh.points[:, 2] - 3e-3)
    assert lumen.wall_distance == pytest.approx(np.maximum(R - radial, 0), abs=1e-12)
    assert lumen.arc_length == pytest.approx(42e-3 - lumen.mesh.points[:, 1], abs=1e-12)


@pytest.mark.parametrize(("by", "throat"), [("area", 0.5), ("diameter", 0.25)])
def test_stenosis_throat_and_volume(by: str, throat: float) -> None:
    lumen = build_lumen(stenosis(by=by, stenosis_position="20 mm"), Mesh(resolution="medium"))
    points = lumen.mesh.points[np.unique(lumen.mesh.facets_of("wall"))]
    radius = np.hypot(points[:, 1], points[:, 2])
    assert points[radius.argmin(), 0] == pytest.approx(20e-3, abs=1e-9)
    assert radius.min() == pytest.approx(throat * R, rel=1e-12)
    s = np.linspace(0, 60e-3, 200001)
    bump = np.where(np.abs(s - 20e-3) < 6e-3, 1 + np.cos(2 * np.pi * (s - 20e-3) / 12e-3), 0)
    exact = np.trapezoid(np.pi * (R * (1 - (1 - throat) / 2 * bump)) ** 2, s)
    assert curved_volume(lumen.mesh) == pytest.approx(exact, rel=2e-4)


def test_general_wall_distance_agrees_with_the_exact_one() -> None:
    lumen = build_lumen(BEND, Mesh(resolution="coarse"))
    general = wall_distance(lumen.mesh)
    assert np.abs(general - lumen.wall_distance).max() < 5e-4 * 0.5
    straight = facet_distance(
        lumen.mesh.points, lumen.mesh.points, lumen.mesh.facets_of("wall")[:, :3]
    )
    # The flat wall is a worse one: the check can fail.
    assert np.abs(straight - lumen.wall_distance).max() > 1e-2 * 0.5


def test_general_arc_length_is_exact_in_a_tube_and_close_in_a_bend() -> None:
    tube, bend = (build_lumen(v, Mesh(resolution="coarse")) for v in (TUBE, BEND))
    assert graph_arc_length(tube.mesh, "inlet") == pytest.approx(tube.arc_length, abs=1e-6 * L)
    assert np.abs(graph_arc_length(bend.mesh, "inlet") - bend.arc_length).max() < 0.15


def test_local_radius_and_wall_cells_need_no_help() -> None:
    lumen = build_lumen(stenosis(), Mesh(resolution="medium"))
    s = lumen.arc_length
    bump = np.where(np.abs(s - 30e-3) < 6e-3, 1 + np.cos(2 * np.pi * (s - 30e-3) / 12e-3), 0)
    exact = R * (1 - 0.25 * bump)
    assert np.abs(local_radius(lumen.mesh, lumen.wall_distance) / exact - 1).max() < 0.15
    quality = mesh_quality(lumen.mesh, wall=lumen.wall_distance)
    assert quality.wall_cells == pytest.approx(lumen.quality.wall_cells, rel=0.1)


def test_same_input_same_mesh() -> None:
    first, second = (build_lumen(BEND, Mesh(resolution="coarse")) for _ in range(2))
    assert np.array_equal(first.mesh.points, second.mesh.points)
    assert np.array_equal(first.mesh.cells, second.mesh.cells)


def test_explicit_sizes_are_kept() -> None:
    sizes = Mesh.model_validate({"lumen_size": "1.5 mm", "wall_size": "0.1 mm"})
    lumen = build_lumen(TUBE, sizes)
    inner = lumen.wall_distance[np.unique(lumen.mesh.cells[:, :4])]
    assert inner[inner > 1e-9].min() == pytest.approx(0.1e-3, rel=0.25)


FAULTS = [
    (TUBE.model_copy(update={"axis": (0.0, 0.0, 0.0)}), Mesh(), "vessel.axis"),
    (TUBE, Mesh.model_validate({"lumen_size": "4 mm"}), "mesh.lumen_size"),
    (TUBE, Mesh.model_validate({"lumen_size": "1 nm"}), "mesh.lumen_size"),
    (TUBE, Mesh.model_validate({"wall_size": "2 mm"}), "mesh.wall_size"),
    (TUBE, Mesh.model_validate({"wall_size": "1 pm"}), "mesh.wall_size"),
    (BEND.model_copy(update={"bend_radius": 0.5}), Mesh(), "vessel.bend_radius"),
    (BEND.model_copy(update={"angle": 7.0}), Mesh(), "vessel.angle"),
    (BEND.model_copy(update={"angle": 4.5, "outlet_length": 9.0}), Mesh(), "vessel.angle"),
    (BEND.model_copy(update={"toward": (1.0, 0.0, 0.0)}), Mesh(), "vessel.toward"),
    (stenosis(severity="100 %"), Mesh(), "vessel.severity"),
    (stenosis(stenosis_position="3 mm"), Mesh(), "vessel.stenosis_length"),
]


@pytest.mark.parametrize(("vessel", "mesh", "path"), FAULTS)
def test_impossible_vessels_are_refused(
    vessel: Tube | Bend | Stenosis, mesh: Mesh, path: str
) -> None:
    with pytest.raises(CaseError, match=f"`{path}`"):
        build_lumen(vessel, mesh)

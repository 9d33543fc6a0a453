"""Quality measures, curved cells, second-order nodes, cross-sections and the gmsh session."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from magcap.errors import SolverError
from magcap.geometry.mesh import (
    TET_EDGES,
    TetMesh,
    boundary_facets,
    curved_min_jacobian,
    elevate,
    gmsh_session,
    orient,
    radius_ratio,
    unfold,
    volumes,
)
from magcap.geometry.mesh.second_order import GMSH_TO_VTK
from magcap.geometry.sections import (
    Section,
    build_section,
    build_symmetric_section,
    layer_radii,
    mirror,
)


def single(points: np.ndarray) -> TetMesh:
    cells = np.array([[0, 1, 2, 3]])
    points2, cells2, facets2 = elevate(points, cells, boundary_facets(cells))
    return TetMesh(
        points=points2,
        cells=cells2,
        cell_tags=np.ones(1, dtype=np.int64),
        facets=facets2,
        facet_tags=np.ones(4, dtype=np.int64),
        regions={"lumen": 1},
        boundaries={"wall": 1},
    )


CORNER = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1.0]])


def test_radius_ratio_against_its_definition() -> None:
    """r_in = 3V/ΣA and the circumcentre from its linear equations."""
    points = np.random.default_rng(3).normal(size=(4, 3))
    cell = np.array([[0, 1, 2, 3]])
    volume = abs(volumes(points, cell)[0])
    faces = [np.delete(points, k, axis=0) for k in range(4)]
    area = sum(np.linalg.norm(np.cross(f[1] - f[0], f[2] - f[0])) / 2 for f in faces)
    edges = points[1:] - points[0]
    center = np.linalg.solve(2 * edges, np.sum(edges**2, axis=1))
    expected = 3 * (3 * volume / area) / np.linalg.norm(center)
    assert radius_ratio(points, cell)[0] == pytest.approx(expected)


def test_flat_cell_has_no_quality() -> None:
    flat = CORNER * np.array([1, 1, 0.0]) + np.array([[0, 0, 0]] * 3 + [[0.3, 0.3, 0]])
    assert radius_ratio(flat, np.array([[0, 1, 2, 3]]))[0] == 0


def test_folded_cell_is_seen_and_unfolded() -> None:
    mesh = single(CORNER)
    assert curved_min_jacobian(mesh)[0] == pytest.approx(1)
    points = mesh.points.copy()
    points[mesh.cells[0, 4]] = [1.4, 0.0, 0.0]
    folded = replace(mesh, points=points)
    assert curved_min_jacobian(folded)[0] < 0
    assert curved_min_jacobian(unfold(folded))[0] > 0


def test_orient_turns_cells_round() -> None:
    cells = np.array([[0, 1, 3, 2], [0, 1, 2, 3]])
    assert np.all(volumes(CORNER, orient(CORNER, cells)) > 0)


def test_elevate_refuses_foreign_facets() -> None:
    points = np.vstack([CORNER, [[2, 2, 2]]])
    cells = np.array([[0, 1, 2, 3], [1, 2, 3, 4]])
    with pytest.raises(ValueError, match="belongs to no cell"):
        elevate(points, cells, np.array([[0, 1, 4]]))


@pytest.mark.parametrize("count", [8, 13, 18, 34])
@pytest.mark.parametrize("build", [build_section, build_symmetric_section])
def test_sections_cover_the_disk(count: int, build: object) -> None:
    core = 2 * np.pi / count
    section = build(count, layer_radii(0.05, 0.293, core), core)  # type: ignore[operator]
    assert isinstance(section, Section)
    a, b, c = (section.points[section.triangles[:, i]] for i in range(3))
    u, v = b - a, c - a
    areas = 0.5 * (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
    rim = len(section.rim)
    assert areas.min() > 0
    assert areas.sum() == pytest.approx(rim / 2 * np.sin(2 * np.pi / rim))
    assert sorted(section.rim) == list(range(rim))


def test_symmetric_section_is_its_mirror_image() -> None:
    section = build_symmetric_section(18, layer_radii(0.05, 0.293, 0.35), 0.35)
    image = mirror(section)
    assert section.points[image] * [-1, 1] == pytest.approx(section.points)
    plain, mirrored = (np.sort(t, axis=1) for t in (section.triangles, image[section.triangles]))
    assert np.array_equal(np.unique(plain, axis=0), np.unique(mirrored, axis=0))


def test_gmsh_session_is_clean_and_nests() -> None:
    import gmsh

    with gmsh_session() as outer:
        outer.model.occ.addBox(0, 0, 0, 1, 1, 1)
        outer.model.occ.synchronize()
        with gmsh_session() as inner:
            inner.model.occ.addSphere(0, 0, 0, 1)
        outer.model.mesh.generate(3)
        outer.model.mesh.setOrder(2)
        tags, coordinates, _ = outer.model.mesh.getNodes()
        nodes = outer.model.mesh.getElementsByType(11)[1]
    assert not gmsh.isInitialized()
    points = np.zeros((int(tags.max()) + 1, 3))
    points[tags] = coordinates.reshape(-1, 3)
    cells = nodes.astype(np.int64).reshape(-1, 10)[:, GMSH_TO_VTK]
    middles = points[cells[:, np.array(TET_EDGES)]].mean(axis=2)
    assert points[cells[:, 4:]] == pytest.approx(middles)
    assert np.abs(volumes(points, cells)).sum() == pytest.approx(1)


def test_gmsh_errors_become_solver_errors() -> None:
    import gmsh

    with pytest.raises(SolverError, match="gmsh says"), gmsh_session() as session:
        session.merge("/no/such/file.stl")
    assert not gmsh.isInitialized()
    with pytest.raises(KeyError), gmsh_session():
        raise KeyError("mine")

"""What every lumen must satisfy, and integrals over curved cells and facets."""

from __future__ import annotations

import numpy as np
import pytest

from magcap.geometry.mesh import (
    Lumen,
    TetMesh,
    boundary_facets,
    curved_min_jacobian,
    flatten,
    volumes,
)
from magcap.geometry.mesh.quality import jacobian_determinants


def curved_volume(mesh: TetMesh) -> float:
    """∫ det J by the five-point rule, exact for the cubic determinant."""
    a, b = 1 / 6, 0.5
    points = np.array([[0.25] * 3, [a, a, a], [b, a, a], [a, b, a], [a, a, b]])
    weights = np.array([-4 / 5, *[9 / 20] * 4]) / 6
    return float((jacobian_determinants(mesh.points, mesh.cells, points) @ weights).sum())


def area_vectors(mesh: TetMesh, name: str) -> np.ndarray:
    points, triangles = flatten(mesh.points, mesh.facets_of(name))
    a, b, c = (points[triangles[:, i]] for i in range(3))
    return 0.5 * np.cross(b - a, c - a)


def check_lumen(lumen: Lumen) -> None:
    """What every lumen must satisfy."""
    mesh = lumen.mesh
    assert mesh.order == 2
    assert set(mesh.boundaries) == {"wall", *(opening.name for opening in lumen.openings)}
    assert len(np.unique(mesh.cells)) == len(mesh.points)
    outer = np.sort(boundary_facets(mesh.cells[:, :4]), axis=1)
    tagged = np.sort(mesh.facets[:, :3], axis=1)
    assert np.array_equal(np.unique(outer, axis=0), np.unique(tagged, axis=0))
    assert len(outer) == len(tagged)
    assert volumes(mesh.points, mesh.cells).min() > 0
    assert curved_min_jacobian(mesh).min() > 0
    wall_nodes = np.unique(mesh.facets_of("wall"))
    assert np.all(lumen.wall_distance[wall_nodes] == 0)
    inner = np.setdiff1d(np.arange(len(mesh.points)), wall_nodes)
    assert lumen.wall_distance[inner].min() > 0
    assert lumen.arc_length.min() >= 0
    assert lumen.quality.wall_cells >= 4.0
    # Taylor–Hood needs a free velocity node in each cell at inlet and wall.
    fixed = np.union1d(wall_nodes, mesh.facets_of("inlet"))
    assert not np.isin(mesh.cells[:, :4], fixed).all(axis=1).any()
    for opening in lumen.openings:
        vector = area_vectors(mesh, opening.name).sum(axis=0)
        assert vector @ np.array(opening.normal) == pytest.approx(opening.area, rel=1e-2)
        off = mesh.points[np.unique(mesh.facets_of(opening.name))] - np.array(opening.center)
        assert np.abs(off @ np.array(opening.normal)).max() < 1e-9 * opening.radius

"""Wall normals where cells are thinner than the sagitta of their facet."""

from __future__ import annotations

import numpy as np

from helpers import capture_lumens as lumens
from magcap.solvers.fem import adjacent_cells, boundary_facets
from magcap.solvers.flow.wall_stress import wall_gauge
from magcap.solvers.laws import Viscosity

R, MEAN = 2e-3, 0.15


def test_normals_of_thin_cells_point_outwards() -> None:
    tube = lumens.tube(R, 6e-3, wall_size="20 um")
    mesh = tube.mesh
    wall = boundary_facets(mesh, "wall")
    middle = mesh.points[wall.nodes[:, 3:]].mean(axis=1)
    radial = middle * [0, 1, 1]
    outward = wall.outward(mesh.points, np.full((1, 2), 1 / 3))[:, 0]
    assert np.all(np.einsum("kx,kx->k", outward, radial) > 0)
    # the straight vertices would say otherwise in some of these cells
    cells = adjacent_cells(mesh, wall.nodes)
    straight = mesh.points[wall.nodes[:, :3]].mean(1) - mesh.points[mesh.cells[cells, :4]].mean(1)
    assert np.any(np.einsum("kx,kx->k", outward, straight) < 0)


def test_wall_shear_stress_of_poiseuille_flow_on_thin_cells() -> None:
    """τ = 4 μ U/R."""
    tube = lumens.tube(R, 6e-3, wall_size="20 um")
    mesh = tube.mesh
    wall = boundary_facets(mesh, "wall")
    law = Viscosity(mu_0=lumens.VISCOSITY, mu_inf=lumens.VISCOSITY)
    traction = wall_gauge(tube).traction(lumens.poiseuille(tube, MEAN, R), law)
    stress = np.linalg.norm(traction, axis=1)
    mean, _ = wall.mean(mesh.points, stress)
    assert abs(mean / (4 * lumens.VISCOSITY * MEAN / R) - 1) < 0.02

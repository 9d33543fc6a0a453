"""The recovered wall shear stress of velocities that are known, and of what it replaced."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from helpers.orders import assert_order
from magcap.arrays import FloatArray
from magcap.case import Mesh, Tube
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.solvers import fem as iso
from magcap.solvers.fem import boundary_facets
from magcap.solvers.flow.wall_stress import wall_gauge
from magcap.solvers.laws import Viscosity, ViscosityLaw

R, MU = 3e-3, 3.5e-3
NEWTONIAN = Viscosity(mu_0=MU, mu_inf=MU)
THIN = Viscosity(mu_0=56e-3, mu_inf=3.45e-3, time=3.313, index=0.3568, exponent=2.0)


@cache
def tube(cell: float) -> Lumen:
    vessel = Tube.model_validate({"shape": "tube", "radius": f"{R} m", "length": "6 mm"})
    return build_lumen(vessel, Mesh.model_validate({"lumen_size": f"{cell} mm"}))


def velocity_and_slope(lumen: Lumen, varied: float) -> tuple[FloatArray, FloatArray]:
    """A speed along x that vanishes on the wall, and its inward slope there in 1/s."""
    x, y, z = lumen.mesh.points.T
    r, angle = np.hypot(y, z) / R, np.arctan2(z, y)
    course = 1 + varied * (0.4 * r * np.cos(angle) + 0.3 * np.sin(400 * x))
    velocity = np.zeros_like(lumen.mesh.points)
    velocity[:, 0] = np.where(lumen.wall_distance > 0, 0.1 * (1 - r**2) * course, 0.0)
    return velocity, 0.2 / R * course


def error(lumen: Lumen, traction: FloatArray, exact: FloatArray) -> float:
    """RMS over the wall's nodes of the vectors, over the mean stress."""
    wall = np.unique(lumen.mesh.facets_of("wall"))
    gap = traction[wall] - np.outer(exact[wall], [1.0, 0.0, 0.0])
    return float(np.sqrt(np.mean(np.sum(gap**2, axis=1))) / exact[wall].mean())


def recovered(lumen: Lumen, velocity: FloatArray, law: ViscosityLaw = NEWTONIAN) -> FloatArray:
    return wall_gauge(lumen).traction(velocity, law)


def averaged(lumen: Lumen, velocity: FloatArray) -> FloatArray:
    """The gradients of the cells behind the facets, averaged at the nodes: the plain way."""
    mesh, wall = lumen.mesh, boundary_facets(lumen.mesh, "wall")
    cells = mesh.cells[wall.cells]
    gradient = iso.cell_gradients(mesh.points, cells, velocity, iso.nodes(3))
    place = np.argmax(wall.nodes[:, :, None] == cells[:, None, :], axis=2)
    gradient = np.take_along_axis(gradient, place[:, :, None, None], axis=1)
    normal = wall.outward(mesh.points, iso.nodes(2))
    normal = normal / np.linalg.norm(normal, axis=2, keepdims=True)
    traction = -MU * np.einsum("knij,knj->kni", gradient + np.swapaxes(gradient, 2, 3), normal)
    traction -= np.einsum("kni,kni->kn", traction, normal)[..., None] * normal
    total, count = np.zeros_like(mesh.points), np.zeros(len(mesh.points))
    np.add.at(total, wall.nodes.ravel(), traction.reshape(-1, 3))
    np.add.at(count, wall.nodes.ravel(), 1.0)
    return np.asarray(total / np.maximum(count, 1.0)[:, None])


def test_a_quadratic_velocity_is_met_where_its_cells_are_not() -> None:
    """Poiseuille's flow."""
    lumen = tube(1.2)
    velocity, slope = velocity_and_slope(lumen, 0.0)
    assert error(lumen, recovered(lumen, velocity), MU * slope) < 1e-9
    assert error(lumen, averaged(lumen, velocity), MU * slope) > 1e-2


@pytest.mark.parametrize("power", [6, 12])
def test_layers_thinner_than_cells(power: int) -> None:
    """1 − r^p: the layer of the fastest flow is R/p thick; never worse than the plain average."""
    lumen = tube(1.2)
    r2 = np.sum(lumen.mesh.points[:, 1:] ** 2, axis=1) / R**2
    velocity = np.zeros_like(lumen.mesh.points)
    velocity[:, 0] = np.where(lumen.wall_distance > 0, 0.1 * (1 - r2 ** (power / 2)), 0.0)
    slope = np.full(len(r2), 0.1 * power / R)
    plain = error(lumen, averaged(lumen, velocity), MU * slope)
    assert error(lumen, recovered(lumen, velocity), MU * slope) < 0.75 * plain


def test_order_and_level_for_a_velocity_that_varies() -> None:
    sizes = (1.2, 0.8, 0.55)
    errors, plain = [], []
    for size in sizes:
        lumen = tube(size)
        velocity, slope = velocity_and_slope(lumen, 1.0)
        errors.append(error(lumen, recovered(lumen, velocity), MU * slope))
        plain.append(error(lumen, averaged(lumen, velocity), MU * slope))
    assert_order(sizes, errors, floor=1.7, ceiling=1.5e-3)
    assert np.all(np.array(errors) < 0.4 * np.array(plain))
    with pytest.raises(AssertionError, match="above"):
        assert_order(sizes, plain, floor=1.5, ceiling=1.5e-3)


def test_the_law_is_taken_at_the_wall() -> None:
    lumen = tube(0.8)
    velocity, slope = velocity_and_slope(lumen, 0.0)
    exact = np.asarray(THIN.at_squared(slope**2)) * slope
    assert error(lumen, recovered(lumen, velocity, THIN), exact) < 1e-9


def test_stress_lies_in_the_wall_and_nothing_moves_nothing() -> None:
    lumen = tube(1.2)
    rng = np.random.default_rng(2)
    velocity = rng.normal(size=lumen.mesh.points.shape) * (lumen.wall_distance > 0)[:, None]
    gauge = wall_gauge(lumen)
    traction = gauge.traction(velocity, NEWTONIAN)
    across = np.abs(np.sum(traction * gauge.normal, axis=1)).max()
    assert across < 1e-12 * np.abs(traction).max()
    assert np.all(traction[lumen.wall_distance > 0] == 0.0)
    assert np.all(gauge.traction(0 * velocity, THIN) == 0.0)
    slope = gauge.slope @ lumen.wall_distance
    np.testing.assert_allclose(slope[np.unique(lumen.mesh.facets_of("wall"))], 1.0, rtol=1e-9)

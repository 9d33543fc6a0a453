"""Node numbering survives the way to DOLFINx and back, for straight and curved cells."""

from __future__ import annotations

import numpy as np
import pytest
from mpi4py import MPI

from helpers.gmsh_fields import field_mesh
from magcap.solvers.fem import mesh as femesh

RADIUS = 0.2
LINEAR = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, -2.0], [0.3, 0.0, 1.0]])


@pytest.mark.parametrize("order", [1, 2])
def test_nodes_tags_and_volumes(order: int) -> None:
    built = field_mesh(
        [lambda occ: occ.addBox(-0.01, -0.01, -0.01, 0.02, 0.02, 0.02)],
        center=(0.0, 0.0, 0.0),
        radius=RADIUS,
        magnet_size=0.01,
        air_size=0.1,
        order=order,
    ).mesh
    fe = femesh.to_dolfinx(built, MPI.COMM_SELF, length_scale=RADIUS)
    import ufl
    from dolfinx import fem

    points = built.points / RADIUS
    for degree in range(1, order + 1):
        u = fem.Function(fem.functionspace(fe.mesh, ("Lagrange", degree, (3,))))
        u.interpolate(lambda x: LINEAR @ x)
        got = femesh.node_values(u, fe)
        if degree == order:  # P1 on curved cells is not linear in space
            np.testing.assert_allclose(got, points @ LINEAR.T, atol=1e-14)
        back = fem.Function(u.function_space)
        femesh.set_nodes(back, fe, got)
        np.testing.assert_allclose(back.x.array, u.x.array, atol=1e-14)
    dx = ufl.Measure("dx", domain=fe.mesh, subdomain_data=fe.cell_tags)
    ds = ufl.Measure("ds", domain=fe.mesh, subdomain_data=fe.facet_tags)
    one = fem.Constant(fe.mesh, 1.0)
    magnet = fem.assemble_scalar(fem.form(one * dx(fe.regions["magnet_1"])))
    sphere = fem.assemble_scalar(fem.form(one * ds(fe.boundaries["outer"])))
    assert magnet == pytest.approx(1e-3, rel=1e-12)
    assert sphere == pytest.approx(4 * np.pi, rel=0.1 if order == 1 else 2e-3)
    assert len(fe.facets_of("outer")) == len(built.facets_of("outer"))


def test_set_nodes_refuses_a_degree_above_the_order_of_the_mesh() -> None:
    built = field_mesh(
        [], center=(0.0, 0.0, 0.0), radius=1.0, magnet_size=0.5, air_size=0.8, order=1
    )
    fe = femesh.to_dolfinx(built.mesh, MPI.COMM_SELF)
    from dolfinx import fem

    u = fem.Function(fem.functionspace(fe.mesh, ("Lagrange", 2)))
    with pytest.raises(ValueError, match="degree"):
        femesh.set_nodes(u, fe, np.zeros(fe.num_points))

"""The projection that balances mass."""

from __future__ import annotations

import numpy as np
import pytest
from mpi4py import MPI

from magcap.arrays import FloatArray, IntArray
from magcap.solvers.fem import JIT_OPTIONS
from magcap.solvers.saddle import Balance


@pytest.fixture(scope="module")
def parts() -> tuple[Balance, IntArray, FloatArray]:
    """Of a box that is open at x = 1; its given velocities, and the flow through x = 1."""
    import ufl
    from dolfinx import fem, mesh
    from dolfinx.fem import petsc as fem_petsc

    msh = mesh.create_unit_cube(MPI.COMM_SELF, 2, 2, 2)
    V = fem.functionspace(msh, ("Lagrange", 2, (3,)))
    Q = fem.functionspace(msh, ("Lagrange", 1))
    v, p = ufl.TestFunction(V), ufl.TrialFunction(Q)
    form = fem.form(-p * ufl.div(v) * ufl.dx, jit_options=JIT_OPTIONS)
    gradient = fem_petsc.assemble_matrix(form)
    gradient.assemble()
    closed = fem.locate_dofs_geometrical(V, lambda x: x[0] < 1 - 1e-9)
    on_wall = fem.locate_dofs_geometrical(
        V, lambda x: np.min([x[0], x[1], 1 - x[1], x[2], 1 - x[2]], axis=0) < 1e-9
    )
    nodes = np.intersect1d(closed, on_wall)
    fixed = (3 * nodes[:, None] + np.arange(3)).ravel()
    n = ufl.FacetNormal(msh)
    open_end = mesh.locate_entities_boundary(msh, 2, lambda x: x[0] > 1 - 1e-9)
    tags = mesh.meshtags(msh, 2, np.sort(open_end), np.ones(len(open_end), dtype=np.int32))
    ds = ufl.Measure("ds", msh, subdomain_data=tags)
    flux = fem.assemble_vector(fem.form(ufl.dot(n, v) * ds(1), jit_options=JIT_OPTIONS)).array
    flux[fixed] = 0.0
    mass = np.linspace(1.0, 3.0, len(flux))
    return Balance(gradient, mass, fixed), fixed, flux


def test_divergence_becomes_what_is_asked_for(
    parts: tuple[Balance, IntArray, FloatArray],
) -> None:
    balance, fixed, _ = parts
    u = np.random.default_rng(1).normal(size=len(balance.weights))
    u[fixed] = 0.0
    excess = balance.divergence(u)
    change = balance.correction(excess, [])
    assert np.abs(balance.divergence(change) - excess).max() < 1e-12 * np.abs(excess).max()
    assert not change[fixed].any()


def test_given_flows_stay(parts: tuple[Balance, IntArray, FloatArray]) -> None:
    balance, fixed, flux = parts
    u = np.random.default_rng(2).normal(size=len(balance.weights))
    u[fixed] = 0.0
    excess = balance.divergence(u)
    excess -= excess.mean()  # what one opening of given flow allows
    change = balance.correction(excess, [flux])
    free = balance.correction(excess, [])
    assert np.abs(balance.divergence(change) - excess).max() < 1e-11 * np.abs(excess).max()
    assert abs(flux @ change) < 1e-11 * np.abs(change).max()
    assert balance.weights @ np.square(change) >= 0.0
    assert change @ (change / np.where(balance.weights > 0, balance.weights, 1)) >= free @ (
        free / np.where(balance.weights > 0, balance.weights, 1)
    ) * (1 - 1e-12)


def test_balanced_velocities_do_not_change(parts: tuple[Balance, IntArray, FloatArray]) -> None:
    balance, _, flux = parts
    nothing = np.zeros(len(balance.divergence(np.zeros(len(balance.weights)))))
    assert not balance.correction(nothing, [flux]).any()


def test_the_correction_is_the_smallest(parts: tuple[Balance, IntArray, FloatArray]) -> None:
    """It is orthogonal, in the norm of the mass, to all velocities without divergence."""
    balance, fixed, _ = parts
    rng = np.random.default_rng(3)
    u, w = rng.normal(size=(2, len(balance.weights)))
    u[fixed] = w[fixed] = 0.0
    change = balance.correction(balance.divergence(u), [])
    solenoidal = w - balance.correction(balance.divergence(w), [])
    mass = np.divide(1.0, balance.weights, where=balance.weights > 0, out=np.zeros_like(u))
    product = change @ (mass * solenoidal)
    assert abs(product) < 1e-12 * np.sqrt((change @ (mass * change)) * (w @ (mass * w)))

"""The preconditioner balances mass, and is linear."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from mpi4py import MPI

from magcap.arrays import FloatArray, IntArray
from magcap.solvers.fem import JIT_OPTIONS
from magcap.solvers.saddle import Balance, SaddlePreconditioner

type Parts = tuple[Balance, SaddlePreconditioner, IntArray]


@pytest.fixture(scope="module")
def parts() -> Iterator[Parts]:
    """Of a box that is open at x = 1, with its given velocities."""
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
    a, b = (
        make(fem.functionspace(msh, ("Lagrange", 2)))
        for make in (ufl.TrialFunction, ufl.TestFunction)
    )
    wind = ufl.as_vector([1.0, 2.0, 3.0])
    moved = ufl.inner(ufl.dot(wind, ufl.grad(a)), b) + 50 * a * b
    component = fem.form((moved + ufl.inner(ufl.grad(a), ufl.grad(b))) * ufl.dx)
    matrix = fem.assemble_matrix(component)
    mass = np.linspace(1.0, 3.0, matrix.index_map(0).size_local)
    balance = Balance(gradient, np.repeat(mass, 3), fixed)
    preconditioner = SaddlePreconditioner(balance, matrix, 3)
    preconditioner.refresh()
    yield balance, preconditioner, fixed  # the mesh lives as long, and with it its communicator


def residual_of(parts: Parts, seed: int) -> FloatArray:
    balance, _, fixed = parts
    n = len(balance.weights)
    m = len(balance.divergence(np.zeros(n)))
    residual = np.random.default_rng(seed).normal(size=n + m)
    residual[fixed] = 0.0
    return residual


def test_divergence_becomes_what_is_asked_for(parts: Parts) -> None:
    balance, preconditioner, fixed = parts
    residual, n = residual_of(parts, 1), len(balance.weights)
    found = preconditioner.apply(residual)
    left = balance.divergence(found[:n]) - residual[n:]
    assert np.abs(left).max() < 1e-12 * np.abs(residual).max()
    assert not found[fixed].any()


def test_nothing_comes_of_nothing(parts: Parts) -> None:
    _, preconditioner, _ = parts
    assert not preconditioner.apply(np.zeros_like(residual_of(parts, 1))).any()


def test_it_is_linear(parts: Parts) -> None:
    _, preconditioner, _ = parts
    a, b = residual_of(parts, 2), residual_of(parts, 3)
    both = preconditioner.apply(2 * a - 3 * b)
    one_by_one = 2 * preconditioner.apply(a) - 3 * preconditioner.apply(b)
    np.testing.assert_allclose(both, one_by_one, rtol=0, atol=1e-11 * np.abs(both).max())


def test_a_force_that_is_a_gradient_moves_nothing(parts: Parts) -> None:
    """G q as a force ends in the pressure, but for what the sweep leaves."""
    balance, preconditioner, _ = parts
    n = len(balance.weights)
    q = np.random.default_rng(4).normal(size=len(residual_of(parts, 1)) - n)
    residual = np.concatenate([balance.gradient(q), np.zeros_like(q)])
    found = preconditioner.apply(residual)
    assert np.linalg.norm(found[n:] - q) < 0.5 * np.linalg.norm(q)

"""The incomplete factor, the product and the multigrid on one and more ranks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI
from scipy import sparse

from helpers.magnets import kuhn_cube
from helpers.ranks import run_on_ranks
from magcap.errors import SolverError
from magcap.solvers.assembly import interpolation
from magcap.solvers.fem import to_dolfinx
from magcap.solvers.linalg import PMultigrid
from magcap.solvers.linalg.incomplete_cholesky import (
    Factor,
    IncompleteCholesky,
    factorized,
    triangle,
)
from magcap.solvers.linalg.product import fast_operator
from magcap.solvers.magnetostatics import potential


class Operators:
    """What `IncompleteCholesky` asks of PETSc's preconditioner."""

    def __init__(self, matrix: Any) -> None:
        self.matrix = matrix

    def getOperators(self) -> tuple[Any, Any]:
        """Twice the matrix."""
        return self.matrix, self.matrix


def matrices(comm: Any, n: int = 4, order: int = 3, contrast: float = 1000.0) -> tuple[Any, ...]:
    """Fine and coarse matrix and interpolation for a cube of two materials; the mesh's owner."""
    from dolfinx import fem

    femesh = to_dolfinx(kuhn_cube(n), comm)
    problem = potential.build(femesh, order, {"left": contrast}, [])
    coarse = fem.functionspace(femesh.mesh, ("Lagrange", 1))
    center = np.zeros(3)
    A = potential.assemble(problem, "robin", center, problem.space)
    A1 = potential.assemble(problem, "robin", center, coarse)
    return A, A1, interpolation(coarse, problem.space), femesh


def chain(count: int, comm: Any) -> Any:
    """The matrix of a chain of springs with its ends held: tridiagonal, without fill."""
    from petsc4py import PETSc

    A = PETSc.Mat().createAIJ((count, count), nnz=3, comm=comm)
    for row in range(*A.getOwnershipRange()):
        for column, value in ((row - 1, -1.0), (row, 2.0), (row + 1, -1.0)):
            if 0 <= column < count:
                A.setValue(row, column, value)
    A.assemble()
    return A


def hub(comm: Any) -> Any:
    """Two ranks' dofs that couple to the first three of the second rank alone: no fill there."""
    from petsc4py import PETSc

    count, middle = 40, range(20, 23)
    A = PETSc.Mat().createAIJ((count, count), nnz=count, comm=comm)
    for row in range(*A.getOwnershipRange()):
        for column in range(count):
            if row == column or row in middle or column in middle:
                A.setValue(row, column, 50.0 if row == column else 1.0 / (2 + row + column))
    A.assemble()
    return A


def seeded(A: Any, seed: int) -> Any:
    """A vector that does not depend on the number of ranks."""
    x = A.createVecRight()
    values = np.random.default_rng(seed).standard_normal(x.getSize())
    x.array[:] = values[slice(*x.getOwnershipRange())]
    return x


def apply(smoother: IncompleteCholesky, x: Any) -> Any:
    """B x."""
    y = x.duplicate()
    smoother.apply(None, x, y)
    return y


def dense(factor: Factor) -> np.ndarray[Any, Any]:
    """L of a factor."""
    t = factor.triangle
    lower = sparse.csr_array((factor.values, t.columns, t.starts)).toarray()
    lower = np.pad(lower, ((0, 0), (0, len(factor.inverse) - lower.shape[1])))
    L: np.ndarray[Any, Any] = lower + np.diag(1.0 / factor.inverse)
    return L


def test_the_factor_gives_the_matrix_on_its_pattern() -> None:
    A, _, _, _mesh = matrices(MPI.COMM_SELF, n=2, contrast=3.0)
    smoother = IncompleteCholesky()
    smoother.setUp(Operators(A))
    L = dense(smoother._factor)
    order = smoother._plan.order
    rows, columns, values = A.getValuesCSR()
    full = sparse.csr_array((values, columns, rows)).toarray()[np.ix_(order, order)]
    scaled = full * smoother._scale[:, None] * smoother._scale
    misfit = (L @ L.T - scaled)[scaled != 0.0]
    assert np.abs(misfit).max() < 1e-6
    assert np.abs((L @ L.T - scaled)[scaled == 0.0]).max() > 1e-3  # incomplete
    x = seeded(A, 1)
    expected = np.empty_like(x.array)
    expected[order] = smoother._scale * np.linalg.solve(L @ L.T, smoother._scale * x.array[order])
    np.testing.assert_allclose(apply(smoother, x).array, expected, rtol=1e-9)


def test_a_pattern_without_fill_is_solved() -> None:
    A = chain(40, MPI.COMM_SELF)
    smoother = IncompleteCholesky()
    smoother.setUp(Operators(A))
    x = seeded(A, 2)
    b = x.duplicate()
    A.mult(x, b)
    np.testing.assert_allclose(apply(smoother, b).array, x.array, atol=1e-4)  # single precision


def test_small_pivots_are_met_by_a_shift() -> None:
    starts, columns = np.array([0, 0, 1], np.uint32), np.array([0], np.uint32)
    values = np.array([-0.99999], np.float32)
    factor = factorized(triangle(starts, columns, 2), values.copy, np.ones(2))
    assert np.isfinite(factor.inverse).all()
    assert factor.inverse[1] < 1.0 / np.sqrt(1e-3)


def test_multigrid_gives_up_with_a_sentence() -> None:
    A, A1, P, _mesh = matrices(MPI.COMM_SELF, n=2)
    x = A.createVecRight()
    solver = PMultigrid(A, A1, P, prefix="given_up_", rtol=1e-10, max_iterations=1)
    with solver, pytest.raises(SolverError, match="ran out"):
        solver.solve(seeded(A, 0), x)


def test_too_little_damping_is_mended() -> None:
    A, A1, P, _mesh = matrices(MPI.COMM_SELF)
    b, x = seeded(A, 0), A.createVecRight()
    with PMultigrid(A, A1, P, prefix="damped_", rtol=1e-10) as solver:
        solver._smoother.damping = 3.0
        solver.solve(b, x)
        assert solver._smoother.damping < 3.0
    A.multAdd(-x, b, b)
    assert b.norm() < 1e-6 * seeded(A, 0).norm()


def checks(comm: Any) -> tuple[list[float], list[int]]:
    """Numbers that do not depend on the ranks, and iterations, which hardly do."""
    A, A1, P, _mesh = matrices(comm, n=6)
    x, y = seeded(A, 1), seeded(A, 2)
    smoother = IncompleteCholesky()
    smoother.setUp(Operators(A))
    Bx, By = apply(smoother, x), apply(smoother, y)
    if not np.isclose(Bx.dot(y), x.dot(By), rtol=1e-10) or Bx.dot(x) <= 0.0:
        raise AssertionError("the preconditioner is not symmetric and positive")
    product, expected = x.duplicate(), x.duplicate()
    fast_operator(A).mult(x, product)
    A.mult(x, expected)
    product.axpy(-1.0, expected)
    if product.norm() > 1e-13 * expected.norm():
        raise AssertionError("the product differs from PETSc's")
    if comm.size == 2:
        C, exact = hub(comm), IncompleteCholesky()
        exact.setUp(Operators(C))
        z, b = seeded(C, 3), C.createVecRight()
        C.mult(z, b)
        got = apply(exact, b)
        got.axpy(-1.0, z)
        if got.norm() > 1e-6 * z.norm():
            raise AssertionError("what couples the ranks is not solved")
    b = A.createVecLeft()
    A.mult(P * seeded(A1, 4), b)
    solution = A.createVecRight()
    with PMultigrid(A, A1, P, prefix="ranks_", rtol=1e-10) as solver:
        first = solver.solve(b, solution)
    copy = A.copy()  # PETSc's own storage
    with PMultigrid(copy, A1, P, prefix="copied_", rtol=1e-10) as solver:
        second = solver.solve(b, solution)
    return [expected.norm()], [first, second]


@pytest.mark.mpi
@pytest.mark.parametrize("ranks", [2, 3])
def test_ranks_smooth_as_one(ranks: int, tmp_path: Path) -> None:
    run_on_ranks(__file__, tmp_path / "n.txt", ranks=ranks)
    iterations = np.loadtxt(tmp_path / "n.txt", dtype=int)
    _, alone = checks(MPI.COMM_SELF)
    assert alone[0] == alone[1]
    assert alone[0] < 16
    assert iterations[0] <= alone[0] + 1
    assert iterations[1] > alone[0] + 1  # the border that is found is too large: block Jacobi


if __name__ == "__main__":
    _, numbers = checks(MPI.COMM_WORLD)
    if MPI.COMM_WORLD.rank == 0:
        np.savetxt(sys.argv[1], numbers, fmt="%d")

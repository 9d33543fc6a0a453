"""The p-multigrid on one and more ranks: solutions, iterations, what happens when it fails."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers.magnets import kuhn_cube
from helpers.ranks import run_on_ranks
from magcap.errors import SolverError
from magcap.solvers.assembly import interpolation
from magcap.solvers.fem import to_dolfinx
from magcap.solvers.linalg import PMultigrid, Smoother
from magcap.solvers.magnetostatics import potential


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


def seeded(A: Any, seed: int) -> Any:
    """A vector that does not depend on the number of ranks."""
    x = A.createVecRight()
    values = np.random.default_rng(seed).standard_normal(x.getSize())
    x.array[:] = values[slice(*x.getOwnershipRange())]
    return x


def relative_residual(A: Any, x: Any, b: Any) -> float:
    """‖b − Ax‖/‖b‖."""
    r = b.duplicate()
    A.mult(x, r)
    r.axpy(-1.0, b)
    return float(r.norm() / b.norm())


@pytest.mark.parametrize("smoother", Smoother)
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_every_order_is_solved_in_few_iterations(order: int, smoother: Smoother) -> None:
    A, A1, P, _mesh = matrices(MPI.COMM_SELF, order=order)
    b, x = seeded(A, 0), A.createVecRight()
    with PMultigrid(A, A1, P, prefix="orders_", rtol=1e-12, smoother=smoother) as solver:
        iterations = solver.solve(b, x)
    assert iterations < 35
    assert relative_residual(A, x, b) < 1e-9


def test_matrices_that_change_are_set_up_anew() -> None:
    A, A1, P, _mesh = matrices(MPI.COMM_SELF, contrast=1.0)
    other, other1, *_rest = matrices(MPI.COMM_SELF, contrast=1000.0)
    b, x = seeded(A, 0), A.createVecRight()
    with PMultigrid(A, A1, P, prefix="changed_", rtol=1e-3) as solver:
        loose = solver.solve(b, x)
        other.copy(A)
        other1.copy(A1)
        kept = solver.solve(b, x, 1e-12)
        assert relative_residual(other, x, b) < 1e-9
        assert solver.solve(b, x) < kept, "the tolerance of the solver is back"
    with PMultigrid(other, other1, P, prefix="fresh_", rtol=1e-12) as solver:
        fresh = solver.solve(b, x)
    assert loose < kept <= fresh + 2


def test_it_gives_up_with_a_sentence() -> None:
    A, A1, P, _mesh = matrices(MPI.COMM_SELF, n=2)
    x = A.createVecRight()
    solver = PMultigrid(A, A1, P, prefix="given_up_", rtol=1e-10, max_iterations=1)
    with solver, pytest.raises(SolverError, match="ran out"):
        solver.solve(seeded(A, 0), x)


@pytest.mark.parametrize("smoother", Smoother)
def test_too_little_damping_is_mended(smoother: Smoother) -> None:
    A, A1, P, _mesh = matrices(MPI.COMM_SELF)
    b, x = seeded(A, 0), A.createVecRight()
    with PMultigrid(A, A1, P, prefix="damped_", rtol=1e-10, smoother=smoother) as solver:
        solver._sweep(smoother, 3.0)
        solver.solve(b, x)
        assert solver._damping < 3.0
        assert solver._smoother is Smoother.SOR
    assert relative_residual(A, x, b) < 1e-6


def test_a_level_hears_its_options() -> None:
    from petsc4py import PETSc

    A, A1, P, _mesh = matrices(MPI.COMM_SELF, n=2)
    options: Any = PETSc.Options("heard_")
    options["mg_levels_pc_type"] = "jacobi"
    try:
        with PMultigrid(A, A1, P, prefix="heard_") as solver:
            sweep = solver._ksp.getPC().getMGSmoother(1)
            assert sweep.getPC().getType() == "jacobi"
            assert sweep.getType() == "richardson"
        left = options.getAll()
        assert left == {"mg_levels_pc_type": "jacobi"}, "only what the user said"
    finally:
        options.delValue("mg_levels_pc_type")


def solved(comm: Any) -> tuple[int, float]:
    """Iterations, and a norm that does not depend on the ranks."""
    A, A1, P, _mesh = matrices(comm, n=6)
    b = A.createVecLeft()
    A.mult(P * seeded(A1, 4), b)
    x = A.createVecRight()
    with PMultigrid(A, A1, P, prefix="ranks_", rtol=1e-10) as solver:
        iterations = solver.solve(b, x)
    if relative_residual(A, x, b) > 1e-8:
        raise AssertionError("the solution is not one")
    return iterations, float(x.norm())


@pytest.mark.mpi
@pytest.mark.parametrize("ranks", [2, 3])
def test_ranks_need_a_few_more_iterations(ranks: int, tmp_path: Path) -> None:
    run_on_ranks(__file__, tmp_path / "n.txt", ranks=ranks)
    iterations = int(np.loadtxt(tmp_path / "n.txt"))
    alone, _ = solved(MPI.COMM_SELF)
    assert alone < 20
    assert iterations <= alone + 8


if __name__ == "__main__":
    number, _ = solved(MPI.COMM_WORLD)
    if MPI.COMM_WORLD.rank == 0:
        np.savetxt(sys.argv[1], [number], fmt="%d")

"""A Newton step's matrix: tensors at quadrature points, FFCx and DOLFINx against numba in place.

    OMP_NUM_THREADS=1 python benchmarks/tensor_assembly.py [--repeat 5] [--n 12]

∫ (T ∇u)·∇v over the left half of a cube of 6n³ cells; DOLFINx adds to a matrix that has the
pattern, `TensorUpdate` to the places that it found once. Medians of CPU time a cell.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from mpi4py import MPI

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from helpers.magnets import kuhn_cube
from magcap.solvers.assembly import TensorStiffness, TensorUpdate, stiffness_matrix
from magcap.solvers.fem import to_dolfinx
from magcap.solvers.magnetostatics import forms as potential_forms, potential


def median(run: Callable[[], object], repeat: int) -> float:
    """CPU time of a call in s, without the first one."""
    times = []
    for _ in range(repeat + 1):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return statistics.median(times[1:])


def compare(order: int, n: int, repeat: int) -> None:
    """One row of the table."""
    import basix.ufl
    import ufl
    from dolfinx import fem
    from dolfinx.fem import petsc

    femesh = to_dolfinx(kuhn_cube(n), MPI.COMM_SELF)
    problem = potential.build(femesh, order, {}, [])
    space, degree = problem.space, 2 * (order - 1)
    cells = femesh.cell_tags.find(femesh.regions["left"])
    A = stiffness_matrix(space, np.ones(6 * n**3))
    part = TensorStiffness(space, cells, degree)
    tensors = np.broadcast_to(np.eye(3), (*part.weights.shape, 3, 3)).copy()
    start = time.process_time()
    update = TensorUpdate(part, A)
    once = time.process_time() - start
    mine = median(lambda: update.set(tensors), repeat)
    element = basix.ufl.quadrature_element(
        "tetrahedron", value_shape=(3, 3), scheme="Xiao-Gimbutas", degree=degree
    )
    T = fem.Function(fem.functionspace(femesh.mesh, element))
    T.x.array.reshape(-1, 9)[:] = np.eye(3).ravel()
    rule = {"quadrature_degree": degree, "quadrature_rule": "Xiao-Gimbutas"}
    dx = ufl.Measure("dx", domain=femesh.mesh, subdomain_data=[(1, cells)], metadata=rule)(1)
    psi, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    form = potential_forms.compiled(ufl.inner(ufl.dot(T, ufl.grad(psi)), ufl.grad(v)) * dx)
    theirs = median(lambda: petsc.assemble_matrix(A, form), repeat)
    scale = 1e6 / len(cells)
    print(
        f"order {order}, {len(cells)} cells: DOLFINx {scale * theirs:6.1f} µs a cell, in place "
        f"{scale * mine:5.1f}, ratio {mine / theirs:.2f}; the places once {scale * once:5.1f}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--n", type=int, default=12)
    arguments = parser.parse_args()
    for order in (2, 3, 4):
        compare(order, arguments.n, arguments.repeat)


if __name__ == "__main__":
    main()

"""The fast assembly and interpolation against DOLFINx's general ones, order by order."""

from __future__ import annotations

import numpy as np
import pytest
from mpi4py import MPI

from helpers.magnets import kuhn_cube
from magcap.solvers.assembly import interpolation, stiffness_matrix
from magcap.solvers.fem import to_dolfinx
from magcap.solvers.magnetostatics import forms as forms, potential


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_fast_matrices_equal_the_general_ones(order: int) -> None:
    from dolfinx import fem
    from dolfinx.fem import petsc

    mesh = kuhn_cube(3)
    inner = (mesh.points > 1e-9).all(axis=1) & (mesh.points < 1 - 1e-9).all(axis=1)
    shift = np.random.default_rng(0).uniform(-0.05, 0.05, mesh.points.shape)
    mesh.points[inner] += shift[inner]
    femesh = to_dolfinx(mesh, MPI.COMM_SELF)
    problem = potential.build(femesh, order, {"left": 7.0}, [])
    general = petsc.assemble_matrix(
        forms.bilinear_form(problem.space, problem.permeability, "robin", np.zeros(3))
    )
    general.assemble()
    fast = potential.assemble(problem, "robin", np.zeros(3), problem.space)
    assert fast.getInfo()["nz_used"] == general.getInfo()["nz_used"]
    scale = general.norm()
    fast.axpy(-1.0, general)
    assert fast.norm() < 1e-13 * scale
    bare = stiffness_matrix(problem.space, np.ones_like(problem.permeability.x.array))
    bare.assemble()
    bare.axpy(-1.0, general)
    assert bare.norm() > 1e-2 * scale  # the comparison can fail

    coarse = fem.functionspace(femesh.mesh, ("Lagrange", 1))
    mine = interpolation(coarse, problem.space)
    theirs = petsc.interpolation_matrix(coarse, problem.space)
    theirs.assemble()
    mine.axpy(-1.0, theirs)
    assert mine.norm() < 1e-12

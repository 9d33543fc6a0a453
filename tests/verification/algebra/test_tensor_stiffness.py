"""Tensors at quadrature points against DOLFINx's general assembler, on one and more ranks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers.magnets import kuhn_cube
from helpers.ranks import run_on_ranks
from magcap.solvers.assembly import TensorStiffness, TensorUpdate, interpolation, stiffness_matrix
from magcap.solvers.fem import FEMesh, to_dolfinx
from magcap.solvers.magnetostatics import forms as potential_forms, potential


def shaken_cube(comm: Any, n: int = 3) -> FEMesh:
    """A cube whose inner points are moved at random."""
    mesh = kuhn_cube(n)
    inner = (mesh.points > 1e-9).all(axis=1) & (mesh.points < 1 - 1e-9).all(axis=1)
    shift = np.random.default_rng(0).uniform(-0.05, 0.05, mesh.points.shape)
    mesh.points[inner] += shift[inner]
    return to_dolfinx(mesh, comm)


def material(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A smooth symmetric positive tensor, not of low degree, shape (..., 3, 3)."""
    n = np.stack([np.cos(3 * x[..., 0]), np.sin(2 * x[..., 1]), x[..., 2] + 0.1], axis=-1)
    tensor: np.ndarray[Any, Any] = 2.0 * np.eye(3) + n[..., :, None] * n[..., None, :]
    return tensor


def general(femesh: FEMesh, space: Any, cells: Any, degree: int) -> tuple[Any, Any, Any]:
    """DOLFINx's matrix with 1 on the other cells, its vector ∫ T∇u·∇v and u."""
    import basix.ufl
    import ufl
    from dolfinx import fem
    from dolfinx.fem import petsc
    from petsc4py import PETSc

    msh = femesh.mesh
    element = basix.ufl.quadrature_element(
        "tetrahedron", value_shape=(3, 3), scheme="Xiao-Gimbutas", degree=degree
    )
    T = fem.Function(fem.functionspace(msh, element))
    part = TensorStiffness(space, cells, degree)
    dofs = T.function_space.dofmap.list[part.cells]
    T.x.array.reshape(-1, 9)[dofs.ravel()] = material(part.points).reshape(-1, 9)
    T.x.scatter_forward()
    rule = {"quadrature_degree": degree, "quadrature_rule": "Xiao-Gimbutas"}
    others = np.setdiff1d(np.arange(msh.topology.index_map(3).size_local), part.cells)
    dx = ufl.Measure(
        "dx", domain=msh, subdomain_data=[(1, part.cells), (2, others.astype(np.int32))]
    )
    psi, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    inside = ufl.inner(ufl.dot(T, ufl.grad(psi)), ufl.grad(v)) * dx(1, metadata=rule)
    A = petsc.assemble_matrix(
        potential_forms.compiled(inside + ufl.inner(ufl.grad(psi), ufl.grad(v)) * dx(2))
    )
    A.assemble()
    u = fem.Function(space)
    u.interpolate(lambda x: np.sin(x[0] + 2 * x[1]) * np.exp(x[2]))
    b = petsc.assemble_vector(potential_forms.compiled(ufl.replace(inside, {psi: u})))
    b.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)
    return A, b, u


def differences(comm: Any, order: int) -> tuple[float, float, float]:
    """Relative differences of matrix, of the same set again, and of the vector."""
    from dolfinx import la

    femesh = shaken_cube(comm)
    problem = potential.build(femesh, order, {}, [])
    space, degree = problem.space, max(2 * (order - 1), 1)
    cells = femesh.cell_tags.find(femesh.regions["left"])
    expected, b, u = general(femesh, space, cells, degree)
    outside = np.ones(femesh.mesh.geometry.dofmaps[0].shape[0])
    outside[cells] = 0.0
    A = stiffness_matrix(space, outside)
    part = TensorStiffness(space, cells, degree)
    update = TensorUpdate(part, A)
    update.set(np.broadcast_to(5.0 * np.eye(3), (*part.weights.shape, 3, 3)).copy())
    wrong = A.copy()
    update.set(material(part.points))
    wrong.axpy(-1.0, expected)
    A.axpy(-1.0, expected)
    gradient = part.gradients(u.x.array)
    vector = la.vector(space.dofmap.index_map)
    vector.array[:] = part.vector(np.einsum("cqkl,cql->cqk", material(part.points), gradient))
    vector.scatter_reverse(la.InsertMode.add)
    mine = vector.array[: space.dofmap.index_map.size_local]
    error = comm.allreduce(float(np.abs(mine - b.array).max(initial=0.0)), MPI.MAX)
    scale = expected.norm()
    return A.norm() / scale, wrong.norm() / scale, error / b.norm()


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_tensors_equal_the_general_assembler(order: int) -> None:
    matrix, wrong, vector = differences(MPI.COMM_SELF, order)
    assert matrix < 1e-13
    assert wrong > 1e-2  # the comparison can fail
    assert vector < 1e-13


def test_a_multiple_of_the_identity_is_a_permeability() -> None:
    femesh = shaken_cube(MPI.COMM_SELF)
    problem = potential.build(femesh, 3, {"left": 7.0}, [])
    mu = problem.permeability
    expected = stiffness_matrix(problem.space, mu.x.array[mu.function_space.dofmap.list[:, 0]])
    cells = femesh.cell_tags.find(femesh.regions["left"])
    A = stiffness_matrix(problem.space, np.ones(femesh.mesh.geometry.dofmaps[0].shape[0]))
    part = TensorStiffness(problem.space, cells, 4)
    tensors = np.broadcast_to(6.0 * np.eye(3), (*part.weights.shape, 3, 3)).copy()
    TensorUpdate(part, A).set(tensors)
    scale = expected.norm()
    A.axpy(-1.0, expected)
    assert A.norm() < 1e-14 * scale


def test_weights_and_points_integrate_over_the_cube() -> None:
    space = potential.build(shaken_cube(MPI.COMM_SELF), 2, {}, []).space
    part = TensorStiffness(space, np.arange(6 * 27), 4)
    assert part.weights.sum() == pytest.approx(1.0, rel=1e-13)
    moments = np.einsum("cq,cqk->k", part.weights, part.points**4)
    np.testing.assert_allclose(moments, 0.2, rtol=1e-13)


def test_gradients_of_a_polynomial_are_exact() -> None:
    femesh = shaken_cube(MPI.COMM_SELF)
    from dolfinx import fem

    space = fem.functionspace(femesh.mesh, ("Lagrange", 3))
    u = fem.Function(space)
    u.interpolate(lambda x: x[0] ** 3 + 2 * x[1] * x[2] ** 2)
    part = TensorStiffness(space, np.arange(20), 4)
    x, y, z = np.moveaxis(part.points, -1, 0)
    expected = np.stack([3 * x**2, 2 * z**2, 4 * y * z], axis=-1)
    np.testing.assert_allclose(part.gradients(u.x.array), expected, atol=1e-12)


def test_a_matrix_from_elsewhere_is_refused() -> None:
    femesh = shaken_cube(MPI.COMM_SELF)
    from dolfinx import fem

    coarse = fem.functionspace(femesh.mesh, ("Lagrange", 1))
    fine = fem.functionspace(femesh.mesh, ("Lagrange", 2))
    with pytest.raises(ValueError, match="stiffness_matrix"):
        TensorUpdate(TensorStiffness(fine, np.arange(3), 2), interpolation(coarse, fine))


@pytest.mark.mpi
@pytest.mark.parametrize("ranks", [2, 3])
def test_ranks_give_the_matrix_of_the_general_assembler(ranks: int) -> None:
    run_on_ranks(__file__, ranks=ranks)


def compare_on_all_ranks() -> None:
    """Both assemblies and the interpolation of `solvers.assembly.stiffness`, on the world."""
    from dolfinx.fem import petsc

    world = MPI.COMM_WORLD
    for order in (1, 3):
        matrix, wrong, vector = differences(world, order)
        if not (matrix < 1e-13 < 1e-2 < wrong and vector < 1e-13):
            raise SystemExit(f"order {order}: {matrix:.1e}, {wrong:.1e}, {vector:.1e}")
        problem = potential.build(shaken_cube(world), order, {"left": 7.0}, [])
        expected = petsc.assemble_matrix(
            potential_forms.bilinear_form(problem.space, problem.permeability, "robin", np.zeros(3))
        )
        expected.assemble()
        A = potential.assemble(problem, "robin", np.zeros(3), problem.space)
        nonzeros = [M.getInfo(M.InfoType.GLOBAL_SUM)["nz_used"] for M in (A, expected)]
        A.axpy(-1.0, expected)
        if nonzeros[0] != nonzeros[1] or A.norm() > 1e-13 * expected.norm():
            raise SystemExit(f"order {order}: {nonzeros}, {A.norm() / expected.norm():.1e}")


if __name__ == "__main__":
    compare_on_all_ranks()

"""NGSolve's side of `benchmarks/iron.py`, as its user would write it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from magcap.constants import MU_0
from magcap.geometry.mesh import FieldMesh
from magcap.library import soft_material
from magcap.solvers.iron import bh_curve

Array = np.ndarray[Any, Any]
REMANENCE = (0.0, 0.0, 1.45)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One solution: wall and CPU time in s, unknowns, Newton steps, force driver in T²/m."""

    wall: float
    cpu: float
    dofs: int
    steps: int
    force: Array


def ngsolve_mesh(mesh: FieldMesh) -> Any:
    """The same mesh in NGSolve, lengths in units of the air's radius about its centre."""
    import ngsolve
    from netgen.meshing import (
        Element2D,
        Element3D,
        FaceDescriptor,
        Mesh as NetgenMesh,
        MeshPoint,
        Pnt,
    )

    tets = mesh.mesh
    scaled = (tets.points - np.asarray(mesh.center)) / mesh.radius
    ng = NetgenMesh(dim=3)
    numbers = [ng.Add(MeshPoint(Pnt(*map(float, x)))) for x in scaled]
    ng.Add(FaceDescriptor(surfnr=1, domin=1, domout=0, bc=1))
    for name, tag in tets.regions.items():
        ng.SetMaterial(tag, name)
    for cell, tag in zip(tets.cells, tets.cell_tags, strict=True):
        a, b, c, d = (numbers[i] for i in cell)
        ng.Add(Element3D(int(tag), [a, c, b, d]))
    outer = tets.facets[tets.facet_tags == tets.boundaries["outer"]]
    for facet in outer:
        ng.Add(Element2D(1, [numbers[i] for i in facet]))
    return ngsolve.Mesh(ng)


def newton(a: Any, pre: Any, u: Any, steps: int = 60, tolerance: float = 1e-6) -> int:
    """NGSolve's Newton's method for an energy, with line search; the number of steps."""
    import ngsolve as ng

    residual, step, trial = (u.vec.CreateVector() for _ in range(3))
    first = 0.0
    for count in range(1, steps + 1):
        a.AssembleLinearization(u.vec)
        a.Apply(u.vec, residual)
        solver = ng.CGSolver(a.mat, pre.mat, tol=1e-3, maxiter=2000)
        step.data = solver * residual
        decrement = abs(ng.InnerProduct(step, residual)) ** 0.5
        first = first or decrement
        energy, tau = a.Energy(u.vec), 1.0
        while tau > 1e-6:
            trial.data = u.vec - tau * step
            if a.Energy(trial) <= energy + 1e-12 * abs(energy):
                break
            tau *= 0.5
        u.vec.data = trial
        if decrement < tolerance * first:
            return count
    raise RuntimeError("NGSolve's Newton's method did not converge")


def curve(by_flux: bool) -> Any:
    """The steel's energy density as a spline of B, or its co-energy density of μ0H, in T²."""
    import ngsolve as ng

    table = bh_curve.build(soft_material("1010 steel"))
    h = np.concatenate([[0.0], np.geomspace(1e-5, 6.0, 150)])
    B, _ = bh_curve.flux_density(table, h / MU_0)
    x, y = (B, h) if by_flux else (h, B)
    return ng.BSpline(2, [0.0, *x.tolist()], y.tolist()).Integrate()


def scalar_runner(
    ng_mesh: Any, mesh: FieldMesh, points: Array, order: int, kind: str
) -> Callable[[], Run]:
    """NGSolve's total scalar potential, H = −∇u, with the preconditioner `kind`."""
    import ngsolve as ng

    def run() -> Run:
        wall, cpu = time.perf_counter(), time.process_time()
        space = ng.H1(ng_mesh, order=order)
        u = space.TrialFunction()
        field = ng.grad(u)
        a = ng.BilinearForm(space, symmetric=True)
        a += ng.Variation(0.5 * field * field * ng.dx("air|magnet_1"))
        density = curve(by_flux=False)
        a += ng.Variation(density(ng.sqrt(1e-16 + field * field)).Compile() * ng.dx("iron_1"))
        a += ng.Variation(-ng.CF(REMANENCE) * field * ng.dx("magnet_1"))
        surface = ng.grad(u).Trace()
        a += ng.Variation((0.75 * u * u + 0.125 * surface * surface) * ng.ds)
        pre = ng.Preconditioner(a, kind)
        solution = ng.GridFunction(space)
        steps = newton(a, pre, solution)
        spent = time.perf_counter() - wall, time.process_time() - cpu
        gradient, hessian = ng.grad(solution), solution.Operator("hesse")
        force = np.empty_like(points)
        for row, x in enumerate((points - np.asarray(mesh.center)) / mesh.radius):
            at = ng_mesh(*map(float, x))
            force[row] = np.reshape(hessian(at), (3, 3)) @ np.array(gradient(at)) / mesh.radius
        return Run(wall=spent[0], cpu=spent[1], dofs=space.ndof, steps=steps, force=force)

    return run


def vector_runner(
    ng_mesh: Any, mesh: FieldMesh, points: Array, order: int, kind: str
) -> Callable[[], Run]:
    """NGSolve's vector potential, B = curl u, one order lower for the same order of B."""
    import ngsolve as ng

    def run() -> Run:
        wall, cpu = time.perf_counter(), time.process_time()
        space = ng.HCurl(ng_mesh, order=order - 1, nograds=True)
        u = space.TrialFunction()
        B = ng.curl(u)
        a = ng.BilinearForm(space, symmetric=True)
        a += ng.Variation(0.5 * B * B * ng.dx("air|magnet_1"))
        density = curve(by_flux=True)
        a += ng.Variation(density(ng.sqrt(1e-16 + B * B)).Compile() * ng.dx("iron_1"))
        a += ng.Variation(0.5e-6 * u * u * ng.dx)
        a += ng.Variation(-ng.CF(REMANENCE) * B * ng.dx("magnet_1"))
        a += ng.Variation(0.5 * u.Trace() * u.Trace() * ng.ds)
        pre = ng.Preconditioner(a, kind)
        solution = ng.GridFunction(space)
        steps = newton(a, pre, solution)
        spent = time.perf_counter() - wall, time.process_time() - cpu
        flux = ng.GridFunction(ng.VectorL2(ng_mesh, order=order - 1))
        flux.Set(ng.curl(solution))
        slope = ng.Grad(flux)
        force = np.empty_like(points)
        for row, x in enumerate((points - np.asarray(mesh.center)) / mesh.radius):
            at = ng_mesh(*map(float, x))
            force[row] = np.reshape(slope(at), (3, 3)).T @ np.array(flux(at)) / mesh.radius
        return Run(wall=spent[0], cpu=spent[1], dofs=space.ndof, steps=steps, force=force)

    return run

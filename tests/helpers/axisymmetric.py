"""An independent solver for bodies of revolution: NGSolve in the (ρ, z) plane, order 5.

Magnet along z and iron on the axis, one piece of geometry each; scalar potential φ, H = −∇φ,
stationary point of 2π∫[w(|H|) + Br·H] ρ dρ dz with the co-energy w(h) = ∫₀ʰ B(h') dh' of the
material (a quadratic spline with 3 000 knots), by NGSolve's Newton with line search. The air
reaches to 40 times the size, where φ = 0. Shares with magcap the B-H curve and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from magcap.arrays import FloatArray

MU_0 = 1.25663706127e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Revolved:
    """A body of revolution: corners (ρ, z) of its section in m, counter-clockwise."""

    corners: tuple[tuple[float, float], ...]


def _ngsolve() -> Any:
    """NGSolve, or the reason why the test is skipped."""
    import pytest

    return pytest.importorskip(
        "ngsolve", reason="NGSolve, the independent solver, is in the dependency group bench"
    )


def solve(
    magnet: Revolved,
    remanence: float,
    recoil: float,
    iron: Revolved | None,
    curve: Callable[[FloatArray], FloatArray],
    *,
    size: float,
    order: int = 5,
) -> Callable[[FloatArray], tuple[FloatArray, FloatArray]]:
    """The field of a magnet with iron: from points in m, shape (n, 3), to B and ½∇|B|².

    Parameters
    ----------
    magnet, iron : Revolved
        They may share an edge.
    remanence, recoil : float
        Along z in T; relative permeability.
    curve : callable
        B in T at field strengths in A/m of the iron.
    size : float
        Largest cell near the bodies in m; a tenth of it at the corners.
    """
    ng = _ngsolve()

    mesh = _mesh(magnet, iron, size)
    V = ng.H1(mesh, order=order, dirichlet="far")
    psi, trial = ng.GridFunction(V), V.TrialFunction()  # ψ = μ0 φ in T m
    H = -ng.grad(trial)
    weight = 2.0 * np.pi * ng.x
    a = ng.BilinearForm(V, symmetric=True)
    linear = mesh.MaterialCF({"magnet": recoil}, default=1.0)
    outside = mesh.Materials("air|magnet")
    Br = mesh.MaterialCF({"magnet": remanence}, default=0.0)
    a += ng.Variation(
        weight * (0.5 * linear * H * H + Br * H[1]) * ng.dx(definedon=outside, bonus_intorder=2)
    )
    if iron is not None:
        knots = np.concatenate([[0.0] * 3, np.geomspace(1.0, 1e9, 3000), [1e9] * 2])
        middles = np.array([knots[i + 1 : i + 3].mean() for i in range(len(knots) - 3)])
        spline = ng.BSpline(3, (MU_0 * knots).tolist(), curve(middles).tolist())
        density = spline.Integrate()(ng.sqrt(H * H + 1e-20))
        a += ng.Variation(
            weight * density * ng.dx(definedon=mesh.Materials("iron"), bonus_intorder=4)
        )
    _minimise(a, psi, V)
    return lambda points: _sample(mesh, psi, points)


def _minimise(a: Any, psi: Any, V: Any) -> None:
    """Newton's method with the step that makes the energy least."""
    from scipy.optimize import minimize_scalar

    residual, trial = psi.vec.CreateVector(), psi.vec.CreateVector()
    step = psi.vec.CreateVector()
    scale = 0.0
    for _ in range(200):
        a.AssembleLinearization(psi.vec)
        a.Apply(psi.vec, residual)
        step.data = a.mat.Inverse(V.FreeDofs(), inverse="sparsecholesky") * residual
        decrement = float(np.sqrt(abs(step.InnerProduct(residual))))
        scale = max(scale, decrement)
        if decrement < 1e-7 * scale:
            return

        def energy(alpha: float) -> float:
            trial.data = psi.vec - alpha * step
            return float(a.Energy(trial))

        alpha = minimize_scalar(energy, bracket=(0.0, 1.0), tol=1e-2, options={"maxiter": 20}).x
        psi.vec.data -= alpha * step
    raise RuntimeError(f"the independent solver did not converge: {decrement / scale:.1e}")


def _mesh(magnet: Revolved, iron: Revolved | None, size: float) -> Any:
    ng = _ngsolve()
    from netgen.occ import Glue, OCCGeometry, WorkPlane, X

    extent = max(max(abs(c) for c in corner) for b in (magnet, iron) if b for corner in b.corners)

    def face(body: Revolved, name: str) -> Any:
        plane = WorkPlane().MoveTo(*body.corners[0])
        for corner in (*body.corners[1:], body.corners[0]):
            plane = plane.LineTo(*corner)
        shape = plane.Face()
        shape.faces.name, shape.faces.maxh = name, size
        for vertex in shape.vertices:
            vertex.maxh = 0.05 * size
        return shape

    def disc(radius: float) -> Any:
        half = WorkPlane().MoveTo(0, -radius).Rectangle(radius, 2 * radius).Face()
        return WorkPlane().Circle(0, 0, radius).Face() * half

    parts = [face(magnet, "magnet")] + ([face(iron, "iron")] if iron is not None else [])
    far, near = disc(40 * extent), disc(2.5 * extent)
    far.edges.name = "far"
    far.edges[1e-9 * extent >= X].name = "axis"
    near.faces.maxh = 2 * size
    for part in parts:
        near, far = near - part, far - part
    near.faces.name = "air"
    near.faces.maxh = 2 * size
    outer = far - disc(2.5 * extent)
    outer.faces.name = "air"
    geometry = OCCGeometry(Glue([outer, near, *parts]), dim=2)
    return ng.Mesh(geometry.GenerateMesh(maxh=8 * extent, grading=0.25))


def _sample(mesh: Any, psi: Any, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """B and ½∇|B|² in air: B_ρ ∂B + … of the two components, turned to x and y."""
    ng = _ngsolve()

    rho = np.hypot(points[:, 0], points[:, 1])
    at = mesh(rho, points[:, 2])
    B = -np.asarray(ng.grad(psi)(at)).reshape(-1, 2)
    G = -np.asarray(psi.Operator("hesse")(at)).reshape(-1, 2, 2)
    force = np.einsum("ni,nij->nj", B, G)
    direction = points[:, :2] / np.maximum(rho, 1e-300)[:, None]

    def turned(v: FloatArray) -> FloatArray:
        return np.column_stack([direction * v[:, :1], v[:, 1]])

    return turned(B), turned(force)

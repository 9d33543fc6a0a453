"""Fully developed flow in a curved tube, solved in its section: the other way for bent tubes.

A torus-like tube of radius 1 whose axis has the radius R_0 = 1/δ, driven along its axis by the
gradient G R_0/R: the flow does not change from section to section, so that with R the distance from
the axis of the torus (Berger, Talbot, Yao, Annu. Rev. Fluid Mech. 15 (1983) 461)

    v·∇w + v_R w/R = G R_0/R + ν(∇²w − w/R²)
    v·∇v_R − w²/R = −∂p/∂R + ν(∇²v_R − v_R/R²)
    v·∇v_Z = −∂p/∂Z + ν∇²v_Z
    ∂(R v_R)/∂R + R ∂v_Z/∂Z = 0.

P3 velocities, P2 pressure on the curved upper half of the section, full Newton, mean of w given.
Nothing of it is used by the solver: neither its forms nor its elements, mesh or iteration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from mpi4py import MPI

import magcap.solvers.fem  # noqa: F401  # finds the libraries of DOLFINx

WALL, MIDDLE = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Dean:
    """Over those of Poiseuille flow in a straight tube.

    Attributes
    ----------
    friction : float
        Gradient of the pressure along the axis.
    outside, inside : float
        Axial wall shear stress where the tube is farthest from the axis of the torus, and nearest.
    secondary : float
        Largest wall shear stress of the secondary flow.
    fastest : float
        Largest axial velocity over the mean.
    """

    friction: float
    outside: float
    inside: float
    secondary: float
    fastest: float


def half_disc(size: float) -> Any:
    """Third-order mesh of the upper half of the unit disc, finer at the wall."""
    import gmsh
    from dolfinx.io import gmsh as dolfinx_gmsh

    gmsh.initialize()
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        geo = gmsh.model.geo
        centre = geo.addPoint(0, 0, 0, size)
        right, top, left = (geo.addPoint(x, y, 0, 0.5 * size) for x, y in ((1, 0), (0, 1), (-1, 0)))
        arcs = [geo.addCircleArc(right, centre, top), geo.addCircleArc(top, centre, left)]
        lines = [geo.addLine(left, centre), geo.addLine(centre, right)]
        face = geo.addPlaneSurface([geo.addCurveLoop([*arcs, *lines])])
        geo.synchronize()
        gmsh.model.addPhysicalGroup(1, arcs, WALL)
        gmsh.model.addPhysicalGroup(1, lines, MIDDLE)
        gmsh.model.addPhysicalGroup(2, [face], 1)
        gmsh.model.mesh.generate(2)
        gmsh.model.mesh.setOrder(3)
        return dolfinx_gmsh.model_to_mesh(gmsh.model, MPI.COMM_SELF, 0, gdim=2)
    finally:
        gmsh.finalize()


def dean_flow(dean: float, curvature: float, *, size: float = 0.15) -> Dean:
    """At De = 2aU/ν √(a/R_0) and a/R_0 = `curvature`.

    Mean velocity, density and radius are 1.
    """
    section = _Section(half_disc(size), curvature)
    count = int(np.ceil(dean / 40.0))
    for step in dean * np.arange(1, count + 1) / count:
        section.solve(2.0 * np.sqrt(curvature) / step)
    return section.numbers()


class _Section:
    """Unknowns (v_R, v_Z, w, p) on the half section, and the gradient G."""

    def __init__(self, data: Any, curvature: float) -> None:
        import basix.ufl
        import ufl
        from dolfinx import fem

        self.mesh, self.tags = data.mesh, data.facet_tags
        cell = self.mesh.basix_cell()
        pair = basix.ufl.element("Lagrange", cell, 3, shape=(2,))
        one = basix.ufl.element("Lagrange", cell, 3)
        self.V = fem.functionspace(
            self.mesh,
            basix.ufl.mixed_element([pair, one, basix.ufl.element("Lagrange", cell, 2)]),
        )
        self.x = fem.Function(self.V)
        self.nu, self.G = fem.Constant(self.mesh, 1.0), fem.Constant(self.mesh, 1.0)
        y = ufl.SpatialCoordinate(self.mesh)
        self.R_0 = 1.0 / curvature
        self.R = self.R_0 + y[0]
        F, drive, mean = self._forms()
        self._F, self._J = fem.form(F), fem.form(ufl.derivative(F, self.x))
        self._drive, self._mean = fem.assemble_vector(fem.form(drive)).array.copy(), mean
        self._mean_row = fem.assemble_vector(fem.form(ufl.derivative(mean, self.x))).array.copy()
        self._fixed = self._fixed_dofs()

    def _forms(self) -> tuple[Any, Any, Any]:
        """Residual, ∂residual/∂G, and ∫w over the half section."""
        import ufl

        v, w, p = ufl.split(self.x)
        a, b, q = ufl.TestFunctions(self.V)
        R, nu = self.R, self.nu
        dx = ufl.dx(metadata={"quadrature_degree": 10})
        grad, inner, dot = ufl.grad, ufl.inner, ufl.dot
        divergence = R * ufl.div(v) + v[0]
        F = R * (dot(dot(grad(v), v), a) + nu * inner(grad(v), grad(a))) * dx
        F += (nu * v[0] * a[0] / R - w**2 * a[0] - p * (R * ufl.div(a) + a[0])) * dx
        F += (R * (dot(v, grad(w)) * b + nu * dot(grad(w), grad(b)))) * dx
        F += (v[0] * w * b + nu * w * b / R - self.G * self.R_0 * b - q * divergence) * dx
        return F, -self.R_0 * b * dx, w * dx

    def _fixed_dofs(self) -> Any:
        """Velocities at the wall, v_Z in the middle, one pressure."""
        from dolfinx import fem

        find = fem.locate_dofs_topological
        wall, middle = self.tags.find(WALL), self.tags.find(MIDDLE)
        velocity, axial = self.V.sub(0), self.V.sub(1)
        pressure, _ = self.V.sub(2).collapse()
        one = fem.locate_dofs_geometrical(
            (self.V.sub(2), pressure), lambda x: np.hypot(x[0] - 1.0, x[1]) < 1e-9
        )[0]
        return np.unique(
            np.concatenate(
                [
                    find(velocity, 1, wall),
                    find(axial, 1, wall),
                    find(velocity.sub(1), 1, middle),
                    one[:1],
                ]
            )
        )

    def solve(self, nu: float) -> None:
        """Newton's method from the last flow, the mean velocity 1."""
        from dolfinx import fem
        from scipy.sparse import diags_array, eye_array
        from scipy.sparse.linalg import splu

        self.nu.value = nu
        if not self.x.x.array.any():
            self.G.value = 8.0 * nu
        free = np.ones(len(self.x.x.array))
        free[self._fixed] = 0.0
        D = diags_array(free)
        for _ in range(30):
            F = free * fem.assemble_vector(self._F).array
            excess = fem.assemble_scalar(fem.form(self._mean)) - np.pi / 2
            if np.linalg.norm(F) < 1e-11 * self.R_0 and abs(excess) < 1e-11:
                return
            J = fem.assemble_matrix(self._J).to_scipy()
            lu = splu((D @ J @ D + (eye_array(len(free)) - D)).tocsc())
            step, response = -lu.solve(F), -lu.solve(free * self._drive)
            row = free * self._mean_row
            change = (-excess - row @ step) / (row @ response)
            self.x.x.array[:] += step + change * response
            self.G.value += change
        raise RuntimeError(f"Newton's method did not converge: {np.linalg.norm(F):.1e}")

    def numbers(self) -> Dean:
        """Stresses by the gradients at the wall, P3."""
        import ufl
        from dolfinx import fem

        v, w, _ = ufl.split(self.x)
        W = fem.functionspace(self.mesh, ("DG", 2, (3, 2)))
        slopes = fem.Function(W)
        rows = ufl.as_matrix([[ufl.grad(f)[i] for i in range(2)] for f in (v[0], v[1], w)])
        slopes.interpolate(fem.Expression(rows, W.element.interpolation_points))
        at = W.tabulate_dof_coordinates()[:, :2]
        wall = np.hypot(*at.T) > 1 - 1e-6
        at = at[wall]
        normal = np.einsum("kij,kj->ki", slopes.x.array.reshape(-1, 3, 2)[wall], at)
        around = np.abs(at[:, 0] * normal[:, 1] - at[:, 1] * normal[:, 0])
        axial = -normal[:, 2] / 4.0
        return Dean(
            friction=float(self.G.value / (8.0 * self.nu.value)),
            outside=float(axial[at[:, 0] > 1 - 1e-6].mean()),
            inside=float(axial[at[:, 0] < -1 + 1e-6].mean()),
            secondary=float(around.max() / 4.0),
            fastest=float(self.x.sub(1).collapse().x.array.max()),
        )

"""The concentration of a suspension: ∇·(n(w + v)) = D∇²n by discontinuous elements of order 1.

    −∫n β·∇φ + D∫∇n·∇φ + Σ_facets ∫n↑ β·n [φ] − D∫({∇n}·n [φ] + {∇φ}·n [n]) + D σ/h ∫[n][φ]
        + ∫_boundary max(β·n, 0) n φ = −∫_inlets min(β·n, 0) n_in φ

β = w + v, w the divergence-free velocity of the blood (`magcap.solvers.solenoidal`), v the drift of
the carriers, n↑ the value upstream. Upwind fluxes (Lesaint and Raviart 1974), diffusion by a
symmetric interior penalty (Arnold 1982). Conservative in every cell; a uniform n stays uniform
where carriers do not drift. What drifts onto the wall is captured there, nothing comes from it;
inlets carry n_in β·n, by outlets n leaves as it is, and returning blood is clear.

The matrix is solved on one rank: interior facets between ranks need ghost cells, and it is small
beside that of the flow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import CarrierStream
from magcap.geometry.mesh import Lumen, Opening
from magcap.solvers.fem import JIT_OPTIONS, set_nodes, to_dolfinx

from .cells import corner_weights, limited
from .discrete import TransportSystem, per_cell

#: Quadrature degrees of cells and facets: ŵ P2, n and φ P1.
_DEGREE = 5
#: Of inlets, where n_in jumps.
_JUMP_DEGREE = 10
#: Penalty of the jumps over D/h, h the height over the facet: the trace inequality of order 1 on a
#: tetrahedron, (p + 1)(p + 3)/3 |F|/|K| (Warburton and Hesthaven 2003), |F|/|K| = 3/h.
_PENALTY = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Where carriers come in.

    Attributes
    ----------
    inlets : tuple of str
    stream : CarrierStream or None
        The part of the inlet; None for all of it.
    crowding : bool
        Whether their drift may gather carriers beyond what enters, ∇·v < 0: those that the field
        pushes out. Of pulled ones ∇·v ≥ 0, as ∇²|B| ≥ 0.
    """

    inlets: tuple[str, ...]
    stream: CarrierStream | None = None
    crowding: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transported:
    """A concentration relative to that in the blood which enters with carriers.

    Attributes
    ----------
    values : ndarray, shape (m, 4)
        At the corners of every cell of the lumen.
    flows : mapping of str to float
        Carriers out through each boundary, the wall among them, over the concentration that
        enters, in m³/s; negative where they come in.
    means : mapping of str to float
        Concentration of what leaves by each opening, its mean over the flow; 0 where nothing does.
    iterations : int
        Of the linear solver.
    """

    values: FloatArray
    flows: Mapping[str, float]
    means: Mapping[str, float]
    iterations: int

    @property
    def inflow(self) -> float:
        """Blood with carriers that enters, in m³/s: what flows in anywhere."""
        return -sum(flow for flow in self.flows.values() if flow < 0.0)

    @property
    def imbalance(self) -> float:
        """|sum of flows| over what enters."""
        entered = self.inflow
        return abs(sum(self.flows.values())) / entered if entered > 0.0 else 0.0


class Transport:
    """The concentration in one lumen for several velocities; owns PETSc memory.

    Parameters
    ----------
    lumen : Lumen
    entry : Entry
    drift : ndarray, shape (n, 3)
        Of the carriers at the nodes in m/s.
    diffusivity : float
        In m²/s.
    speed : float
        Unit of velocities in m/s.
    """

    def __init__(
        self, lumen: Lumen, entry: Entry, drift: FloatArray, *, diffusivity: float, speed: float
    ) -> None:
        from dolfinx import fem
        from mpi4py import MPI

        self._lumen, self._length, self._speed = lumen, lumen.inlet.radius, speed
        self._femesh = to_dolfinx(lumen.mesh, MPI.COMM_SELF, length_scale=self._length)
        msh = self._femesh.mesh
        self._reference = fem.Function(fem.functionspace(msh, ("DG", 2, (3,))))
        slip = fem.Function(fem.functionspace(msh, ("Lagrange", 2, (3,))))
        set_nodes(slip, self._femesh, drift / speed)
        self._beta = (self._reference, slip)
        self._spread = fem.Constant(msh, diffusivity / (speed * self._length))
        self._weights = corner_weights(lumen)
        self._most = np.inf if entry.crowding else 1.0
        self._names = ("wall", *(one.name for one in lumen.openings))
        self._open = {name: fem.Constant(msh, 1.0) for name in entry.inlets}
        self._system = TransportSystem(*self._forms(entry))
        self._gauges = self._gauge_forms()

    def close(self) -> None:
        """Free the matrix."""
        self._system.destroy()

    def solve(self, reference: FloatArray) -> Transported:
        """The concentration in the blood of the divergence-free velocity `reference`.

        Parameters
        ----------
        reference : ndarray, shape (m, 10, 3)
            In m³/s (`magcap.solvers.solenoidal`).

        Raises
        ------
        SolverError
            If the linear system is not solved.
        """
        scale = self._speed * self._length**2
        per_cell(self._reference, self._femesh, reference / scale)
        iterations = self._system.solve()
        n = self._system.n
        values = np.empty((len(self._lumen.mesh.cells), 4))
        values[self._femesh.input_cells] = n.x.array[n.function_space.dofmap.list]
        flows, means = self._balance(scale)
        return Transported(
            values=limited(values, self._weights, most=self._most),
            flows=flows,
            means=means,
            iterations=iterations,
        )

    def _velocity(self) -> Any:
        """β = J ŵ/det J + v."""
        import ufl

        msh = self._femesh.mesh
        w, slip = self._beta
        return ufl.dot(ufl.Jacobian(msh), w) / ufl.JacobianDeterminant(msh) + slip

    def _forms(self, entry: Entry) -> tuple[Any, Any, Any]:
        """Left and right side, and the space of n."""
        import ufl
        from dolfinx import fem

        msh = self._femesh.mesh
        V = fem.functionspace(msh, ("DG", 1))
        n, phi = ufl.TrialFunction(V), ufl.TestFunction(V)
        normal, beta = ufl.FacetNormal(msh), self._velocity()
        dx, dS, ds = (
            ufl.Measure(kind, msh, metadata={"quadrature_degree": _DEGREE})
            for kind in ("dx", "dS", "ds")
        )
        outwards = positive(ufl.dot(beta, normal))
        through = ufl.dot(ufl.avg(beta), normal("+"))
        upwind = positive(through) * n("+") - positive(-through) * n("-")
        left = (
            -n * ufl.dot(beta, ufl.grad(phi)) * dx
            + upwind * ufl.jump(phi) * dS
            + outwards * n * phi * ds
            + self._spreading(n, phi, dx, dS)
        )
        return left, self._entering(entry, phi, beta, normal), V

    def _spreading(self, n: Any, phi: Any, dx: Any, dS: Any) -> Any:
        """Diffusion by the symmetric interior penalty."""
        import ufl

        msh, D = self._femesh.mesh, self._spread
        normal = ufl.FacetNormal(msh)
        steepness = ufl.dot(ufl.JacobianInverse(msh), normal)
        inverse_height = ufl.avg(ufl.sqrt(ufl.dot(steepness, steepness)))
        across = (
            ufl.dot(ufl.avg(ufl.grad(n)), normal("+")) * ufl.jump(phi)
            + ufl.dot(ufl.avg(ufl.grad(phi)), normal("+")) * ufl.jump(n)
            - _PENALTY * inverse_height * ufl.jump(n) * ufl.jump(phi)
        )
        return D * ufl.dot(ufl.grad(n), ufl.grad(phi)) * dx - D * across * dS

    def _entering(self, entry: Entry, phi: Any, beta: Any, normal: Any) -> Any:
        """−∫min(β·n, 0) n_in φ over the inlets."""
        import ufl

        femesh = self._femesh
        ds = ufl.Measure(
            "ds",
            femesh.mesh,
            subdomain_data=femesh.facet_tags,
            metadata={"quadrature_degree": _JUMP_DEGREE},
        )
        inwards, total = positive(-ufl.dot(beta, normal)), 0
        for end in self._lumen.inlets:
            if end.name in self._open:
                part = self._open[end.name] * self._inside(entry.stream, end)
                total += inwards * part * phi * ds(femesh.boundaries[end.name])
        return total

    def _inside(self, stream: CarrierStream | None, end: Opening) -> Any:
        """1 in the stream, 0 beside it."""
        import ufl
        from dolfinx import fem

        msh = self._femesh.mesh
        if stream is None:
            return fem.Constant(msh, 1.0)
        away = ufl.SpatialCoordinate(msh) - fem.Constant(
            msh, np.array(stream.center) / self._length
        )
        along = ufl.dot(away, fem.Constant(msh, np.array(end.normal)))
        radius = fem.Constant(msh, stream.radius / self._length)
        return ufl.conditional(ufl.lt(ufl.dot(away, away) - along**2, radius**2), 1.0, 0.0)

    def _gauge_forms(self) -> tuple[Any, Any, dict[str, Any]]:
        """What leaves by one boundary, carriers and blood, chosen by constants."""
        import ufl
        from dolfinx import fem

        femesh, n = self._femesh, self._system.n
        msh = femesh.mesh
        ds = ufl.Measure(
            "ds",
            msh,
            subdomain_data=femesh.facet_tags,
            metadata={"quadrature_degree": _DEGREE},
        )
        chosen = {name: fem.Constant(msh, 0.0) for name in self._names}
        outwards = positive(ufl.dot(self._velocity(), ufl.FacetNormal(msh)))
        parts = [(chosen[name], ds(femesh.boundaries[name])) for name in self._names]
        carriers = sum(one * outwards * n * part for one, part in parts)
        blood = sum(one * outwards * part for one, part in parts)
        made = (fem.form(form, jit_options=JIT_OPTIONS) for form in (carriers, blood))
        return next(made), next(made), chosen

    def _balance(self, scale: float) -> tuple[dict[str, float], dict[str, float]]:
        """Flows out by boundary in m³/s, and means of what leaves by the openings."""
        from dolfinx import fem

        carriers, blood, chosen = self._gauges
        entered = self._entered()
        flows, means = {}, {}
        for name, one in chosen.items():
            one.value = 1.0
            out, rate = (float(fem.assemble_scalar(form)) for form in (carriers, blood))
            one.value = 0.0
            flows[name] = scale * (out - entered.get(name, 0.0))
            means[name] = out / rate if rate > 0.0 else 0.0
        return flows, means

    def _entered(self) -> dict[str, float]:
        """What enters by each inlet that carries anything: the right side, the others closed."""
        found = {}
        for name in self._open:
            for other, factor in self._open.items():
                factor.value = float(other == name)
            found[name] = self._system.right_sum()
        for factor in self._open.values():
            factor.value = 1.0
        return found


def positive(value: Any) -> Any:
    """max(value, 0)."""
    return 0.5 * (value + abs(value))

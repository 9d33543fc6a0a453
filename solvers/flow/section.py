"""The inlet as a plane section of a straight vessel: developed flow of any law, steady or pulsed.

Along a straight vessel of direction a the velocity is w a with

    −∇·(μ(|∇w|) ∇w) = G                    steady: the law's own profile
    iωρ w − ∇·(μ ∇w) = G                    each harmonic of a pulse (Womersley)

on the section across a, w = 0 at its rim, G such that the flow rate is the one asked for. P2
elements on the inlet's curved facets, projected along a: the facets need neither lie across the
vessel nor in a plane, as w does not change along a. Some thousand unknowns in NumPy, on every rank.

a is the mean inward normal of the facets, unless the wall beside the rim runs in another direction
by more than `OBLIQUE`: then the wall's. Where facets hang over along a, they are measured on
themselves instead of projected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as spla

from magcap.arrays import FloatArray, IntArray
from magcap.errors import SolverError
from magcap.geometry.mesh import Lumen
from magcap.solvers import fem as iso
from magcap.solvers.fem import BoundaryFacets, boundary_facets
from magcap.solvers.laws import ViscosityLaw

#: Angle between wall and normal in degrees that facets of a cap do not tell from zero.
OBLIQUE: Final = 5.0
#: Residual over the driving force that ends Newton's method, and iterations at most.
_TOLERANCE, _MOST = 1e-9, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The inlet's section, in units of `scale`.

    Attributes
    ----------
    nodes : ndarray of int, shape (k,)
        Rows of the lumen mesh's points.
    direction : ndarray, shape (3,)
        a, into the lumen.
    flux : ndarray, shape (k,)
        −∫N_i n·a dS in m²: the flow rate is flux·w, exactly that of the curved facets.
    scale : float
        Length in m.
    local : ndarray of int, shape (m, 6)
        Rows of `nodes` for each facet.
    free : ndarray of int
        Rows of `nodes` off the rim.
    slopes : ndarray, shape (m, q, 6, d)
        Gradients of the shape functions at quadrature points.
    measure : ndarray, shape (m, q)
    """

    nodes: IntArray
    direction: FloatArray
    flux: FloatArray
    scale: float
    local: IntArray
    free: IntArray
    slopes: FloatArray
    measure: FloatArray

    def plug(self) -> FloatArray:
        """1 off the rim."""
        w = np.zeros(len(self.nodes))
        w[self.free] = 1.0
        return w

    def matrix(self, tensor: FloatArray) -> Any:
        """∫K∇w·∇v over free nodes; K (m, q) or (m, q, d, d)."""
        if tensor.ndim == 2:
            local = np.einsum(
                "mq,mqai,mqbi->mab", self.measure * tensor, self.slopes, self.slopes, optimize=True
            )
        else:
            weighted = self.measure[..., None, None] * tensor
            local = np.einsum(
                "mqai,mqij,mqbj->mab", self.slopes, weighted, self.slopes, optimize=True
            )
        return self._assembled(local)

    def mass(self) -> Any:
        """∫w v over free nodes."""
        values = iso.shapes(_rule()[0])
        return self._assembled(
            np.einsum("mq,qa,qb->mab", self.measure, values, values, optimize=True)
        )

    def load(self) -> FloatArray:
        """∫v over free nodes."""
        local = np.einsum("mq,qa->ma", self.measure, iso.shapes(_rule()[0]))
        return np.asarray(np.bincount(self.local.ravel(), local.ravel())[self.free])

    def gradient(self, w: FloatArray) -> FloatArray:
        """∇w at the quadrature points, shape (m, q, d)."""
        return np.asarray(np.einsum("mqai,ma->mqi", self.slopes, w[self.local]))

    def _assembled(self, local: FloatArray) -> Any:
        rows, cols = np.repeat(self.local, 6, axis=1), np.tile(self.local, (1, 6))
        size = len(self.nodes)
        whole = sp.csr_matrix((local.ravel(), (rows.ravel(), cols.ravel())), shape=(size, size))
        return whole[self.free][:, self.free].tocsc()


def section_of(lumen: Lumen, inlet: str | None = None) -> Section:
    """The section of the named inlet of a lumen; without a name of the widest.

    Raises
    ------
    SolverError
        If its facets have no node off the wall.
    """
    mesh, name = lumen.mesh, inlet or lumen.inlet.name
    boundary = boundary_facets(mesh, name)
    nodes = np.unique(boundary.nodes)
    rim = np.isin(nodes, np.unique(mesh.facets_of("wall")))
    if rim.all():
        raise SolverError(
            f"The inlet `{name}` has no node off the wall, so no blood can enter: "
            "use a finer lumen mesh (`mesh.lumen_size`)."
        )
    local = np.searchsorted(nodes, boundary.nodes)
    weights = boundary.flux_weights(mesh.points)  # ∫N_i n dS
    direction = _direction(lumen, weights, nodes[rim])
    flux = -np.bincount(local.ravel(), (weights @ direction).ravel(), len(nodes))
    scale = float(np.ptp(mesh.points[nodes], axis=0).max())
    slopes, measure = _geometry(mesh.points / scale, boundary, direction)
    return Section(
        nodes=nodes,
        direction=direction,
        flux=flux,
        scale=scale,
        local=local,
        free=np.flatnonzero(~rim),
        slopes=slopes,
        measure=measure,
    )


def _direction(lumen: Lumen, weights: FloatArray, rim: IntArray) -> FloatArray:
    """The mean inward normal, or the way along which the wall at the rim runs."""
    outward = weights.sum(axis=(0, 1))
    normal = -outward / np.linalg.norm(outward)
    wall = boundary_facets(lumen.mesh, "wall")
    beside = np.isin(wall.nodes, rim).any(axis=1)
    vectors = wall.outward(lumen.mesh.points, np.full((1, 2), 1.0 / 3.0))[beside, 0]
    size = np.linalg.norm(vectors, axis=1)
    along = np.linalg.eigh(np.einsum("k,ki,kj->ij", 1 / size, vectors, vectors))[1][:, 0]
    along = along * np.sign(along @ normal)
    off = np.degrees(np.arccos(np.clip(along @ normal, -1.0, 1.0)))
    return along if OBLIQUE < off < 60.0 else normal


def _rule() -> tuple[FloatArray, FloatArray]:
    return iso.quadrature(2, 4)


def _geometry(
    points: FloatArray, boundary: BoundaryFacets, direction: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Gradients of the shape functions and the measure, in the plane across `direction`."""
    xi, weights = _rule()
    slopes = iso.shape_gradients(xi)
    across = np.linalg.svd(direction[None])[2][1:]
    flat = np.einsum("mnx,qnj,cx->mqcj", points[boundary.nodes], slopes, across, optimize=True)
    det = boundary.sign[:, None] * np.linalg.det(flat)
    if np.all(det > 0) or np.all(det < 0):
        inverse = np.linalg.inv(flat)
        return np.einsum("qnj,mqjc->mqnc", slopes, inverse), weights * np.abs(det)
    tangents = np.einsum("mnx,qnj->mqxj", points[boundary.nodes], slopes)
    metric = np.einsum("mqxi,mqxj->mqij", tangents, tangents)
    dual = np.einsum("qnj,mqij,mqxi->mqnx", slopes, np.linalg.inv(metric), tangents, optimize=True)
    return dual, weights * np.sqrt(np.linalg.det(metric))


def developed(section: Section, law: ViscosityLaw, flow_rate: float) -> FloatArray:
    """w in m/s at the section's nodes of the law's own steady profile, shape (k,).

    Newton's method on w and G together, with the Newtonian profile as start and steps that are
    halved until the residual falls.

    Raises
    ------
    SolverError
        If it does not converge.
    """
    w = np.zeros(len(section.nodes))
    w[section.free] = spla.spsolve(section.matrix(np.ones_like(section.measure)), section.load())
    w *= flow_rate / (section.flux @ w)
    if law.newtonian:
        return w
    speed = flow_rate / section.flux.sum()
    scaled = law.scaled(
        viscosity=float(law.at_squared((speed / section.scale) ** 2)), time=section.scale / speed
    )
    w, flux = w / speed, section.flux[section.free] / section.flux.sum()
    load = section.load()
    force = float(load @ _resisting(section, scaled, w)) / float(load @ load)
    residual = _resisting(section, scaled, w) - force * load
    for _ in range(_MOST):
        step, drive = _newton_step(section, scaled, w, residual, load, flux)
        length, before = 1.0, np.linalg.norm(residual)
        while True:
            trial, push = w.copy(), force + length * drive
            trial[section.free] += length * step
            residual = _resisting(section, scaled, trial) - push * load
            if np.linalg.norm(residual) < (1 - 1e-4 * length) * before or length < 1e-4:
                break
            length *= 0.5
        w, force = trial, push
        if np.linalg.norm(residual) < _TOLERANCE * force * np.linalg.norm(load):
            return np.asarray(speed * w * (1.0 / (section.flux @ w) * section.flux.sum()))
    raise SolverError(
        "The velocity profile of the inlet was not found in "
        f"{_MOST} Newton steps for this law of the blood; write "
        '`flow.inlet.profile` = "parabolic", or give a smaller `blood.maximum_viscosity`.'
    )


def _resisting(section: Section, law: ViscosityLaw, w: FloatArray) -> FloatArray:
    """∫μ∇w·∇v over free nodes."""
    slope = section.gradient(w)
    mu = np.asarray(law.at_squared(np.einsum("mqi,mqi->mq", slope, slope)))
    local = np.einsum("mq,mqi,mqai->ma", section.measure * mu, slope, section.slopes, optimize=True)
    return np.bincount(section.local.ravel(), local.ravel(), len(section.nodes))[section.free]


def _newton_step(
    section: Section,
    law: ViscosityLaw,
    w: FloatArray,
    residual: FloatArray,
    load: FloatArray,
    flux: FloatArray,
) -> tuple[FloatArray, float]:
    """Steps of w and G that keep the flow rate: K dw = −r + dG f, flux·dw = 0."""
    slope = section.gradient(w)
    squared = np.einsum("mqi,mqi->mq", slope, slope)
    tiny = 1e-30
    mu = law.at_squared(squared + 1j * tiny)
    stretch = 2.0 * np.imag(mu) / tiny
    tensor = np.real(mu)[..., None, None] * np.eye(slope.shape[2]) + stretch[
        ..., None, None
    ] * np.einsum("mqi,mqj->mqij", slope, slope)
    solved = spla.splu(section.matrix(tensor)).solve(np.column_stack([-residual, load]))
    drive = -(flux @ solved[:, 0]) / (flux @ solved[:, 1])
    return solved[:, 0] + drive * solved[:, 1], float(drive)


def pulsed(
    section: Section, viscosity: FloatArray | float, density: float, omegas: FloatArray
) -> FloatArray:
    """Complex w per m³/s of flow rate at the section's nodes for each ω, shape (len(omegas), k).

    Womersley's profiles where the section is a circle: for a flow rate Re(c e^(iωt)) the velocity
    is Re(c w e^(iωt)).

    Parameters
    ----------
    section : Section
    viscosity : ndarray, shape (m, q), or float
        In Pa s, at the quadrature points.
    density : float
        In kg/m³.
    omegas : ndarray, shape (n,)
        In 1/s, above 0.
    """
    mu = np.broadcast_to(viscosity, section.measure.shape)
    mean = float(mu.mean())
    stiffness, mass, load = section.matrix(mu / mean), section.mass(), section.load()
    found = np.zeros((len(omegas), len(section.nodes)), dtype=complex)
    for row, omega in zip(found, omegas, strict=True):
        beat = 1j * omega * density * section.scale**2 / mean
        row[section.free] = spla.spsolve((stiffness + beat * mass).tocsc(), load.astype(complex))
        row /= section.flux @ row
    return found

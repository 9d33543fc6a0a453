"""Velocity at the inlet of any shape, with exactly the flow that was asked for.

The parabolic profile is the fully developed one of the opening: −∇²_s w = 1 on its facets, w = 0
at the rim (Poiseuille's parabola on a circle). It is solved with P2 elements on the curved facets
themselves, in NumPy on every rank (some thousand unknowns), so that it needs no plane opening.
The flow enters along the opening's mean inward normal; the profile is scaled so that the flux
integral ∫u·n dS over the curved facets, which is exact for P2, equals the flow rate.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as spla

from magcap.arrays import FloatArray, IntArray
from magcap.case import Inlet
from magcap.errors import CaseError, SolverError
from magcap.geometry.mesh import Lumen, TetMesh
from magcap.solvers import fem as iso
from magcap.solvers.fem import boundary_facets


def flow_rate_of(inlet: Inlet, area: float) -> float:
    """Flow rate in m³/s that the case asks for at an inlet of `area` in m².

    Raises
    ------
    CaseError
        If none is given, or only a waveform that was not resolved to its mean.
    """
    if inlet.flow_rate is not None:
        return inlet.flow_rate
    if inlet.mean_velocity is not None:
        return inlet.mean_velocity * area
    if inlet.waveform is not None:
        raise CaseError(
            "`flow.inlet.waveform` must be resolved to its mean flow rate before the steady flow "
            "is solved; give `flow.inlet.flow_rate`."
        )
    raise CaseError(
        "`flow.inlet` must give `mean_velocity`, `flow_rate` or `waveform`, got none of them."
    )


def inlet_velocity(lumen: Lumen, *, profile: str, flow_rate: float) -> tuple[IntArray, FloatArray]:
    """Velocity at the nodes of the inlet, 0 on the rim.

    Parameters
    ----------
    lumen : Lumen
    profile : str
        ``"parabolic"`` or ``"plug"``.
    flow_rate : float
        In m³/s.

    Returns
    -------
    nodes : ndarray of int, shape (k,)
        Rows of `lumen.mesh.points`.
    velocity : ndarray, shape (k, 3)
        In m/s; its flux into the lumen is `flow_rate` to rounding.
    """
    mesh = lumen.mesh
    name = lumen.inlet.name
    boundary = boundary_facets(mesh, name)
    nodes = np.unique(boundary.nodes)
    rim = np.isin(nodes, np.unique(mesh.facets_of("wall")))
    if rim.all():
        raise SolverError(
            f"The inlet `{name}` has no node off the wall, so no blood can enter: "
            "use a finer lumen mesh (`mesh.lumen_size`)."
        )
    local = np.searchsorted(nodes, boundary.nodes)
    shape = ~rim * 1.0 if profile == "plug" else _poisson(mesh, boundary.nodes, local, rim)
    weights = boundary.flux_weights(mesh.points)  # ∫N_i n dS
    outward = weights.sum(axis=(0, 1))
    direction = -outward / np.linalg.norm(outward)
    flux = -float(np.einsum("kn,knx,x->", shape[local], weights, direction))
    return nodes, (flow_rate / flux) * shape[:, None] * direction


def _poisson(mesh: TetMesh, facets: IntArray, local: IntArray, rim: np.ndarray) -> FloatArray:
    """w at the inlet's nodes: −∇²_s w = 1, w = 0 on the rim, scaled to a maximum of 1."""
    xi, weights = iso.quadrature(2, 4)
    slopes, values = iso.shape_gradients(xi), iso.shapes(xi)
    scale = np.ptp(mesh.points[facets.ravel()], axis=0).max()
    tangents = np.einsum("knx,qnj->kqxj", mesh.points[facets] / scale, slopes)
    metric = np.einsum("kqxi,kqxj->kqij", tangents, tangents)
    measure = weights * np.sqrt(np.linalg.det(metric))
    stiffness = np.einsum(
        "kq,qai,kqij,qbj->kab", measure, slopes, np.linalg.inv(metric), slopes, optimize=True
    )
    load = np.einsum("kq,qa->ka", measure, values)
    rows, cols = np.repeat(local, 6, axis=1), np.tile(local, (1, 6))
    size = len(rim)
    matrix = sp.csr_matrix((stiffness.ravel(), (rows.ravel(), cols.ravel())), shape=(size, size))
    free = np.flatnonzero(~rim)
    source = np.bincount(local.ravel(), load.ravel(), minlength=size)
    w = np.zeros(size)
    w[free] = spla.spsolve(matrix[free][:, free].tocsc(), source[free])
    return w / w.max()

"""The mechanical power that the blood loses between inlet and outlets.

    P = −Σ_openings ∫(p + ½ρ|u|²) u·n dS

For a steady flow this is what viscosity turns into heat; over a period of a periodic flow the mean
of it is, as the kinetic energy comes back.
"""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen
from magcap.solvers import fem
from magcap.solvers.fem import boundary_facets


def lost_power(
    lumen: Lumen, velocity: FloatArray, pressure: FloatArray, density: float
) -> FloatArray:
    """P in W of one flow or of several, shape (…).

    Parameters
    ----------
    lumen : Lumen
    velocity : ndarray, shape (…, n, 3)
        In m/s, at the nodes.
    pressure : ndarray, shape (…, n)
        In Pa.
    density : float
        In kg/m³.
    """
    xi, weights = fem.quadrature(2, 8)
    values = fem.shapes(xi)
    total = np.zeros(pressure.shape[:-1])
    for opening in lumen.openings:
        facets = boundary_facets(lumen.mesh, opening.name)
        u = np.einsum("qn,...knx->...kqx", values, velocity[..., facets.nodes, :])
        p = np.einsum("qn,...kn->...kq", values, pressure[..., facets.nodes])
        head = p + 0.5 * density * np.einsum("...x,...x->...", u, u)
        out = np.einsum("...x,...x->...", u, facets.outward(lumen.mesh.points, xi))
        total -= np.einsum("q,...kq,...kq->...", weights, head, out)
    return total

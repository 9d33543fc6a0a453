"""Away from the wall: the fluxes of a potential, then components along edges, cell by cell.

What flows out of a cell is taken by fluxes g_f = κ_f (φ_c − φ_c') between neighbours, with κ the
facet's area² over the volumes of both cells; a graph Laplacian gives φ. Then the divergence is
constant in no cell yet: τ = −W⁻¹Dᵀ(DW⁻¹Dᵀ)⁻¹ r along the edges levels it, W the squared lengths.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from magcap.arrays import FloatArray
from magcap.solvers.linalg import SymmetricLU

from .connectivity import Connectivity
from .reference_cell import FLUXES, basis, edge_vectors, nodal_tilt, of_fluxes, tilt


class Rest:
    """All cells away from the wall of one mesh.

    Parameters
    ----------
    links : Connectivity
    jacobian : ndarray, shape (m, 3, 3)
        At the centroids, in units of the mesh size.
    """

    def __init__(self, links: Connectivity, jacobian: FloatArray) -> None:
        self._links = links
        self._parts = links.parts()
        self._cells = np.flatnonzero(~links.near)
        self._facets = np.flatnonzero(links.inner & ~links.near_facets())
        self._weights = self._conductances(jacobian)
        if len(self._facets):
            self._solver = SymmetricLU(self._laplacian())
        self._level = self._levelling(jacobian)

    def change(self, reference: FloatArray, flux: FloatArray) -> FloatArray:
        """Change of the nodal ŵ of all cells, shape (m, 10, 3); parameters as of `WallRegion`."""
        result = np.zeros_like(reference)
        if len(self._facets):
            result += self._balanced(flux)
        if len(self._cells):
            now = (reference + result)[self._cells].reshape(-1, 30)
            r = now @ nodal_tilt().T
            tau = -np.einsum("nej,nj->ne", self._level, r)
            moved = tau @ basis()[:, FLUXES:].T
            result[self._cells] += moved.reshape(-1, 10, 3)
        return result

    def _conductances(self, jacobian: FloatArray) -> FloatArray:
        """κ of each facet."""
        links, volume = self._links, np.linalg.det(jacobian) / 6
        first, second = links.cells[self._facets].T
        side = (links.facet[first] == self._facets[:, None]).argmax(axis=1)
        # area vector of facet i: −½ det J J⁻ᵀ ∂̂λ_i
        inverse = np.linalg.inv(jacobian[first])
        gradient = np.concatenate([-inverse.sum(axis=1, keepdims=True), inverse], axis=1)
        vector = gradient[np.arange(len(first)), side]
        area = 3 * volume[first] * np.linalg.norm(vector, axis=1)
        kappa: FloatArray = area**2 / (volume[first] + volume[second])
        return kappa

    def _laplacian(self) -> sp.csr_array:
        """The graph Laplacian; one cell of every connected part is pinned."""
        links, m = self._links, len(self._links.near)
        one, two = links.cells[self._facets].T
        k = self._weights
        rows, cols = np.concatenate([one, two, one, two]), np.concatenate([one, two, two, one])
        L = sp.csr_array((np.concatenate([k, k, -k, -k]), (rows, cols)), shape=(m, m))
        _, pinned = np.unique(self._parts[self._cells], return_index=True)
        extra = np.zeros(m)
        extra[self._cells[pinned]] = k.mean()
        extra[links.near] = 1.0
        return sp.csr_array(L + sp.diags_array(extra))

    def _balanced(self, flux: FloatArray) -> FloatArray:
        """ŵ of the fluxes that take away what flows out of each cell."""
        links = self._links
        right = np.where(links.near, 0.0, -flux)
        part = self._parts[self._cells]
        mean = np.bincount(part, right[self._cells]) / np.bincount(part)
        right[self._cells] -= mean[part]
        phi = self._solver.solve(right)
        one, two = links.cells[self._facets].T
        g = np.zeros(len(links.cells))
        g[self._facets] = self._weights * (phi[one] - phi[two])
        out = g[links.facet] * links.sign  # out of each facet of each cell
        q = np.zeros((len(out), 4, 6))
        q[:, :, 3:] = 2.0 * out[:, :, None]  # three middles: the total is their sum over 6
        return of_fluxes(q)

    def _levelling(self, jacobian: FloatArray) -> FloatArray:
        """W⁻¹Dᵀ(DW⁻¹Dᵀ)⁻¹ of each cell, shape (n, 6, 3)."""
        D = tilt()[:, FLUXES:]
        edges = np.einsum("nij,ej->nei", jacobian[self._cells], edge_vectors())
        weight = 1.0 / np.einsum("nei,nei->ne", edges, edges)
        left = weight[:, :, None] * D.T[None]
        level: FloatArray = left @ np.linalg.inv(D @ left)
        return level

"""Next to the wall: the smallest change of ŵ that makes it divergence-free.

Unknown are the changes δq of the flux density at the nodes off the wall of every inner facet of the
region R, and the components τ along edges in R and its neighbours E. Minimised is the kinetic
energy of the change in E, Σ ∫ δŵ·(JᵀJ/det J) δŵ dξ (J at the centroid), while the divergence is
constant in every cell of E (three conditions, solved for τ cell by cell) and the flux out of every
cell of R vanishes, and out of every connected part of the rest (multipliers ν):

    [K  Cᵀ] [δq]     [g]
    [C  0 ] [ν ]  = −[b]

The matrix depends on the mesh alone and is factorised once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from magcap.arrays import BoolArray, FloatArray, IntArray
from magcap.solvers.linalg import SymmetricLU

from .connectivity import Connectivity
from .reference_cell import FLUXES, basis, energies, nodal_tilt, tilt, totals

#: Cells treated at once.
CHUNK = 4096
#: Edges on the wall may slip where a cell has too few others, at this price.
SLIP_PRICE = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Local:
    """One cell's answer: [τ; μ] = −(X δq + Y r), with r the tilt of the divergence.

    K = H_qq − Bᵀ X is its part of the matrix.
    """

    X: FloatArray  # (n, 9, 24)
    Y: FloatArray  # (n, 6, 3)
    K: FloatArray  # (n, 24, 24)


class WallRegion:
    """The region next to the wall of one mesh, its matrix factorised.

    Parameters
    ----------
    links : Connectivity
    jacobian : ndarray, shape (m, 3, 3)
        At the centroids, in units of the mesh size.
    """

    def __init__(self, links: Connectivity, jacobian: FloatArray) -> None:
        self._links = links
        facets = links.near_facets()
        self.cells: IntArray = np.unique(links.cells[facets])
        self._unknown = np.full(links.free.shape, -1, dtype=np.int64)
        free = facets[:, None] & links.free
        self._unknown[free] = np.arange(np.count_nonzero(free))
        self._count = int(np.count_nonzero(free))
        self._rows = self._unknowns(self.cells)
        self._X = np.empty((len(self.cells), 9, FLUXES))
        self._Y = np.empty((len(self.cells), 6, 3))
        self._conditions, self._balance = self._flux_conditions()
        self._solver = SymmetricLU(self._matrix(jacobian))

    def change(self, reference: FloatArray, flux: FloatArray) -> FloatArray:
        """Change of the nodal ŵ of all cells, shape (m, 10, 3).

        Parameters
        ----------
        reference : ndarray, shape (m, 10, 3)
            ŵ as it is.
        flux : ndarray, shape (m,)
            Out of each cell.
        """
        r = reference[self.cells].reshape(-1, 30) @ nodal_tilt().T
        load = np.zeros(self._count)
        local = np.einsum("nkq,nk->nq", self._X[:, 6:], r)
        _scatter(load, self._rows, local * self._signs())
        solution = self._solver.solve(np.concatenate([load, -(self._balance @ flux)]))
        padded = np.append(solution[: self._count], 0.0)
        dq = padded[self._rows] * self._signs()
        tau = -np.einsum("nkq,nq->nk", self._X[:, :6], dq) - np.einsum("nkj,nj->nk", self._Y, r)
        moved = np.concatenate([dq, tau], axis=1) @ basis().T
        result = np.zeros_like(reference)
        result[self.cells] = moved.reshape(-1, 10, 3)
        return result

    def _unknowns(self, cells: IntArray) -> IntArray:
        """Numbers of the unknowns of the 24 fluxes of cells; −1: fixed."""
        links = self._links
        rows = self._unknown[links.facet[cells][:, :, None], links.place[cells]]
        return np.asarray(rows.reshape(len(cells), FLUXES))

    def _signs(self) -> FloatArray:
        """Sign of the unknowns in each cell of E, shape (n, 24)."""
        return np.repeat(self._links.sign[self.cells], 6, axis=1)

    def _flux_conditions(self) -> tuple[sp.csr_array, sp.csr_array]:
        """Rows of C, and the same sums of the cells' fluxes; one is left out: they add up to 0."""
        links = self._links
        number = np.full(len(links.near), -1, dtype=np.int64)
        parts = links.parts()
        number[links.near] = np.arange(np.count_nonzero(links.near))
        number[~links.near] = np.count_nonzero(links.near) + parts[~links.near]
        total = int(number.max()) + 1
        sums = totals().sum(axis=0)
        rows = np.broadcast_to(number[self.cells][:, None], self._rows.shape)
        kept = (self._rows >= 0) & (sums != 0)
        values = np.broadcast_to(sums, self._rows.shape) * self._signs()
        C = sp.csr_array((values[kept], (rows[kept], self._rows[kept])), shape=(total, self._count))
        cells = np.arange(len(number))
        balance = sp.csr_array((np.ones(len(number)), (number, cells)), shape=(total, len(number)))
        C.eliminate_zeros()
        used = np.flatnonzero(np.diff(C.indptr) > 0)[:-1]
        return C[used], balance[used]

    def _matrix(self, jacobian: FloatArray) -> sp.csr_array:
        """The whole matrix; what each cell needs later is kept."""
        K = sp.csr_array((self._count, self._count))
        signs = self._signs()
        for start in range(0, len(self.cells), CHUNK):
            part = slice(start, start + CHUNK)
            local = _local(self._links, self.cells[part], jacobian)
            self._X[part], self._Y[part] = local.X, local.Y
            rows, sign = self._rows[part], signs[part]
            values = local.K * sign[:, :, None] * sign[:, None, :]
            i = np.broadcast_to(rows[:, :, None], values.shape)
            j = np.broadcast_to(rows[:, None, :], values.shape)
            kept = (i >= 0) & (j >= 0)
            K = K + sp.csr_array((values[kept], (i[kept], j[kept])), shape=K.shape)
        C = self._conditions
        return sp.csr_array(sp.block_array([[K, C.T], [C, None]], format="csr"))


def _local(links: Connectivity, cells: IntArray, jacobian: FloatArray) -> _Local:
    """Eliminate τ and the conditions on the tilt of the divergence in some cells."""
    H = _energy(jacobian[cells])
    allowed, price = _edges(links, cells)
    n, A = len(cells), np.zeros((len(cells), 9, 9))
    along = H[:, FLUXES:, FLUXES:] * (allowed[:, :, None] * allowed[:, None, :])
    diagonal = np.arange(6)
    along[:, diagonal, diagonal] *= price
    along[:, diagonal, diagonal] += 1.0 - allowed
    D = tilt()[None, :, FLUXES:] * allowed[:, None, :]
    A[:, :6, :6], A[:, 6:, :6], A[:, :6, 6:] = along, D, np.swapaxes(D, 1, 2)
    B = np.empty((n, 9, FLUXES))
    B[:, :6] = H[:, FLUXES:, :FLUXES] * allowed[:, :, None]
    B[:, 6:] = tilt()[:, :FLUXES]
    right = np.concatenate([B, np.broadcast_to(np.eye(9)[:, 6:], (n, 9, 3))], axis=2)
    solved = np.linalg.solve(A, right)
    X = solved[:, :, :FLUXES]
    K = H[:, :FLUXES, :FLUXES] - np.swapaxes(B, 1, 2) @ X
    return _Local(X=X, Y=solved[:, :6, FLUXES:], K=0.5 * (K + np.swapaxes(K, 1, 2)))


def _energy(jacobian: FloatArray) -> FloatArray:
    """∫δŵ·(JᵀJ/det J) δŵ dξ in the flux basis, shape (n, 30, 30)."""
    G = np.swapaxes(jacobian, 1, 2) @ jacobian / np.linalg.det(jacobian)[:, None, None]
    six = np.stack([G[:, a, b] for a, b in ((0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (0, 2))], 1)
    return np.asarray((six @ energies().reshape(6, -1)).reshape(-1, 30, 30))


def _edges(links: Connectivity, cells: IntArray) -> tuple[FloatArray, FloatArray]:
    """Edges of cells along which ŵ may change (1 or 0), and the price of those on the wall.

    On the wall nothing moves; but a cell with all corners on the wall may have too few other edges
    for three conditions.
    """
    on_wall = links.wall_node[cells][:, 4:]
    allowed = np.where(on_wall, 0.0, 1.0)
    D = tilt()[:, FLUXES:]
    spread = np.einsum("ie,ne,je->nij", D, allowed, D)
    poor: BoolArray = np.linalg.eigvalsh(spread)[:, 0] < 1e-6 * np.trace(D @ D.T)
    allowed[poor] = 1.0
    return allowed, np.where(on_wall & poor[:, None], SLIP_PRICE, 1.0)


def _scatter(total: FloatArray, rows: IntArray, values: FloatArray) -> None:
    """Add values to the rows that are not −1, in place."""
    kept = rows >= 0
    total += np.bincount(rows[kept], values[kept], minlength=len(total))

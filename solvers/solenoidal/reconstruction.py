"""The front: from the P2 velocity of a flow to a divergence-free one, step by step.

ŵ = adj J u at the ten nodes of every cell, so that neighbours agree on the flux density at shared
nodes; each opening gets its exact flux ∫u·n dS; the region next to the wall (`wall_region`), then
all other cells (`rest`) are made divergence-free. After Lederer, Linke, Merdon and Schöberl (2017,
SIAM J. Numer. Anal. 55, 1291), who reconstruct test functions of Taylor and Hood's elements in
H(div); here on curved cells by the Piola map, and with a wall.
"""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray, snapshots
from magcap.geometry.mesh import Lumen
from magcap.solvers import fem
from magcap.solvers.results import SolenoidalVelocity

from .connectivity import connectivity
from .reference_cell import GRADIENTS, facet_nodes, of_fluxes
from .rest import Rest
from .wall_region import WallRegion


class Reconstruction:
    """Makes velocities on the mesh of one lumen divergence-free; its matrices are made once.

    Parameters
    ----------
    lumen : Lumen

    Raises
    ------
    SolverError
        If a matrix cannot be factorised.
    """

    def __init__(self, lumen: Lumen) -> None:
        mesh = lumen.mesh
        self._lumen = lumen
        self._links = connectivity(lumen)
        center = fem.cell_jacobians(mesh.points, mesh.cells, np.full((1, 3), 0.25))[:, 0]
        self._length = float(np.mean(np.linalg.det(center)) ** (1 / 3))
        jacobian = center / self._length
        self._wall = WallRegion(self._links, jacobian)
        self._rest = Rest(self._links, jacobian)

    def of(self, velocity: FloatArray) -> FloatArray:
        """ŵ at the nodes of all cells from u at the nodes of the mesh.

        Parameters
        ----------
        velocity : ndarray, shape (n, 3)
            In m/s, 0 on the wall.

        Returns
        -------
        ndarray, shape (m, 10, 3)
            In m³/s: u = J ŵ/det J.
        """
        mesh = self._lumen.mesh
        speed = float(np.abs(velocity).max(initial=0.0)) or 1.0
        scale = speed * self._length**2
        w = fem.contravariant(mesh.points, mesh.cells, velocity) / scale
        w[self._links.wall_node] = 0.0
        w += self._opening_change(w, velocity / scale)
        w += self._wall.change(w, self._flux(w))
        w += self._rest.change(w, self._flux(w))
        result: FloatArray = scale * w
        return result

    def _flux(self, reference: FloatArray) -> FloatArray:
        """Flux out of each cell, shape (m,)."""
        return self._fluxes(reference).sum(axis=1)

    def _fluxes(self, reference: FloatArray) -> FloatArray:
        """Flux out of each facet of each cell, shape (m, 4)."""
        middles = reference[:, facet_nodes()[:, 3:]]
        return np.asarray(-np.einsum("mikx,ix->mi", middles, GRADIENTS) / 6)

    def _opening_change(self, reference: FloatArray, velocity: FloatArray) -> FloatArray:
        """Change that gives every facet of an opening the flux ∫u·n dS of the P2 velocity.

        What the openings together lack is shared among them in proportion to their fluxes, so
        that as much leaves as enters.
        """
        mesh, links = self._lumen.mesh, self._links
        fluxes = self._fluxes(reference)
        rows = [fem.boundary_facets(mesh, opening.name) for opening in self._lumen.openings]
        cells = np.concatenate([part.cells for part in rows])
        nodes = np.concatenate([part.nodes for part in rows])
        exact = np.concatenate(
            [
                np.einsum("knx,knx->k", part.flux_weights(mesh.points), velocity[part.nodes])
                for part in rows
            ]
        )
        through = np.abs(exact).sum()
        exact -= exact.sum() * np.abs(exact) / (through or 1.0)
        side = ~(mesh.cells[cells, :4][:, :, None] == nodes[:, None, :3]).any(axis=2)
        side = side.argmax(axis=1)
        free = ~links.wall_node[cells[:, None], facet_nodes()[side][:, 3:]]
        lack = exact - fluxes[cells, side]
        share = 6 * lack / np.maximum(free.sum(axis=1), 1)
        q = np.zeros((len(mesh.cells), 4, 6))
        q[cells, side, 3:] = share[:, None] * free
        return of_fluxes(q)


def reconstruct(lumen: Lumen, velocity: FloatArray) -> SolenoidalVelocity:
    """The divergence-free velocity of a flow or of its snapshots, see `Reconstruction.of`.

    Parameters
    ----------
    lumen : Lumen
    velocity : ndarray, shape (n, 3) or (times, n, 3)
        At the nodes in m/s.

    Raises
    ------
    SolverError
        If a matrix cannot be factorised.
    """
    mesh, machine = lumen.mesh, Reconstruction(lumen)
    several = velocity.reshape(-1, *velocity.shape[-2:])
    reference, moved, whole = snapshots((len(several), len(mesh.cells), 10, 3)), 0.0, 0.0
    for u, w in zip(several, reference, strict=True):
        before = fem.contravariant(mesh.points, mesh.cells, u)
        w[:] = machine.of(u)
        moved, whole = moved + float(np.sum((w - before) ** 2)), whole + float(np.sum(before**2))
    change = float(np.sqrt(moved / whole)) if whole > 0.0 else 0.0
    return SolenoidalVelocity(reference=reference, change=change)

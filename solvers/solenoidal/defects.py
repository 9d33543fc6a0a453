"""How far a velocity ŵ is from divergence-free, from one flux a facet, from rest at walls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen

from .connectivity import connectivity
from .reference_cell import FACETS, GRADIENTS, divergence, facet_nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Defects:
    """The largest defects, each relative to the largest |ŵ|.

    Attributes
    ----------
    divergence : float
        Of ∂̂·ŵ.
    jump : float
        Of the flux density between the sides of a facet.
    slip : float
        Of ŵ on the wall.
    """

    divergence: float
    jump: float
    slip: float


def defects(lumen: Lumen, reference: FloatArray) -> Defects:
    """Measure one velocity ŵ at the nodes of the cells, shape (m, 10, 3)."""
    links = connectivity(lumen)
    largest = float(np.abs(reference).max()) or 1.0
    q = np.zeros((len(reference), 4, 6))
    for i in range(len(FACETS)):
        values = -reference[:, facet_nodes()[i]] @ GRADIENTS[i]
        np.put_along_axis(q[:, i], links.place[:, i], values, axis=1)
    total = np.zeros((len(links.cells), 6))
    np.add.at(total, links.facet, q)
    return Defects(
        divergence=float(np.abs(reference.reshape(-1, 30) @ divergence().T).max()) / largest,
        jump=float(np.abs(total[links.inner]).max(initial=0.0)) / largest,
        slip=float(np.abs(reference[links.wall_node]).max(initial=0.0)) / largest,
    )

"""Sizes of the next field mesh from the parts of the estimated error.

- The cells around the target: their part falls like h^(p − 1), and is wanted equal at all points.
- From elsewhere: least cells for a wanted sum of shares η_K ~ h^(3 + r) have equal shares
  (`geometry.field_mesh.equidistribution`), with r = 2λ = 4/3 as at right-angled edges of iron.
- Flat facets on round iron: their distance from the true surface falls like h².
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray
from magcap.geometry.field_mesh import (
    SMALLEST,
    SizeCloud,
    cell_sizes,
    equidistributed,
    local_factors,
    size_cloud,
)
from magcap.solvers.magnetostatics import FieldSolution

from .estimator import ErrorParts
from .facets import round_cells

#: Parts of the wanted error: the cells around the target, what comes from elsewhere, facets
#: (their squares add up to 1).
_LOCAL, _DISTANT, _FACETS = 0.6, 0.7, 0.4
#: Rate of the error from elsewhere with the size of the cells.
_RATE = 4.0 / 3.0
#: Growth of the size with distance.
_GROWTH = 0.4


def next_sizes(
    solution: FieldSolution,
    parts: ErrorParts,
    indicators: FloatArray,
    target_points: FloatArray,
    wanted: float,
    max_cells: int,
) -> SizeCloud:
    """Sizes of the mesh after that of `solution`.

    Parameters
    ----------
    solution : FieldSolution
    parts : ErrorParts
    indicators : ndarray, shape (m,)
        Shares of the cells in the error from elsewhere; see `magcap.solvers.error.indicators`.
    target_points : ndarray, shape (n, 3)
        In m.
    wanted : float
        Relative error of the force.
    max_cells : int
    """
    norm = float(np.linalg.norm(parts.reported.grad_half_B2))
    reduction = _DISTANT * wanted * norm / max(float(np.linalg.norm(parts.distant_force)), 1e-300)
    factors = equidistributed(indicators, min(reduction, 1.0), _RATE)
    facets = _FACETS * wanted * norm / max(float(np.linalg.norm(parts.facets_force)), 1e-300)
    on_round = round_cells(solution)
    factors[on_round] = np.minimum(factors[on_round], max(np.sqrt(min(facets, 1.0)), SMALLEST))
    predicted = float((factors**-3.0).sum())
    if predicted > max_cells:
        factors *= (predicted / max_cells) ** (1.0 / 3.0)
    mesh = solution.field_mesh.mesh
    cells = solution.locator.find(parts.points)
    inside = np.flatnonzero(cells >= 0)
    if not len(inside):
        return size_cloud(mesh, factors, growth=_GROWTH)
    change = local_factors(
        parts.points,
        parts.local_force,
        _LOCAL * wanted * norm / np.sqrt(len(parts.points)),
        max(solution.order - 1, 1),
    )
    sizes = (cell_sizes(mesh)[cells] * change)[inside]
    _, nearest = cKDTree(parts.points[inside]).query(target_points)
    return size_cloud(mesh, factors, growth=_GROWTH, points=target_points, sizes=sizes[nearest])

"""A number on three meshes: observed order, extrapolated value, error of each.

Richardson's extrapolation with the observed order, as Roache (Annu. Rev. Fluid Mech. 29 (1997)
123) and Celik et al. (J. Fluids Eng. 130 (2008) 078001) describe it: f(h) = f₀ + C h^p has three
unknowns, and three meshes. Where the three numbers do not follow such a law (they oscillate, their
differences are noise, the order is out of reason) nothing is extrapolated and the error is their
spread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Observed orders that are believed: below, the meshes are too coarse; above, the order is that of
#: no method here (velocity 3, stresses and pressure 2, potential up to 4).
ORDERS = (0.5, 4.5)
#: Relative differences that are rounding.
_ROUNDING = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Convergence:
    """What three meshes say about a number.

    Attributes
    ----------
    extrapolated : float
        To mesh size 0; nan where that makes no sense.
    order : float
        Observed; nan likewise.
    errors : tuple of float
        Absolute error on each mesh: the distance to `extrapolated`, or the spread.
    how : str
        In words: what was done, and why nothing was extrapolated.
    """

    extrapolated: float
    order: float
    errors: tuple[float, float, float]
    how: str


def convergence(
    values: Sequence[float], sizes: Sequence[float], *, noise: float = 0.0
) -> Convergence:
    """Extrapolate a number from three meshes, or say why not.

    Parameters
    ----------
    values : sequence of float
        On the coarse, medium and fine mesh.
    sizes : sequence of float
        Of cells, falling; only their ratios count.
    noise : float
        Differences up to this (half a 95 % interval) say nothing.

    Raises
    ------
    ValueError
        If the sizes do not fall.

    >>> found = convergence([1.16, 1.04, 1.01], [4.0, 2.0, 1.0])  # 1 + 0.01 h²
    >>> round(found.order, 6), round(found.extrapolated, 6), round(found.errors[1], 6)
    (2.0, 1.0, 0.04)
    """
    coarse, medium, fine = values
    h = [float(size) for size in sizes]
    if not h[0] > h[1] > h[2] > 0.0:
        raise ValueError(f"sizes must fall from mesh to mesh, got {h}")
    if not all(math.isfinite(value) for value in values):
        return _not(math.nan, "not known on every mesh")
    spread = max(values) - min(values)
    first, second = medium - coarse, fine - medium
    if spread <= _ROUNDING * max(abs(value) for value in values):
        return Convergence(
            extrapolated=fine, order=math.nan, errors=(0.0, 0.0, 0.0), how="the same on all meshes"
        )
    if noise > 0.0 and abs(second) <= noise:
        return _not(spread, "spread: medium and fine differ by less than the sampling interval")
    if first * second <= 0.0:
        return _not(spread, "spread: the three meshes do not approach from one side")
    order = _order(first / second, h)
    if math.isnan(order):
        return _not(spread, "spread: the three meshes show no reasonable order")
    limit = fine + second / ((h[1] / h[2]) ** order - 1.0)
    return Convergence(
        extrapolated=limit,
        order=order,
        errors=(abs(coarse - limit), abs(medium - limit), abs(fine - limit)),
        how="extrapolated with the observed order",
    )


def _not(spread: float, how: str) -> Convergence:
    return Convergence(extrapolated=math.nan, order=math.nan, errors=(spread,) * 3, how=how)


def _order(ratio: float, h: Sequence[float]) -> float:
    """p with (h₁^p − h₂^p)/(h₂^p − h₃^p) = `ratio`, which grows with p; nan out of `ORDERS`."""
    from scipy.optimize import brentq

    def excess(p: float) -> float:
        top = (h[0] / h[1]) ** p - 1.0
        return float(top / (1.0 - (h[2] / h[1]) ** p) - ratio)

    low, high = ORDERS
    if excess(low) > 0.0 or excess(high) < 0.0:
        return math.nan
    return float(brentq(excess, low, high, xtol=1e-12))

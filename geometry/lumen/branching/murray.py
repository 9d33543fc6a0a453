"""Radii and angles of a bifurcation that costs the least.

Murray 1926, Proc. Natl. Acad. Sci. 12:207 (r0³ = r1³ + r2³) and J. Gen. Physiol. 9:835;
Zamir 1976, J. Gen. Physiol. 67:213 (other exponents, minimum volume):
cos θ1 = (r0⁴ + r1⁴ − r2⁴)/(2 r0² r1²).
"""

from __future__ import annotations

import numpy as np

from magcap.case import Bifurcation
from magcap.errors import CaseError


def murray_radii(vessel: Bifurcation) -> tuple[float, float]:
    """Radii of the daughters in m: as given, or r0^k = r1^k + r2^k with r2/r1 = asymmetry.

    >>> from magcap.case import Bifurcation
    >>> v = Bifurcation(shape="bifurcation", radius="2 mm", length="1 cm", daughter_length="1 cm")
    >>> [round(1e3 * r, 4) for r in murray_radii(v)]
    [1.5874, 1.5874]
    """
    if vessel.daughter_radii is not None:
        return vessel.daughter_radii
    k = vessel.murray_exponent
    first = vessel.radius * (1 + vessel.asymmetry**k) ** (-1 / k)
    return first, vessel.asymmetry * first


def optimal_angles(r0: float, r1: float, r2: float) -> tuple[float, float]:
    """Angles of least volume between the parent's axis and the daughters', in rad.

    Raises
    ------
    CaseError
        If the daughters are too thin or too thick to have such angles.

    >>> [round(float(np.degrees(a)), 2) for a in optimal_angles(1.0, 0.5**(1/3), 0.5**(1/3))]
    [37.47, 37.47]
    """
    cosines = [(r0**4 + ra**4 - rb**4) / (2 * r0**2 * ra**2) for ra, rb in ((r1, r2), (r2, r1))]
    if max(np.abs(cosines)) > 1.0:
        raise CaseError(
            "`vessel.angles` must be given: daughters of radii "
            f"{r1:.4g} m and {r2:.4g} m on a parent of {r0:.4g} m have no optimal angle."
        )
    return float(np.arccos(cosines[0])), float(np.arccos(cosines[1]))

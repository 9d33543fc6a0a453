"""What the wall feels over a period: measures of its shear stress vector τ(t).

    TAWSS = ⟨|τ|⟩            time-averaged wall shear stress
    OSI   = ½(1 − |⟨τ⟩|/⟨|τ|⟩)   oscillatory shear index, 0 (one direction) to ½ (to and fro)
    RRT   = 1/((1 − 2 OSI) TAWSS) = 1/|⟨τ⟩|   relative residence time

⟨⟩ is the mean over the period, of equispaced samples. He and Ku, J. Biomech. Eng. 118 (1996) 74
(OSI); Himburg et al., Am. J. Physiol. 286 (2004) H1916 (RRT).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class WallShear:
    """Measures at the nodes, 0 off the wall, shape (n,) each.

    Attributes
    ----------
    mean : ndarray
        TAWSS in Pa.
    largest : ndarray
        Of |τ| over the period, in Pa.
    oscillation : ndarray
        OSI.
    residence : ndarray
        RRT in 1/Pa; infinite where the wall feels nothing in the mean.
    """

    mean: FloatArray
    largest: FloatArray
    oscillation: FloatArray
    residence: FloatArray


def wall_shear_over(tractions: FloatArray) -> WallShear:
    """The measures of wall shear stress vectors in Pa at equispaced times, shape (k, n, 3).

    Snapshots are taken one after the other, so that a mapped file is not loaded as a whole.

    >>> turning = np.array([[[1.0, 0, 0]], [[0, 1.0, 0]], [[-1.0, 0, 0]], [[1.0, 0, 0]]])
    >>> found = wall_shear_over(turning)
    >>> float(found.mean[0]), round(float(found.oscillation[0]), 4)
    (1.0, 0.3232)
    """
    count, size = len(tractions), tractions.shape[1]
    vector, length, largest = np.zeros((size, 3)), np.zeros(size), np.zeros(size)
    for one in tractions:
        norm = np.linalg.norm(one, axis=1)
        vector += one
        length += norm
        largest = np.maximum(largest, norm)
    net = np.linalg.norm(vector, axis=1)
    touched = length > 0.0
    share = np.divide(net, length, out=np.ones(size), where=touched)
    oscillation = np.clip(0.5 * (1.0 - share), 0.0, 0.5)
    oscillation[oscillation < 1e-12] = 0.0  # rounding of a steady flow
    with np.errstate(divide="ignore"):
        residence = np.where(touched, count / net, 0.0)
    return WallShear(
        mean=length / count, largest=largest, oscillation=oscillation, residence=residence
    )

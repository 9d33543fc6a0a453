"""The target of a case: a sphere, a box or a segment of the vessel."""

from __future__ import annotations

import numpy as np

from magcap.arrays import BoolArray, FloatArray
from magcap.case import SegmentTarget, SphereTarget, Target


def in_target(target: Target, positions: FloatArray, arc_length: FloatArray) -> BoolArray:
    """Whether each point lies in the target (its boundary belongs to it).

    Parameters
    ----------
    target : Target
    positions : ndarray, shape (n, 3)
        In m.
    arc_length : ndarray, shape (n,)
        Distance along the vessel in m, used by a segment.
    """
    inside: BoolArray
    if isinstance(target, SegmentTarget):
        inside = (arc_length >= target.from_) & (arc_length <= target.to)
        return inside
    offset = positions - np.asarray(target.center)
    if isinstance(target, SphereTarget):
        inside = np.einsum("ij,ij->i", offset, offset) <= target.radius**2
    else:
        half = 0.5 * np.asarray(target.size)
        inside = np.all(np.abs(offset) <= half, axis=1)
    return inside

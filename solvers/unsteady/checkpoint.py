"""A march as it stands after a snapshot, so that it can go on with identical numbers.

Everything is at the nodes of the lumen, so a march may go on with other ranks. What was factorised
is made anew from the wind that it was made of: numbers differ by rounding (1e-14), steps do not.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from magcap.arrays import FloatArray
from magcap.stored import stored

from .flow_state import FlowState
from .march import March
from .outlets import Stores

logger = logging.getLogger(__name__)


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The march.

    Attributes
    ----------
    identity : mapping of str to str
        What it belongs to, e.g. the digests of mesh and case, the version.
    count, first, cycle, tick, step, last_step, next_step : int
        Of the march and its state.
    solutions : ndarray, shape (3, n, 4)
        The last three, scaled: velocity and pressure.
    usual, wind : ndarray, shape (n, 4)
        The flow that errors are related to, and the one that was factorised.
    factor_ticks, since_factor, wasted, halved, factorisations : int
        Of the stepper.
    stores, filled : sequence of mapping
        Pressures of the outlets' stores now and before.
    rows : ndarray
    velocity, pressure : ndarray
        Snapshots.
    changes : sequence of float
        Of velocity and pressure in the cycle so far.
    """

    identity: Mapping[str, str]
    count: int
    first: int
    cycle: int
    tick: int
    step: int
    last_step: int
    next_step: int
    solutions: FloatArray
    usual: FloatArray
    wind: FloatArray
    factor_ticks: int
    since_factor: int
    wasted: int
    halved: int
    factorisations: int
    stores: tuple[Mapping[str, float], Mapping[str, float]]
    filled: tuple[Mapping[str, float], Mapping[str, float]]
    rows: FloatArray
    velocity: FloatArray
    pressure: FloatArray
    changes: tuple[float, float]

    def refusal(self, identity: Mapping[str, str]) -> str | None:
        """Why it does not belong to a march of this identity; None if it does."""
        for key, wanted in identity.items():
            got = self.identity.get(key, "unknown")
            if got != wanted:
                return f"it belongs to another {key} ({got} instead of {wanted})"
        return None


@dataclass(kw_only=True)
class Keeper:
    """Where checkpoints come from and go to.

    Attributes
    ----------
    identity : mapping of str to str
    load : callable
        The last checkpoint, or None; called on every rank.
    save : callable
        Takes one on rank 0.
    interval : float
        Seconds between two.
    """

    identity: Mapping[str, str]
    load: Callable[[], Checkpoint | None]
    save: Callable[[Checkpoint], None]
    interval: float = 30.0
    _last: float = field(default_factory=time.monotonic)

    def found(self) -> Checkpoint | None:
        """The last checkpoint, if it belongs here; otherwise it is said why not."""
        checkpoint = self.load()
        if checkpoint is None:
            return None
        reason = checkpoint.refusal(self.identity)
        if reason is None:
            logger.info("flow: goes on from a checkpoint in cycle %d", checkpoint.cycle)
            return checkpoint
        logger.warning(
            "The checkpoint of the flow is not used: %s. The flow is computed from its start.",
            reason,
        )
        return None

    def keep(self, march: March) -> None:
        """Save the march when it is time; collective."""
        comm = march.discrete.system.comm
        due = time.monotonic() - self._last >= self.interval
        if not comm.bcast(due):
            return
        checkpoint = taken(march, self.identity)
        if comm.rank == 0:
            self.save(checkpoint)
        self._last = time.monotonic()


def taken(march: March, identity: Mapping[str, str]) -> Checkpoint:
    """A checkpoint of the march; collective."""
    discrete, state, stepper = march.discrete, march.state, march.stepper
    solutions = [discrete.scaled_nodal(x) for x in (state.now, state.before, state.earlier)]
    snapshots = march.snapshots
    return Checkpoint(
        identity=dict(identity),
        count=march.count,
        first=march.first,
        cycle=march.cycle,
        tick=state.tick,
        step=state.step,
        last_step=state.last_step,
        next_step=march.ticks,
        solutions=np.stack(solutions),
        usual=discrete.scaled_nodal(stepper.usual),
        wind=discrete.scaled_nodal(stepper.wind),
        factor_ticks=stepper.factor_ticks,
        since_factor=stepper.since_factor,
        wasted=stepper.wasted,
        halved=stepper.halved,
        factorisations=stepper.factorisations,
        stores=(state.stores.now, state.stores.before),
        filled=(march.filled.now, march.filled.before),
        rows=march.rows.table(),
        velocity=snapshots.velocity,
        pressure=snapshots.pressure,
        changes=(snapshots.velocity_change, snapshots.pressure_change),
    )


def put_back(march: March, checkpoint: Checkpoint) -> None:
    """Set a march that was prepared without a start to where it stood.

    Raises
    ------
    LinearBreakdown
    """
    discrete, stepper = march.discrete, march.stepper
    now, before, earlier = (discrete.from_nodal(values) for values in checkpoint.solutions)
    laws = march.filled.laws
    stores, filled = (
        Stores(laws=laws, now=dict(pair[0]), before=dict(pair[1]))
        for pair in (checkpoint.stores, checkpoint.filled)
    )
    march.state = FlowState(
        tick=checkpoint.tick,
        now=now,
        before=before,
        earlier=earlier,
        step=checkpoint.step,
        last_step=checkpoint.last_step,
        stores=stores,
    )
    march.filled, march.ticks, march.cycle = filled, checkpoint.next_step, checkpoint.cycle
    stepper.refactor(discrete.from_nodal(checkpoint.wind), checkpoint.factor_ticks)
    stepper.since_factor, stepper.wasted = checkpoint.since_factor, checkpoint.wasted
    stepper.halved, stepper.factorisations = checkpoint.halved, checkpoint.factorisations
    march.rows.replace(checkpoint.rows)
    snapshots = march.snapshots
    snapshots.velocity[:], snapshots.pressure[:] = checkpoint.velocity, checkpoint.pressure
    snapshots.velocity_change, snapshots.pressure_change = checkpoint.changes

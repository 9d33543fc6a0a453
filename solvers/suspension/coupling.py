"""Concentration and flow in turn, until neither changes: Picard's iteration with relaxation."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.errors import SolverError
from magcap.geometry.mesh import Lumen
from magcap.parallel import on_root
from magcap.solvers.flow import NewtonFailed
from magcap.solvers.results import FlowField
from magcap.solvers.solenoidal import Reconstruction

from .cells import corner_weights
from .driven import DrivenFlow, Load
from .transport import Transported

logger = logging.getLogger(__name__)

#: Change of velocity of an iteration, over the mean velocity, at which it ends.
TOLERANCE = 1e-3
MAX_ITERATIONS = 40
#: Share of the new concentration below which the iteration is given up.
_LEAST = 1.0 / 32.0
#: An iteration that changes more than this of what the last one did is relaxed more.
_SLOW = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupled:
    """Concentration and flow that belong together.

    Attributes
    ----------
    flow : FlowField
    reference : ndarray, shape (m, 10, 3)
        Its divergence-free velocity in m³/s.
    found : Transported
    iterations : int
    """

    flow: FlowField
    reference: FloatArray
    found: Transported
    iterations: int


def load_of(lumen: Lumen, found: Transported) -> Load:
    """A concentration as the blood feels it."""
    weights = corner_weights(lumen)
    mean = float(np.sum(weights * found.values) / weights.sum())
    leaving = {one.name: found.means[one.name] for one in lumen.outlets}
    return Load(values=found.values, mean=mean, leaving=leaving)


class Coupling:
    """The iteration for one case.

    Parameters
    ----------
    lumen : Lumen
    driven : DrivenFlow
        At the flow without the suspension.
    transport : callable
        From a divergence-free velocity to the concentration in it; collective.
    comm : MPI communicator
    progress : callable
    """

    def __init__(
        self,
        lumen: Lumen,
        driven: DrivenFlow,
        transport: Callable[[FloatArray], Transported],
        *,
        comm: Any,
        progress: Callable[[str, float], None],
    ) -> None:
        self._lumen, self._driven, self._transport = lumen, driven, transport
        self._comm, self._progress = comm, progress
        self._machine: Reconstruction | None = None

    def solve(self, found: Transported, velocity: FloatArray) -> Coupled:
        """From the concentration in the flow without force, and that flow's velocity.

        Raises
        ------
        SolverError
            If it does not settle.
        """
        share, last, kept = 1.0, np.inf, False
        load = self._unloaded(load_of(self._lumen, found))
        for iteration in range(1, MAX_ITERATIONS + 1):
            wanted, state = load_of(self._lumen, found), self._driven.state()
            tried = _between(load, wanted, share)
            try:
                now = self._driven.solve(tried, kept=kept)
            except NewtonFailed as failure:
                logger.info("suspension: smaller step (%s)", failure.reason)
                self._driven.restore(state)
                share, kept = 0.5 * share, False
                self._check(share, failure.reason)
                continue
            change = float(np.linalg.norm(now - velocity, axis=1).max())
            change /= self._driven.scales.velocity * share
            logger.info(
                "suspension: iteration %d, change %.2e, share %.3g", iteration, change, share
            )
            self._progress("suspension and flow", min(0.9, iteration / 12))
            load, velocity, kept = tried, now, True
            reference = self._reconstructed(now)
            found = self._transport(reference)
            if change <= TOLERANCE:
                flow = self._driven.flow(tried)
                return Coupled(flow=flow, reference=reference, found=found, iterations=iteration)
            if change > _SLOW * last:
                share *= 0.5
                self._check(share, f"the velocity changes by {change:.2g} of the mean one")
            last = change
        raise SolverError(_sentence(f"no end in {MAX_ITERATIONS} iterations"))

    def _unloaded(self, load: Load) -> Load:
        """The mean everywhere: no force."""
        even = {name: load.mean for name in load.leaving}
        return Load(values=np.full_like(load.values, load.mean), mean=load.mean, leaving=even)

    def _reconstructed(self, velocity: FloatArray) -> FloatArray:
        def make() -> FloatArray:
            self._machine = self._machine or Reconstruction(self._lumen)
            return self._machine.of(velocity)

        return on_root(self._comm, make)

    @staticmethod
    def _check(share: float, reason: str) -> None:
        if share < _LEAST:
            raise SolverError(_sentence(reason))


def _between(old: Load, new: Load, share: float) -> Load:
    """A share of the new concentration and the rest of the old one."""
    if share == 1.0:
        return new
    rest = 1.0 - share
    return Load(
        values=rest * old.values + share * new.values,
        mean=rest * old.mean + share * new.mean,
        leaving={
            name: rest * old.leaving[name] + share * new.leaving[name] for name in new.leaving
        },
    )


def _sentence(reason: str) -> str:
    return (
        f"Suspension and flow did not settle: {reason}. There may be no steady flow: the magnetic "
        "force on the suspension is too strong for the blood that carries it. Try a smaller "
        "`suspension.concentration`, a weaker or more distant magnet, more flow, a finer "
        '`mesh.lumen_size`, or `suspension.coupling` = "one-way".'
    )

"""One step of the flow, as long as its error allows.

The step's own error, from what a parabola through the last values missed (`bdf2`), is kept below
`VELOCITY` of the largest velocity, and the error of the acceleration that goes with it, which the
pressure feels, below `ACCELERATION` of the largest. Too large, and the step is halved and taken
again; small enough, and the next one is doubled where the grid of snapshots allows. A step that the
linear solver cannot take gets a new factorisation first and is halved then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.solvers.flow import OutletLaw, Scales
from magcap.solvers.linalg import LinearBreakdown
from magcap.solvers.oseen import OseenSystem, OutletTerm

from .flow_state import TICKS, FlowState, aligned
from .motion import InletMotion, flow_rate_at

logger = logging.getLogger(__name__)

#: Error of a step over the largest velocity of the cycle, both in L2. With one harmonic at a
#: Womersley number of 4 it asks for about 50 steps a cycle, whose flow is 0.4 % off.
VELOCITY = 5e-4
#: Error of the acceleration over the largest. Carotid pulse in an artery, RMS over a cycle, against
#: finer steps: with 2.8e-3 166 steps, pressure drop 0.56 % and wall shear stress 0.07 % off; with
#: 4e-3 131 steps, 1.3 and 0.19 %.
ACCELERATION = 3e-3
#: Ticks of the longest step: at least 48 steps a cycle. A Windkessel's pressure is then 0.17 % off
#: (0.6 % where steps of a twenty-fourth were let in).
LONGEST = TICKS // 2
#: A step is taken again when its error is this many times the tolerance.
FORGIVEN = 2.0
#: The next step is doubled when that would keep this share of the tolerance.
ROOM = 0.6
#: By how much a doubled step raises the error of velocity and acceleration.
GROWTH = (8.0, 4.0)
#: Residual of the linear solver over that of the largest acceleration: far below `ACCELERATION`.
#: Over a cycle of a carotid pulse pressure drop, wall shear stress and velocity are the same to
#: 0.002 % from 1.5e-4 to 6e-4 (2.5 and 2.1 iterations a step).
LINEAR = 3e-4
#: The same over the inertia of the usual flow in a period, where the flow hardly changes.
LEAST = 1e-8
#: Iterations beyond which a new factorisation is worth its price, and steps for which it lasts.
MANY_ITERATIONS, LASTS = 12, 20
#: Iterations that a factorisation for steps of another length may take in excess of those of one
#: for the right length before that is made: about its price.
FEW_ITERATIONS, WASTED = 3, 60


class StepFailed(Exception):
    """No step can be taken from a state; the message is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step that was taken.

    Attributes
    ----------
    state : FlowState
    pressures : mapping of str to float
        At the outlets at its end, in Pa.
    iterations : int
    error : float
        Over the tolerance.
    next_step : int
        Ticks.
    """

    state: FlowState
    pressures: Mapping[str, float]
    iterations: int
    error: float
    next_step: int


class Stepper:
    """Takes steps; owns nothing but counters.

    Parameters
    ----------
    system : OseenSystem
    scales : Scales
    motion : InletMotion
    laws : tuple of OutletLaw
    tick : float
        Length of a tick in s.
    level : float
        Pressure in Pa that the solution's pressures are counted from.
    put_inlet : callable
        Sets the given velocities (at the nodes, in m/s) in a vector of unknowns.
    source : callable, optional
        Time in s → further right side of this rank's unknowns, scaled (a force in the blood).
    """

    def __init__(
        self,
        system: OseenSystem,
        *,
        scales: Scales,
        motion: InletMotion,
        laws: tuple[OutletLaw, ...],
        tick: float,
        level: float,
        put_inlet: Callable[[FloatArray, FloatArray], None],
        source: Callable[[float], FloatArray] | None = None,
    ) -> None:
        self.system, self.scales, self.motion, self.laws = system, scales, motion, laws
        self.tick, self.level, self._put_inlet = tick, level, put_inlet
        self._source = source
        self.wind: FloatArray = np.zeros(0)
        self.usual: FloatArray = np.zeros(0)
        self.factor_ticks = 0
        self.since_factor = self.wasted = 0
        self.largest = self.rise = 1.0
        self.tolerance = 1.0
        self.halved = 0
        self.factorisations = 0

    def refactor(self, wind: FloatArray, ticks: int) -> None:
        """A factorisation at a wind for steps of this length."""
        step = ticks * self.tick / self.scales.time
        reynolds = self.scales.reynolds
        self.system.refactor(wind, 1.5 * reynolds / step, reynolds)
        self.wind, self.factor_ticks = wind.copy(), ticks
        self.since_factor = self.wasted = 0
        self.factorisations += 1

    def measure(self, mean_flow: FloatArray, *, peak: float, rise: float, quickness: float) -> None:
        """What errors are related to.

        Parameters
        ----------
        mean_flow : ndarray
            Unknowns of about the mean flow.
        peak : float
            The largest flow rate over its.
        rise : float
            The largest flow rate over the steepest rise or fall, in s.
        quickness : float
            The steepest rise or fall over the mean flow, in 1/s.
        """
        self.rise, self.usual = rise, mean_flow
        norm = float(np.sqrt(self.system.norm_squared(mean_flow)))
        self.largest = norm * peak
        rate = max(LINEAR * quickness, LEAST / self.motion.pulse.period) * self.scales.time
        self.tolerance = rate * self.scales.reynolds * norm

    def advance(self, state: FlowState, ticks: int) -> Taken:
        """Take a step of at most `ticks`.

        Raises
        ------
        StepFailed
            If even the shortest step cannot be taken.
        """
        reason = ""
        while True:
            try:
                taken = self._tried(state, ticks)
            except LinearBreakdown as error:
                reason = str(error)
                taken = None
            if taken is not None and taken.error <= FORGIVEN:
                return taken
            if taken is not None:
                reason = f"its error is {taken.error:.2g} times what is allowed"
                if ticks == 1 and np.isfinite(taken.error):
                    return taken
            if ticks == 1:
                raise StepFailed(reason)
            ticks //= 2
            self.halved += 1
            logger.info(
                "flow: step at %.4g s halved to %.3g s (%s)",
                state.tick * self.tick,
                ticks * self.tick,
                reason,
            )

    def _tried(self, state: FlowState, ticks: int) -> Taken:
        """A step of this length, whatever its error."""
        wind = state.extrapolated(ticks)
        try:
            taken = self._solved(state, wind, ticks)
        except LinearBreakdown:
            if self.since_factor == 0:
                raise
            self.refactor(wind, ticks)
            taken = self._solved(state, wind, ticks)
        self.since_factor += 1
        if ticks != self.factor_ticks:
            self.wasted += max(0, taken.iterations - FEW_ITERATIONS)
        if taken.iterations > MANY_ITERATIONS and self.since_factor > LASTS:
            self.refactor(wind, ticks)
        elif self.wasted > WASTED:
            self.refactor(self.usual, ticks)
        return taken

    def _solved(self, state: FlowState, wind: FloatArray, ticks: int) -> Taken:
        system, scales = self.system, self.scales
        end = (state.tick + ticks) * self.tick
        steps = state.steps(ticks, self.tick / scales.time)
        a_0, a_1, a_2 = steps.weights
        density = scales.reynolds
        system.prepare(wind, density * a_0 / steps.h, density)
        guess = state.parabola(ticks)
        self._put_inlet(guess, self.motion.velocity(end))
        right = -(density / steps.h) * system.mass(a_1 * state.now + a_2 * state.before)
        if self._source is not None:
            right = right + self._source(end)
        terms = self._terms(state, ticks, end)
        x, pressures, iterations = system.solve(right, guess, terms, atol=self.tolerance)
        if not np.isfinite(system.dot(x, x)):
            raise LinearBreakdown("a number was not finite")
        errors = self._errors(state, x, ticks)
        seconds = state.steps(ticks, self.tick)
        flows = {name: self.flow_rate(name, x) for name in terms}
        return Taken(
            state=state.followed(x, ticks, state.stores.after(seconds, flows)),
            pressures={
                name: self.level + scales.pressure * value for name, value in pressures.items()
            },
            iterations=iterations,
            error=max(errors),
            next_step=self._next(state.tick + ticks, ticks, errors),
        )

    def flow_rate(self, name: str, x: FloatArray) -> float:
        """Out of an opening in m³/s."""
        unit = self.scales.velocity * self.scales.length**2
        return unit * self.system.outflow(name, x)

    def _terms(self, state: FlowState, ticks: int, end: float) -> dict[str, OutletTerm]:
        loads = state.stores.loads(state.steps(ticks, self.tick))
        scales = self.scales
        unit = scales.velocity * scales.length**2
        terms = {}
        for law in self.laws:
            if law.share is not None:
                terms[law.name] = OutletTerm(
                    flow=law.share * flow_rate_at(self.motion.pulse, end) / unit
                )
                continue
            load = loads[law.name]
            terms[law.name] = OutletTerm(
                resistance=load.resistance / scales.resistance,
                history=(load.history - self.level) / scales.pressure,
            )
        return terms

    def _errors(self, state: FlowState, x: FloatArray, ticks: int) -> tuple[float, float]:
        """Of velocity and acceleration over a step, over what is allowed.

        Of the first two, which know no past, a middling one.
        """
        if state.earlier is state.before:
            return FORGIVEN / GROWTH[0], 0.0
        steps = state.steps(ticks, self.tick)
        missed = float(np.sqrt(self.system.norm_squared(x - state.parabola(ticks))))
        velocity = steps.error_share * missed / self.largest
        acceleration = velocity * steps.weights[0] / steps.h * self.rise
        return velocity / VELOCITY, acceleration / ACCELERATION

    @staticmethod
    def _next(tick: int, ticks: int, errors: tuple[float, float]) -> int:
        """The next step: twice as long where that keeps to the tolerance and to the snapshots."""
        doubled = 2 * ticks
        fits = doubled <= LONGEST and aligned(tick, doubled)
        then = max(by * error for by, error in zip(GROWTH, errors, strict=True))
        return doubled if fits and then <= ROOM else ticks

"""The loads of the outlets in time: what pressure a flow meets at the end of a step.

    P = P_d + R_p Q + P_c,   C dP_c/dt = Q − P_c/R_d

With backward differences the store gives P_c^{n+1} = (Q^{n+1} − C(α_1 P_c^n + α_2 P_c^{n−1})/h) /
(α_0 C/h + 1/R_d), so that every load is P^{n+1} = R Q^{n+1} + H with R and H known before the step:
the linear system takes it implicitly, whatever the step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from magcap.arrays import FloatArray
from magcap.solvers.flow import OutletLaw

from .bdf2 import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """P = resistance Q + history, at the end of a step; SI."""

    resistance: float
    history: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Pressures P_c of the loads' stores at the last two times.

    Attributes
    ----------
    laws : tuple of OutletLaw
        Of the outlets whose flow is not given.
    now, before : mapping of str to float
        P_c of each in Pa.
    """

    laws: tuple[OutletLaw, ...]
    now: Mapping[str, float]
    before: Mapping[str, float]

    @classmethod
    def at(cls, laws: Sequence[OutletLaw], pressures: Mapping[str, float]) -> Stores:
        """Stores that have been at these pressures before."""
        now = {law.name: float(pressures.get(law.name, 0.0)) for law in laws}
        return cls(laws=tuple(laws), now=now, before=now)

    def loads(self, steps: Steps) -> dict[str, Load]:
        """The load of each outlet over a step (in s)."""
        return {law.name: self._load(law, steps) for law in self.laws}

    def after(self, steps: Steps, flows: Mapping[str, float]) -> Stores:
        """After a step, with the flow out of each outlet at its end in m³/s."""
        loads = self.loads(steps)
        pressures = {
            law.name: loads[law.name].history
            + (loads[law.name].resistance - law.proximal) * flows[law.name]
            - law.back
            for law in self.laws
        }
        return replace(self, now=pressures, before=self.now)

    def _load(self, law: OutletLaw, steps: Steps) -> Load:
        if law.distal == 0.0:
            return Load(resistance=law.proximal, history=law.back)
        a_0, a_1, a_2 = steps.weights
        rate = law.compliance / steps.h
        share = 1.0 / (a_0 * rate + 1.0 / law.distal)
        stored = -rate * (a_1 * self.now[law.name] + a_2 * self.before[law.name])
        return Load(resistance=law.proximal + share, history=law.back + share * stored)


def periodic_stores(
    laws: Sequence[OutletLaw],
    flows: Mapping[str, FloatArray],
    period: float,
    *,
    start: float,
    step: float,
) -> Stores:
    """Stores at `start` s and one step before, once they are periodic.

    Parameters
    ----------
    laws : sequence of OutletLaw
    flows : mapping of str to ndarray, shape (k,)
        Out of each outlet at k equispaced times of one period, from time 0, in m³/s.
    period, start, step : float
        In s.

    >>> law = OutletLaw(name="a", proximal=1e8, distal=1e9, compliance=1e-10)
    >>> stores = periodic_stores([law], {"a": np.full(8, 1e-6)}, 1.0, start=0.3, step=0.1)
    >>> round(stores.now["a"], 6), round(stores.before["a"], 6)
    (1000.0, 1000.0)
    """
    now = {law.name: _periodic(law, flows[law.name], period, start) for law in laws}
    before = {law.name: _periodic(law, flows[law.name], period, start - step) for law in laws}
    return Stores(laws=tuple(laws), now=now, before=before)


def _periodic(law: OutletLaw, flows: FloatArray, period: float, t: float) -> float:
    """P_c in Pa at t s: every harmonic of the flow meets R_d/(1 + iωR_dC)."""
    if law.distal == 0.0:
        return 0.0
    spectrum = np.fft.rfft(flows) / len(flows)
    spectrum[1:] *= 2.0
    if len(flows) % 2 == 0:
        spectrum[-1] = 0.0  # the highest one has no phase
    omega = 2 * np.pi * np.arange(len(spectrum)) / period
    impedance = law.distal / (1 + 1j * omega * law.distal * law.compliance)
    return float(np.real(np.sum(impedance * spectrum * np.exp(1j * omega * t))))

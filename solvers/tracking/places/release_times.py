"""When carriers are released into a flow that pulses: over a cycle as the blood enters, or at once.

Times have the density 0.8 Q⁺(t)/∫Q⁺ + 0.2/T over the period T, Q⁺ what enters through the inlet.
The weights u_n(x, t)⁺/(q(x) p(t)) then make a release by flux of the carriers, of the moment that
each is released at; the even part bounds those by area, even over inlet and cycle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.errors import CaseError
from magcap.solvers.tracking.packed_lumen import PackedLumen
from magcap.solvers.tracking.seeding import density

#: Share of times that are even over the period.
EVEN = 0.2
#: Bins of the density of times for each snapshot; one in so many points tells the inflow.
BINS, SPARSE = 8, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The density of release times.

    Attributes
    ----------
    period : float
        In s.
    table : ndarray, shape (k,)
        In even bins of the period, of mean 1; empty for a release at one time.
    phase : float
        That time in s.
    """

    period: float
    table: FloatArray
    phase: float = 0.0

    @property
    def spread(self) -> bool:
        """Whether there are several times."""
        return len(self.table) > 0

    def pick(self, even: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Times in s of even points of [0, 1), and the density there, of mean 1."""
        if not self.spread:
            return np.full(len(even), self.phase), np.ones(len(even))
        ends = np.append(0.0, np.cumsum(self.table)) / self.table.sum()
        edges = np.linspace(0.0, self.period, len(ends))
        bin_ = np.searchsorted(ends[1:-1], even, side="right")
        return np.interp(even, ends, edges), self.table[bin_]


def release_times(
    packed: PackedLumen,
    at: tuple[IntArray, IntArray, FloatArray],
    stretch: FloatArray,
    phase: float | None,
) -> Times:
    """The times of a release into an unsteady flow.

    Parameters
    ----------
    packed : PackedLumen
    at : tuple
        Cells, sides and barycentric coordinates of points of the inlet, (n,), (n,) and (n, 4).
    stretch : ndarray, shape (n,)
        Area of the reference triangle that each stands for.
    phase : float, optional
        Time in s at which all are released; default: over the cycle.

    Raises
    ------
    CaseError
        If no blood enters.
    """
    cell, side, bary = at[0][::SPARSE], at[1][::SPARSE], at[2][::SPARSE]

    def inflow(time: float) -> float:
        moment = np.full(len(cell), time)
        flux = density(packed, cell, side, bary, "flux", moment)
        return float(np.mean(flux * stretch[::SPARSE]))

    if phase is not None:
        if not inflow(phase) > 0.0:
            raise CaseError(
                f"`capture.release.phase` must be a time at which blood enters, got {phase:g} s."
            )
        return Times(period=packed.period, table=np.zeros(0), phase=phase)
    n = len(packed.cells.flow)
    enters = np.array([inflow(k * packed.period / n) for k in range(n)])
    if not enters.max() > 0.0:
        raise CaseError(
            "`flow.inlet` must let blood in, but the flow leaves through the whole inlet."
        )
    middle = (np.arange(BINS * n) + 0.5) / BINS
    table = np.interp(middle, np.arange(n + 1), np.append(enters, enters[0]))
    return Times(period=packed.period, table=(1.0 - EVEN) * table / table.mean() + EVEN)

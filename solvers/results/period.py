"""The blood flow over one period of its waveform, and the record of the steps that led there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.stored import stored


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSteps:
    """One row for each time step, of all cycles in order.

    Attributes
    ----------
    times : ndarray, shape (s,)
        End of the step in s since time 0 of the waveform in the first cycle; the first row is the
        start.
    flow_rates : mapping of str to ndarray, shape (s,)
        Flow out of the lumen through each opening in m³/s (negative at the inlet).
    mean_pressures : mapping of str to ndarray, shape (s,)
        At each outlet the pressure of its condition, at the inlet the area mean; in Pa.
    iterations : ndarray of int, shape (s,)
        Of the linear solver.
    mass_imbalance : ndarray, shape (s,)
        |sum of the flows out of all openings| over the largest inflow of the period.
    max_speed : ndarray, shape (s,)
        At the nodes, in m/s.
    """

    times: FloatArray
    flow_rates: Mapping[str, FloatArray]
    mean_pressures: Mapping[str, FloatArray]
    iterations: IntArray
    mass_imbalance: FloatArray
    max_speed: FloatArray


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPeriod:
    """The periodic flow at equispaced times of its last cycle.

    Arrays that come from a file are mapped, not read: an index into the first axis touches that
    snapshot alone.

    Attributes
    ----------
    period : float
        In s.
    times : ndarray, shape (k,)
        In s, from 0 (the waveform's time 0) with equal steps period/k; k ≥ 20.
    velocity : ndarray, shape (k, n, 3)
        At the nodes of the lumen mesh (P2), in m/s; exactly 0 on the wall.
    pressure : ndarray, shape (k, n)
        P1 pressure at the nodes in Pa.
    wall_traction : ndarray, shape (k, n, 3)
        Wall shear stress vector at the wall's nodes in Pa, 0 elsewhere.
    viscosity : ndarray, shape (k, n)
        At the nodes in Pa s; shape (1, n) for a Newtonian fluid.
    womersley : float
        R √(ωρ/μ) at the inlet, ω = 2π/period.
    method : str
        ``"implicit"``, ``"fractional-step"`` or ``"quasi-steady"``.
    dofs : int
    cycles : int
        That were computed.
    change : float
        Largest change of velocity and of pressure between the last two cycles, relative to the
        largest of the cycle.
    steps : FlowSteps
    velocity_error, wall_shear_error : float
        What a quasi-steady flow is off by, estimated, over the largest of the cycle; nan for the
        other methods, which choose their steps by error.
    """

    period: float
    times: FloatArray
    velocity: FloatArray
    pressure: FloatArray
    wall_traction: FloatArray
    viscosity: FloatArray
    womersley: float
    method: str
    dofs: int
    cycles: int
    change: float
    steps: FlowSteps
    velocity_error: float = np.nan
    wall_shear_error: float = np.nan

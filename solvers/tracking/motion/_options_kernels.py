"""Numba: what the kernels know of one carrier, and of a run."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from magcap.solvers.tracking.formulas import INLINE


class Particle(NamedTuple):
    """One carrier: radius (m), slip per force per moment (m²/(s T)), bulk drift by gravity (m/s),
    bulk diffusivity (m²/s), relaxation time (s), Reynolds number per slip (s/m), bulk mobility
    (m/(N s)), bulk slip against the blood per acceleration of the blood (s; negative for heavy
    carriers), coefficient of the lift on a soft body, time of release in a period (s)."""

    radius: float
    slip: float
    g1: float
    g2: float
    g3: float
    diffusivity: float
    tau: float
    reynolds: float
    mobility: float
    buoyancy: float
    softness: float
    phase: float = 0.0


class Options(NamedTuple):
    """What holds for all carriers of a run (booleans as integers)."""

    wall: int
    sphere: int  # a carrier follows the blood as a sphere near the wall, not as a point
    brownian: int
    inertial: int
    lift: int  # bits of `_lift_kernels`
    density: float  # of the fluid, kg/m³
    viscosity: float  # its reference, Pa s
    wall_model: int  # of `_wall_kernels`
    viscous: int  # the viscosity varies
    beat: float  # snapshots of the velocity a second; 0: steady
    tolerance: float
    duration: float
    max_steps: int
    seed: np.uint64
    friction: float  # from here on: of `_contact_kernels.Contact`
    roughness: float
    relative: float
    lever: float
    strength: float
    rate: float
    bond: float


@njit(**INLINE)
def beats_at(t, p, options):
    """The time `t` (s) after a carrier's release in snapshots since the beginning of a period."""
    return (t + p.phase) * options.beat

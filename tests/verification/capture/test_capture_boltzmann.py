"""Equilibrium between reflecting walls: Boltzmann's law, whatever the viscosity.

Carriers of magnetic moment in a uniform gradient, no flow. The density in equilibrium is
exp(−Fz/kT): forces and temperature set it, viscosity does not, however it varies. A scheme without
the drift ∇·D piles carriers up where the viscosity is high (density times η).

The cells are thin: a Brownian step is half a cell, and a reflecting wall with a drift towards it is
of first order in that step (with 8 cells across, the distance below is twice as large).
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

from helpers import capture_lumens as lumens, lattice_lumens as lattice
from helpers.capture_lumens import VISCOSITY
from magcap.arrays import FloatArray
from magcap.constants import K_B
from magcap.solvers import tracking
from magcap.solvers.tracking import trace
from magcap.solvers.tracking.kernels import REFLECTING

HEIGHT, D, POINT = 10e-6, 1e-11, 1e-9
BETA = 2.0  # F H/(kT)
RATIO = 4.0  # viscosity at the upper wall over that at the lower one
N = 1500


def heights(*, warmth: float = 1.0, pull: float = BETA) -> FloatArray:
    """Heights over H of carriers that had time for equilibrium, starting in the middle."""
    long = 60 * HEIGHT
    lumen, pairs = lumens.channel(long, HEIGHT, 4, 32)
    points = lumen.mesh.points
    viscosity = VISCOSITY * (1 + (RATIO - 1) * points[:, 2] / HEIGHT)
    down = np.tile([0.0, 0.0, -1.0], (len(points), 1))
    packed = tracking.pack(lumen, np.zeros_like(points), down, viscosity)
    packed = lumens.join(packed, lumen, pairs)
    temperature = D * 3 * np.pi * VISCOSITY * POINT / K_B
    how = lumens.motion(
        N,
        POINT,
        pull * D / HEIGHT,
        brownian=True,
        wall_model=REFLECTING,
        temperature=warmth * temperature,
        duration=4 * HEIGHT**2 / D,
    )
    y = np.random.default_rng(1).uniform(0.1, 0.9, N) * HEIGHT
    start = np.column_stack([np.full(N, long / 2), y, np.full(N, 0.7 * HEIGHT)])
    found = trace(packed, lumen, lattice.located(packed, start), how)
    flying = found.state == 0
    assert flying.sum() > 0.95 * N  # few diffuse to the ends
    return np.asarray(found.position[flying, 2] / HEIGHT)


def boltzmann(x: FloatArray) -> FloatArray:
    return np.asarray((1 - np.exp(-BETA * x)) / (1 - np.exp(-BETA)))


def without_drift(x: FloatArray) -> FloatArray:
    """Where ∇·D is missing: density exp(−Fz/kT) η(z)."""
    z = np.linspace(0, 1, 2001)
    density = np.exp(-BETA * z) * (1 + (RATIO - 1) * z)
    total = np.concatenate([[0], np.cumsum(0.5 * (density[1:] + density[:-1]))])
    return np.asarray(np.interp(x, z, total / total[-1]))


def distance(found: FloatArray, law: object) -> float:
    """Kolmogorov and Smirnov's distance of a sample from a law."""
    return float(kstest(found, law).statistic)


#: Exceeded by one sample in a thousand.
LEVEL = 1.95 / np.sqrt(N)


def test_boltzmann_with_a_viscosity_gradient() -> None:
    found = heights()
    assert distance(found, boltzmann) < LEVEL
    assert distance(found, without_drift) > 3 * LEVEL


@pytest.mark.slow
def test_planted_errors_are_seen() -> None:
    assert distance(heights(warmth=2.0), boltzmann) > 2 * LEVEL
    assert distance(heights(pull=2 * BETA), boltzmann) > 2 * LEVEL


@pytest.mark.slow
def test_no_pull_is_uniform() -> None:
    assert distance(heights(pull=0.0), lambda x: x) < LEVEL

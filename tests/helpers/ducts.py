"""Developed flow in a rectangular duct: White, Viscous Fluid Flow, eq. 3-48 (a Fourier series)."""

from __future__ import annotations

import math

import numpy as np

from magcap.arrays import FloatArray

#: Odd terms of the series; they fall with the third (velocity) and fifth (flow rate) power.
TERMS = np.arange(1, 200, 2)


def conductance(width: float, height: float) -> float:
    """Flow rate in m³/s for a pressure gradient of 1 Pa/m and a viscosity of 1 Pa s, in m⁴."""
    n = TERMS
    tails = np.tanh(0.5 * n * math.pi * width / height) / n**5
    share = 1.0 - 192.0 * height / (math.pi**5 * width) * float(tails.sum())
    return height**3 * width / 12.0 * share


def profile(y: FloatArray, z: FloatArray, width: float, height: float) -> FloatArray:
    """Velocity of mean 1 at places in width and height from the middle, in m."""
    n = TERMS[:, None]
    half = 0.5 * n * math.pi * width / height
    # cosh a / cosh b, written so that it cannot overflow
    a = n * math.pi * np.abs(y) / height
    ratio = np.exp(a - half) * (1.0 + np.exp(-2.0 * a)) / (1.0 + np.exp(-2.0 * half))
    sine = np.sin(n * math.pi * (z / height + 0.5))
    speed = 4.0 * height**2 / math.pi**3 * ((1.0 - ratio) * sine / n**3).sum(axis=0)
    return np.asarray(speed * width * height / conductance(width, height))

"""Independent answers for tests of capture: closed forms and small integrators of their own.

Nothing here is taken from the code under test: fields of magnets come from magpylib or from closed
forms, paths from a midpoint rule of fixed length, distributions from quadrature.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import magpylib
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RegularGridInterpolator
from scipy.stats import qmc

from magcap.arrays import FloatArray

MU_0 = 4e-7 * np.pi
type Velocity = Callable[[FloatArray], FloatArray]


def captured_by_uniform_drift(epsilon: float) -> float:
    """Captured share of the flux in a Poiseuille tube, ε = 3∫v dx/(8UR) (at most 1)."""
    e = min(epsilon, 1.0)
    root = np.sqrt(1 - e ** (2 / 3))
    return float(2 / np.pi * (2 * e * root - e ** (1 / 3) * root + np.arcsin(e ** (1 / 3))))


def rod_force(x: FloatArray, z: FloatArray, *, M: float, radius: float) -> FloatArray:
    """|H| (A/m) and ½∇|H|² (A²/m³) beside an endless rod along y, magnetised across.

    |H| = M R²/(2r²) (Furlani and Ng, Phys. Rev. E 73 (2006) 061919); rows (|H|, along x, along z).
    """
    r2 = x**2 + z**2
    H = M * radius**2 / (2 * r2)
    slope = -(M**2) * radius**4 / (2 * r2**3)
    return np.stack([H, slope * x, slope * z])


@dataclass(frozen=True, kw_only=True)
class MagnetOnGrid:
    """B and ½∇|B|² of a magpylib magnet on a grid, for integrators that ask often."""

    axes: tuple[FloatArray, FloatArray, FloatArray]
    B: FloatArray
    driver: FloatArray

    @classmethod
    def of(cls, magnet: object, *axes: FloatArray, step: float = 2e-6) -> MagnetOnGrid:
        """Sampled at the grid of three axes; derivatives by central differences."""
        points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
        B = np.asarray(magpylib.getB(magnet, points))
        driver = np.empty_like(B)
        for i, shift in enumerate(step * np.eye(3)):
            up, down = (magpylib.getB(magnet, points + s) for s in (shift, -shift))
            driver[..., i] = ((up**2).sum(-1) - (down**2).sum(-1)) / (4 * step)
        return cls(axes=axes, B=B, driver=driver)  # type: ignore[arg-type]

    def slip(self, share: Callable[[FloatArray], FloatArray], mobility: float) -> Velocity:
        """mobility · share(|B|) · ½∇|B|² as a function of points."""
        size = np.linalg.norm(self.B, axis=-1)
        values = mobility * share(size)[..., None] * self.driver
        field = RegularGridInterpolator(self.axes, values, bounds_error=False, fill_value=None)
        return lambda points: np.asarray(field(points))

    def share(self, share: Callable[[FloatArray], FloatArray]) -> Velocity:
        """share(|B|) · ½∇|B|² as a function of points."""
        return self.slip(share, 1.0)


def square_duct(y: FloatArray, z: FloatArray, *, side: float, rate: float) -> FloatArray:
    """Speed in a square duct, |y| < side/2, 0 < z < side, by the series of its flow rate."""
    k = np.arange(1, 50, 2)
    wave = k * np.pi / side
    shape = 1 - np.cosh(np.outer(np.abs(y), wave)) / np.cosh(wave * side / 2)
    profile = (shape * np.sin(np.outer(z, wave)) / k**3).sum(axis=1)
    across = 1 - 2 / (wave * side) * np.tanh(wave * side / 2)
    mean = (2 / (k * np.pi) * across / k**3).sum()
    return np.asarray(rate / side**2 * profile / mean)


def follow(
    points: FloatArray,
    velocity: Velocity,
    ended: Callable[[FloatArray], NDArray[np.int64]],
    *,
    step: float,
    most: int = 20_000,
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Midpoint steps of the length `step` until `ended` says why (not 0): end points, reasons."""
    p, why = points.copy(), np.zeros(len(points), dtype=np.int64)
    for _ in range(most):
        i = np.flatnonzero(why == 0)
        if len(i) == 0:
            return p, why
        here = p[i]
        first = velocity(here)
        dt = (step / np.linalg.norm(first, axis=1))[:, None]
        p[i] = here + dt * velocity(here + 0.5 * dt * first)
        why[i] = ended(p[i])
    raise AssertionError(f"{(why == 0).sum()} paths do not end")


def sobol(n: int, dimensions: int, seed: int = 1) -> FloatArray:
    """n scrambled Sobol points."""
    return np.asarray(qmc.Sobol(dimensions, seed=seed).random(n))

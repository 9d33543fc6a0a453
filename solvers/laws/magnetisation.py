"""Magnetisation of a single carrier as pure array functions: Langevin, sphere, force, volume.

SI throughout. Conventions of the magnetic force (printed with every result): a superparamagnetic
sphere of magnetic volume V feels F = μ0 V f(|H|) ½∇|H|² with f = 3χ/(3+χ) in the linear range and
f = Ms/|H| once saturated; Langevin cores feel F = V Ms L(ξ) ∇|B|, ξ = μ0 m_core |H|/(kT).
With the saturation moment m = Ms V all of them read F = m w(x): `force_per_moment` gives w, the
same for all carriers of one kind. A measured curve M(B) takes the place of either law.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import PchipInterpolator

from magcap.arrays import FloatArray
from magcap.constants import K_B, MU_0

#: Quadrature over a log-normal: nodes, and standard deviations to either side.
_NODES, _SPAN = 128, 7.0


def langevin(xi: ArrayLike) -> FloatArray:
    """Langevin function L(ξ) = coth ξ − 1/ξ, by its series where |ξ| < 1e-2.

    >>> round(float(langevin(10.90708)), 5)  # 10 nm magnetite core at 0.2 T and 37 °C
    0.90832
    """
    x = np.asarray(xi, dtype=float)
    small = np.abs(x) < 1e-2
    safe = np.where(small, 1.0, x)
    series = x / 3 - x**3 / 45 + 2 * x**5 / 945
    result: FloatArray = np.where(small, series, 1 / np.tanh(safe) - 1 / safe)
    return result


def langevin_parameter(
    B: ArrayLike, *, core_diameter: float, saturation: float, T: float
) -> FloatArray:
    """ξ = Ms V_core |B| / (k T) for flux density in T, core diameter in m, T in K.

    >>> xi = langevin_parameter(1.0, core_diameter=10e-9, saturation=446e3, T=310.15)
    >>> round(float(xi), 3)
    54.535
    """
    core = np.pi / 6 * core_diameter**3
    xi: FloatArray = saturation * core * np.asarray(B, dtype=float) / (K_B * T)
    return xi


def linear_factor(susceptibility: float) -> float:
    """f = 3χ/(3+χ): a sphere's magnetisation per applied field (demagnetisation 1/3).

    >>> linear_factor(3.0)
    1.5
    """
    return 3 * susceptibility / (3 + susceptibility)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cores:
    """Single-domain cores of one kind: log-normal in size, with a shell that carries no moment.

    Attributes
    ----------
    diameter : float
        Median by number in m.
    gsd : float
        Geometric standard deviation, 1 for equal cores.
    dead_layer : float
        Thickness in m of the shell of disordered spins, of the same material; a core of diameter d
        has the moment of one of d − 2t (Kaiser and Miskolczy 1970).
    """

    diameter: float
    gsd: float = 1.0
    dead_layer: float = 0.0

    def magnetic(self) -> tuple[FloatArray, FloatArray]:
        """Magnetic diameters in m, and for each its share of the material's saturation moment.

        Nodes of Gauss and Legendre over ±7 standard deviations of the log-normal by *volume*, whose
        median is d exp(3 ln² σ): iron counts by volume. Shares add up to 1 without a dead layer.
        """
        dead, spread = 2 * self.dead_layer, float(np.log(self.gsd))
        if spread == 0.0:
            size = np.array([max(self.diameter - dead, 0.0)])
            return size, (size / self.diameter) ** 3
        middle = np.log(self.diameter) + 3 * spread**2
        low = -_SPAN if dead == 0.0 else max(-_SPAN, (np.log(dead) - middle) / spread)
        if low >= _SPAN:
            return np.array([0.0]), np.array([0.0])
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        z = low + 0.5 * (_SPAN - low) * (nodes + 1)
        size = np.exp(middle + spread * z)
        share = 0.5 * (_SPAN - low) * weights * np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
        if dead == 0.0:
            return size, share / share.sum()
        magnetic = np.maximum(size - dead, 0.0)
        return magnetic, share * (magnetic / size) ** 3

    @property
    def live_share(self) -> float:
        """Saturation moment over that without a dead layer.

        >>> round(Cores(diameter=10e-9, dead_layer=0.68e-9).live_share, 4)
        0.645
        """
        return float(self.magnetic()[1].sum())


class Curve(Protocol):
    """How a carrier is magnetised: its moment over the saturation moment, by the applied field."""

    def per_field(self, B: FloatArray) -> FloatArray:
        """M/(Ms |B|) in 1/T at |B| in T, shape (n,)."""
        ...

    def potential(self, B: FloatArray) -> FloatArray:
        """ψ = ∫₀^|B| M/Ms dB in T: m ψ is minus the energy of a carrier, m ∇ψ the force on it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Langevin:
    """Superparamagnetic cores: ⟨V L(ξ_V)⟩/⟨V⟩ over the sizes of `cores`.

    `saturation` in A/m, `temperature` in K.
    """

    cores: Cores
    saturation: float
    temperature: float = 310.15

    def per_field(self, B: FloatArray) -> FloatArray:
        """M/(Ms |B|) in 1/T.

        >>> narrow, wide = (
        ...     Langevin(cores=Cores(diameter=5e-9, gsd=gsd), saturation=446e3).per_field(
        ...         np.array([0.3])
        ...     )
        ...     for gsd in (1.0, 1.35)
        ... )
        >>> round(float(wide[0] / narrow[0]), 3)
        1.335
        """
        total, moment = np.zeros_like(B), 0.0
        for size, share in zip(*self.cores.magnetic(), strict=True):
            total += share * _langevin_per_field(self._slope(size), B)
            moment += share
        return total / moment if moment > 0.0 else total

    def potential(self, B: FloatArray) -> FloatArray:
        """ψ in T: ln(sinh ξ/ξ)/(ξ/B) for each size.

        >>> cores = Langevin(cores=Cores(diameter=10e-9), saturation=446e3)
        >>> [round(float(value), 5) for value in cores.potential(np.array([0.01, 1.0]))]
        [0.0009, 0.91396]
        """
        total, moment = np.zeros_like(B), 0.0
        for size, share in zip(*self.cores.magnetic(), strict=True):
            total += share * _langevin_potential(self._slope(size), B)
            moment += share
        return total / moment if moment > 0.0 else total

    def _slope(self, size: float) -> float:
        """ξ/|B| in 1/T of cores of this diameter in m."""
        Ms, T = self.saturation, self.temperature
        return float(langevin_parameter(1.0, core_diameter=size, saturation=Ms, T=T))


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """M = f H with f = 3χ/(3+χ) of the material's χ, or f = χ where it is per applied field.

    With `saturating` until M = Ms: the law of Furlani and Ng (2006), |H| = Ms (3+χ)/(3χ). A
    negative χ, less than the fluid's, magnetises against the field.
    """

    susceptibility: float
    saturation: float
    saturating: bool = False
    applied: bool = False

    def per_field(self, B: FloatArray) -> FloatArray:
        """M/(Ms |B|) in 1/T."""
        slope = self._slope
        if not self.saturating or slope == 0.0:
            return np.full_like(B, slope)
        share: FloatArray = np.sign(slope) / np.maximum(B, 1 / abs(slope))
        return share

    def potential(self, B: FloatArray) -> FloatArray:
        """ψ in T: ½ (slope) B², straight on beyond saturation.

        >>> law = Linear(susceptibility=3.0, saturation=446e3, saturating=True)
        >>> law.potential(np.array([0.0, 1.0])).round(4).tolist()
        [0.0, 0.8132]
        """
        slope = self._slope
        if not self.saturating or slope == 0.0:
            return np.asarray(0.5 * slope * B**2)
        knee = 1 / abs(slope)
        below = np.minimum(B, knee)
        return np.asarray(0.5 * slope * below**2 + np.sign(slope) * (B - below))

    @property
    def _slope(self) -> float:
        """M/(Ms |B|) in 1/T below saturation."""
        factor = self.susceptibility if self.applied else linear_factor(self.susceptibility)
        return factor / (MU_0 * self.saturation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A measured curve M(B), monotone between its rows (Fritsch and Carlson 1980), flat beyond.

    Attributes
    ----------
    B : ndarray, shape (n,)
        Applied flux density μ0 H in T, from 0 upwards.
    M : ndarray, shape (n,)
        In any unit; the last is taken for saturation.
    """

    B: FloatArray
    M: FloatArray

    def per_field(self, B: FloatArray) -> FloatArray:
        """M/(Ms |B|) in 1/T."""
        curve = self._curve()
        weak = 1e-6 * self.B[1] >= B
        safe = np.where(weak, 1.0, B)
        ratio: FloatArray = curve(np.minimum(safe, self.B[-1])) / safe
        return np.where(weak, float(curve.derivative()(0.0)), ratio)

    def potential(self, B: FloatArray) -> FloatArray:
        """ψ in T: the integral of the curve, straight on beyond its end."""
        end = self.B[-1]
        below = np.minimum(B, end)
        integral = self._curve().antiderivative()
        return np.asarray(integral(below) - integral(0.0) + (B - below))

    def _curve(self) -> PchipInterpolator:
        """M/Ms over B, odd in B, which tells the slope at the origin."""
        B, share = (np.r_[-x[:0:-1], x] for x in (self.B, self.M / self.M[-1]))
        return PchipInterpolator(B, share)


def force_per_moment(curve: Curve, B: FloatArray, grad_half_B2: FloatArray) -> FloatArray:
    """Force per saturation moment, w = M(|H|)/(Ms |B|) ½∇|B|² in T/m, shape (n, 3).

    Parameters
    ----------
    curve : Curve
        `Langevin`, `Linear` or `Measured`.
    B, grad_half_B2 : ndarray, shape (n, 3)
        Flux density in T and ½∇|B|² in T²/m.

    >>> law = Linear(susceptibility=1e6, saturation=446e3, saturating=True)
    >>> force_per_moment(law, np.array([[1.0, 0, 0]]), np.array([[50.0, 0, 0]]))[0].tolist()
    [50.0, 0.0, 0.0]
    """
    share = curve.per_field(np.linalg.norm(B, axis=1))
    result: FloatArray = share[:, None] * grad_half_B2
    return result


def _langevin_per_field(slope: float, B: FloatArray) -> FloatArray:
    """L(slope B)/B, by its series where slope B < 1e-2."""
    weak = slope * B < 1e-2
    ratio = langevin(slope * B) / np.where(weak, 1.0, B)
    return np.where(weak, slope / 3 * (1 - (slope * B) ** 2 / 15), ratio)


def _langevin_potential(slope: float, B: FloatArray) -> FloatArray:
    """∫₀^B L(slope B) dB = ln(sinh ξ/ξ)/slope in T with ξ = slope B; by its series for ξ < 1e-2."""
    xi = slope * B
    weak = xi < 1e-2
    safe = np.where(weak, 1.0, xi)
    exact = safe + np.log1p(-np.exp(-2 * safe)) - np.log(2 * safe)
    values = np.where(weak, xi**2 / 6 - xi**4 / 180, exact)
    return np.asarray(values / slope if slope > 0.0 else 0.0 * B)


def magnetic_volume_of_iron(
    iron_mass: ArrayLike, *, iron_fraction: float, density: float
) -> FloatArray:
    """Volume of core material in m³ that holds `iron_mass` kg of iron.

    >>> V = magnetic_volume_of_iron(1e-15, iron_fraction=0.7236, density=5180.0)
    >>> f"{446e3 * float(V):.4e}"  # saturation moment of 1 pg Fe as magnetite, A m²
    '1.1899e-13'
    """
    volume: FloatArray = np.asarray(iron_mass, dtype=float) / (iron_fraction * density)
    return volume

"""Magnetisation of a single carrier as pure array functions: Langevin, sphere, force, volume.

SI throughout. Conventions of the magnetic force (printed with every result): a superparamagnetic
sphere of magnetic volume V feels F = μ0 V f(|H|) ½∇|H|² with f = 3χ/(3+χ) in the linear range and
f = Ms/|H| once saturated; Langevin cores feel F = V Ms L(ξ) ∇|B|, ξ = μ0 m_core |H|/(kT).
With the saturation moment m = Ms V all of them read F = m w(x): `force_per_moment` gives w, the
same for all carriers of one kind.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from magcap.arrays import FloatArray
from magcap.constants import K_B, MU_0


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


def force_per_moment(
    B: FloatArray,
    grad_half_B2: FloatArray,
    *,
    law: str,
    saturation: float,
    susceptibility: float | None = None,
    core_diameter: float | None = None,
    temperature: float = 310.15,
) -> FloatArray:
    """Force per saturation moment, w = M(|H|)/(Ms |B|) ½∇|B|² in T/m, shape (n, 3).

    Parameters
    ----------
    B, grad_half_B2 : ndarray, shape (n, 3)
        Flux density in T and ½∇|B|² in T²/m.
    law : str
        ``"langevin"``, ``"linear"`` or ``"linear-saturating"``.
    saturation : float
        Ms in A/m.
    susceptibility : float
        χ of the core material (linear laws).
    core_diameter, temperature : float
        In m and K (Langevin).

    Notes
    -----
    M/(Ms|B|) = L(ξ)/|B|, f/(μ0 Ms) or the smaller of f/(μ0 Ms) and 1/|B|, which is the law of
    Furlani and Ng (2006) with saturation at |H| = Ms (3+χ)/(3χ).

    >>> w = force_per_moment(np.array([[1.0, 0, 0]]), np.array([[50.0, 0, 0]]),
    ...                      law="linear-saturating", saturation=446e3, susceptibility=1e6)
    >>> w[0].tolist()
    [50.0, 0.0, 0.0]
    """
    magnitude = np.linalg.norm(B, axis=1)
    if law == "langevin":
        if core_diameter is None:
            raise ValueError("the Langevin law needs a core diameter")
        slope = float(
            langevin_parameter(
                1.0, core_diameter=core_diameter, saturation=saturation, T=temperature
            )
        )
        weak = slope * magnitude < 1e-2
        ratio = langevin(slope * magnitude) / np.where(weak, 1.0, magnitude)
        share = np.where(weak, slope / 3 * (1 - (slope * magnitude) ** 2 / 15), ratio)
    else:
        if susceptibility is None:
            raise ValueError("the linear laws need a susceptibility")
        linear = linear_factor(susceptibility) / (MU_0 * saturation)
        share = np.full_like(magnitude, linear)
        if law == "linear-saturating":
            share = 1 / np.maximum(magnitude, 1 / linear)
    result: FloatArray = share[:, None] * grad_half_B2
    return result


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

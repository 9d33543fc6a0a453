"""Populations of carriers: the case's medians and distributions as arrays, one value a carrier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Blood, Carrier, LengthDistribution, MassDistribution
from magcap.errors import CaseError
from magcap.solvers import laws


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Carriers of one kind.

    Attributes
    ----------
    diameter : ndarray, shape (n,)
        Hydrodynamic diameter in m.
    moment : ndarray, shape (n,)
        Saturation moment in A m².
    density : float
        In kg/m³.
    """

    diameter: FloatArray
    moment: FloatArray
    density: float


#: Numbers that make a carrier: of its diameter and of its iron mass.
SCORES = 2


def sample(carrier: Carrier, scores: FloatArray) -> Population:
    """Carriers from standard normal numbers; diameter and iron mass are independent log-normals.

    Parameters
    ----------
    carrier : Carrier
    scores : ndarray, shape (n, `SCORES`)
        Independent standard normal numbers, one row a carrier: of its diameter and its iron mass.

    >>> from magcap.case import Carrier
    >>> cell = Carrier(name="cell", diameter="15 um", iron_mass="20 pg", core_diameter="10 nm",
    ...                count=3)
    >>> population = sample(cell, np.random.default_rng(1).standard_normal((3, SCORES)))
    >>> [f"{m:.4e}" for m in population.moment]
    ['2.3798e-12', '2.3798e-12', '2.3798e-12']
    """
    diameter = _draw(carrier.diameter, scores[:, 0])
    iron = None if carrier.iron_mass is None else _draw(carrier.iron_mass, scores[:, 1])
    moment = carrier.saturation * _magnetic_volume(carrier, diameter, iron)
    return Population(diameter=diameter, moment=moment, density=carrier.density)


def median(carrier: Carrier) -> Population:
    """One carrier with all medians."""
    diameter = np.array([_median(carrier.diameter)])
    iron = None if carrier.iron_mass is None else np.array([_median(carrier.iron_mass)])
    moment = carrier.saturation * _magnetic_volume(carrier, diameter, iron)
    return Population(diameter=diameter, moment=moment, density=carrier.density)


def force_per_moment(
    carrier: Carrier, B: FloatArray, grad_half_B2: FloatArray, blood: Blood, *, path: str
) -> FloatArray:
    """Force per saturation moment of this kind of carrier at points, shape (n, 3), in T/m.

    Raises
    ------
    CaseError
        If the law of `carrier.magnetization` lacks its parameter; `path` names the carrier.
    """
    if carrier.magnetization == "langevin" and carrier.core_diameter is None:
        raise CaseError(
            f'`{path}.core_diameter` must be given for the Langevin magnetisation, e.g. "10 nm".'
        )
    if carrier.magnetization != "langevin" and carrier.susceptibility is None:
        raise CaseError(
            f"`{path}.susceptibility` must be given for the magnetisation "
            f'"{carrier.magnetization}", e.g. 3.0.'
        )
    return laws.force_per_moment(
        B,
        grad_half_B2,
        law=carrier.magnetization,
        saturation=carrier.saturation,
        susceptibility=carrier.susceptibility,
        core_diameter=carrier.core_diameter,
        temperature=blood.temperature,
    )


def _magnetic_volume(carrier: Carrier, diameter: FloatArray, iron: FloatArray | None) -> FloatArray:
    """Volume of magnetic material in m³; none of the three given means an unlabelled carrier."""
    if iron is not None:
        return laws.magnetic_volume_of_iron(
            iron, iron_fraction=carrier.iron_fraction, density=carrier.core_density
        )
    if carrier.magnetic_volume is not None:
        return np.full_like(diameter, carrier.magnetic_volume)
    fraction = carrier.magnetic_fraction or 0.0
    volume: FloatArray = fraction * np.pi / 6 * diameter**3
    return volume


def _draw(value: float | LengthDistribution | MassDistribution, scores: FloatArray) -> FloatArray:
    if isinstance(value, float | int):
        return np.full(len(scores), float(value))
    drawn: FloatArray = value.median * np.exp(np.log(value.gsd) * scores)
    return drawn


def _median(value: float | LengthDistribution | MassDistribution) -> float:
    return float(value) if isinstance(value, float | int) else value.median

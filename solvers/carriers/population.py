"""Populations of carriers: the case's medians and distributions as arrays, one value a carrier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Blood, Carrier, LengthDistribution, MassDistribution
from magcap.errors import CaseError
from magcap.library import MagnetizationTable, read_magnetization_table
from magcap.solvers import laws


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Carriers of one kind.

    Attributes
    ----------
    diameter : ndarray, shape (n,)
        In m: of the sphere, or the reach to the wall of another body.
    moment : ndarray, shape (n,)
        Saturation moment in A m².
    density : float
        In kg/m³.
    drag_diameter : ndarray, shape (n,)
        Of the sphere with the same drag in m.
    volume : ndarray, shape (n,)
        Of the body in m³.
    """

    diameter: FloatArray
    moment: FloatArray
    density: float
    drag_diameter: FloatArray
    volume: FloatArray


#: Numbers that make a carrier: of its diameter and of its iron mass.
SCORES = 2
#: Nodes of the means; distributions as wide as a case may have (gsd 10) take so many.
_HERMITE = 80


def sample(carrier: Carrier, scores: FloatArray) -> Population:
    """Carriers from standard normal numbers; diameter and iron mass are independent log-normals.

    Parameters
    ----------
    carrier : Carrier
    scores : ndarray, shape (n, `SCORES`)
        Independent standard normal numbers, one row a carrier: of its diameter and its iron mass.

    Raises
    ------
    CaseError
        If the table of its magnetisation cannot be read.

    >>> from magcap.case import Carrier
    >>> cell = Carrier(name="cell", diameter="15 um", iron_mass="20 pg", core_diameter="10 nm",
    ...                count=3)
    >>> population = sample(cell, np.random.default_rng(1).standard_normal((3, SCORES)))
    >>> [f"{m:.4e}" for m in population.moment]
    ['2.3798e-12', '2.3798e-12', '2.3798e-12']
    """
    diameter = _draw(carrier.diameter, scores[:, 0])
    iron = None if carrier.iron_mass is None else _draw(carrier.iron_mass, scores[:, 1])
    return population_of(carrier, diameter, iron)


def median(carrier: Carrier) -> Population:
    """One carrier with all medians."""
    diameter = np.array([_median(carrier.diameter)])
    iron = None if carrier.iron_mass is None else np.array([_median(carrier.iron_mass)])
    return population_of(carrier, diameter, iron)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """What one carrier has in the mean over its distribution.

    Attributes
    ----------
    moment : float
        Saturation moment in A m².
    iron : float
        In kg; 0 where the case does not tell.
    volume : float
        Of the body in m³.
    """

    moment: float
    iron: float
    volume: float


def mean(carrier: Carrier) -> Mean:
    """Means over diameters and iron masses, by Gauss and Hermite's rule in both.

    Raises
    ------
    CaseError
        If the table of its magnetisation cannot be read.

    >>> from magcap.case import Carrier
    >>> cell = Carrier(name="cell", diameter="15 um", iron_mass={"median": "20 pg", "gsd": 2.0},
    ...                core_diameter="10 nm")
    >>> f"{mean(cell).iron:.4e}"  # 20 pg exp(½ ln² 2)
    '2.5431e-14'
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(_HERMITE)
    weights = weights / weights.sum()
    shares = np.outer(weights, weights).ravel()
    scores = np.column_stack([np.repeat(nodes, _HERMITE), np.tile(nodes, _HERMITE)])
    drawn = sample(carrier, scores)
    given = None if carrier.iron_mass is None else _draw(carrier.iron_mass, scores[:, 1])
    cores = _magnetic_volume(carrier, drawn.volume, given)
    iron = carrier.iron_fraction * carrier.core_density * cores
    return Mean(
        moment=float(shares @ drawn.moment),
        iron=float(shares @ iron),
        volume=float(shares @ drawn.volume),
    )


def population_of(carrier: Carrier, diameter: FloatArray, iron: FloatArray | None) -> Population:
    """The carriers of given diameters in m and iron masses in kg, shape (n,) each.

    A body that is no sphere keeps its shape: drag diameter and volume grow with `diameter`.

    Raises
    ------
    CaseError
        If the table of their magnetisation cannot be read.
    """
    scale = diameter / _median(carrier.diameter)
    drag, volume = diameter, np.pi / 6 * diameter**3
    if carrier.drag_diameter is not None:
        drag = carrier.drag_diameter * scale
    if carrier.volume is not None:
        volume = carrier.volume * scale**3
    return Population(
        diameter=diameter,
        moment=_moment(carrier, volume, iron),
        density=carrier.density,
        drag_diameter=drag,
        volume=volume,
    )


def force_per_moment(
    carrier: Carrier, B: FloatArray, grad_half_B2: FloatArray, blood: Blood, *, path: str
) -> FloatArray:
    """Force per saturation moment of this kind of carrier at points, shape (n, 3), in T/m.

    Raises
    ------
    CaseError
        If the law of `carrier.magnetization` lacks its parameter; `path` names the carrier.
    """
    return laws.force_per_moment(curve_of(carrier, blood, path=path), B, grad_half_B2)


def curve_of(carrier: Carrier, blood: Blood, *, path: str) -> laws.Curve:
    """How this kind of carrier is magnetised by the applied field.

    Raises
    ------
    CaseError
        If the law of `carrier.magnetization` lacks its parameter; `path` names the carrier.
    """
    if carrier.magnetization == "table":
        table = _table(carrier, path)
        return laws.Measured(B=table.B, M=table.M)
    if carrier.magnetization == "langevin":
        return laws.Langevin(
            cores=_cores(carrier, path),
            saturation=carrier.saturation,
            temperature=blood.temperature,
        )
    if carrier.susceptibility is None:
        raise CaseError(
            f"`{path}.susceptibility` must be given for the magnetisation "
            f'"{carrier.magnetization}", e.g. 3.0.'
        )
    return laws.Linear(
        susceptibility=carrier.susceptibility,
        saturation=carrier.saturation,
        saturating=carrier.magnetization == "linear-saturating",
        applied=carrier.susceptibility_of == "applied",
    )


def _cores(carrier: Carrier, path: str = "carrier") -> laws.Cores:
    """The cores as their magnetisation sees them."""
    size = carrier.magnetic_core_diameter or carrier.core_diameter
    if size is None:
        raise CaseError(
            f'`{path}.core_diameter` must be given for the Langevin magnetisation, e.g. "10 nm".'
        )
    return laws.Cores(diameter=size, gsd=carrier.core_gsd, dead_layer=carrier.dead_layer or 0.0)


def _table(carrier: Carrier, path: str = "carrier") -> MagnetizationTable:
    if carrier.magnetization_table is None or carrier.magnetization_table_of is None:
        raise CaseError(
            f"`{path}.magnetization_table` and `{path}.magnetization_table_of` must be given for "
            'the magnetisation "table".'
        )
    return read_magnetization_table(carrier.magnetization_table, path=f"{path}.magnetization_table")


def _moment(carrier: Carrier, volume: FloatArray, iron: FloatArray | None) -> FloatArray:
    """Saturation moment in A m² of bodies of `volume` m³ with `iron` kg."""
    cores = _magnetic_volume(carrier, volume, iron)
    if carrier.magnetization != "table":
        alive = 1.0 if carrier.dead_layer is None else _cores(carrier).live_share
        return carrier.saturation * alive * cores
    table = _table(carrier)
    basis = volume if carrier.magnetization_table_of == "carrier" else cores
    if table.per == "mass":
        whole = carrier.magnetization_table_of == "carrier"
        basis = basis * (carrier.density if whole else carrier.core_density)
        if carrier.magnetization_table_of == "iron":
            basis = basis * carrier.iron_fraction
    moment: FloatArray = table.M[-1] * basis
    return moment


def _magnetic_volume(carrier: Carrier, body: FloatArray, iron: FloatArray | None) -> FloatArray:
    """Volume of magnetic material in m³; none of the three given means an unlabelled carrier."""
    if iron is not None:
        return laws.magnetic_volume_of_iron(
            iron, iron_fraction=carrier.iron_fraction, density=carrier.core_density
        )
    if carrier.magnetic_volume is not None:
        return np.full_like(body, carrier.magnetic_volume)
    volume: FloatArray = (carrier.magnetic_fraction or 0.0) * body
    return volume


def _draw(value: float | LengthDistribution | MassDistribution, scores: FloatArray) -> FloatArray:
    if isinstance(value, float | int):
        return np.full(len(scores), float(value))
    drawn: FloatArray = value.median * np.exp(np.log(value.gsd) * scores)
    return drawn


def _median(value: float | LengthDistribution | MassDistribution) -> float:
    return float(value) if isinstance(value, float | int) else value.median

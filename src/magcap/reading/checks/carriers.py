"""Carriers of a case: faults of each in itself and in the vessel, each a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from magcap.case import Carrier, LengthDistribution, MassDistribution
from magcap.geometry.lumen import Outline
from magcap.reading import shown

#: Cores that are so many times larger than their carrier must be a slip of the unit; less is
#: a warning (`overfull`), since a reference case may want it.
_UNIT_SLIP = 1000.0


def median_diameter(carrier: Carrier) -> float:
    """Median hydrodynamic diameter in m."""
    diameter = carrier.diameter
    return diameter.median if isinstance(diameter, LengthDistribution) else diameter


def carrier_faults(carriers: Sequence[Carrier | None], shape: Outline | None) -> list[str]:
    """Each carrier in itself, names given twice, carriers that do not fit into the vessel."""
    faults = []
    seen: set[str] = set()
    for i, carrier in enumerate(carriers, start=1):
        if carrier is None:
            continue
        path = f"carrier[{i}]"
        if carrier.name in seen:
            faults.append(f"`{path}.name` {shown(carrier.name)} is given twice.")
        seen.add(carrier.name)
        faults += _faults_of(carrier, path)
        if shape is not None and median_diameter(carrier) >= shape.narrowest:
            faults.append(
                f"`{path}.diameter` must be smaller than the vessel's smallest radius of "
                f"{shape.narrowest:g} m, got {median_diameter(carrier):g} m."
            )
    return faults


def _faults_of(carrier: Carrier, path: str) -> list[str]:
    """Faults of one carrier in itself."""
    loads = ("iron_mass", "magnetic_volume", "magnetic_fraction")
    given = [key for key in loads if getattr(carrier, key) is not None]
    faults = []
    if len(given) != 1:
        got = " and ".join(given) if given else "none"
        faults.append(
            f"`{path}` must have exactly one of {', '.join(loads)}, got {got}"
            + ("." if given else '; for a carrier without iron write iron_mass = "0 pg".')
        )
    if carrier.magnetization != "langevin" and carrier.susceptibility is None:
        faults.append(
            f"`{path}.susceptibility` is missing: a number above 0, as magnetization = "
            f'"{carrier.magnetization}" needs it.'
        )
    if carrier.magnetization == "langevin" and carrier.susceptibility is not None:
        faults.append(
            f'`{path}.susceptibility` belongs to magnetization = "linear" or '
            '"linear-saturating"; Langevin carriers take core_diameter and saturation.'
        )
    return faults + _sizes(carrier, path)


def _sizes(carrier: Carrier, path: str) -> list[str]:
    diameter = median_diameter(carrier)
    faults = []
    if not 1e-9 <= diameter <= 1e-3:
        faults.append(f"`{path}.diameter` must lie between 1 nm and 1 mm, got {diameter:g} m.")
    if carrier.core_diameter is not None and carrier.core_diameter > diameter:
        faults.append(
            f"`{path}.core_diameter` must be at most the carrier's diameter of {diameter:g} m, "
            f"got {carrier.core_diameter:g} m."
        )
    if carrier.magnetic_fraction is not None and carrier.magnetic_fraction > 1.0:
        faults.append(
            f"`{path}.magnetic_fraction` must be at most 1, got {carrier.magnetic_fraction:g}."
        )
    if core_volume(carrier) > _UNIT_SLIP * math.pi / 6 * diameter**3:
        key = "iron_mass" if carrier.iron_mass is not None else "magnetic_volume"
        faults.append(
            f"`{path}.{key}` must fit into the carrier, but the magnetic cores take up "
            f"{1e18 * core_volume(carrier):.3g} um³ and a sphere of diameter {diameter:g} m has "
            f"{1e18 * math.pi / 6 * diameter**3:.3g} um³; look at the units."
        )
    return faults


def overfull(carrier: Carrier) -> str | None:
    """A sentence if the magnetic cores take up more room than the median carrier has.

    >>> print(overfull(Carrier(name="a", diameter="1 um", magnetic_volume="1 um^3")))
    Carrier "a": the magnetic cores take up 1 um³, more than the carrier's own 0.524 um³.
    """
    volume = math.pi / 6 * median_diameter(carrier) ** 3
    magnetic = core_volume(carrier)
    if magnetic <= volume * (1 + 1e-9):
        return None
    return (
        f'Carrier "{carrier.name}": the magnetic cores take up {1e18 * magnetic:.3g} um³, '
        f"more than the carrier's own {1e18 * volume:.3g} um³."
    )


def core_volume(carrier: Carrier) -> float:
    """Volume of the magnetic cores of the median carrier in m³."""
    if carrier.magnetic_volume is not None:
        return carrier.magnetic_volume
    if carrier.magnetic_fraction is not None:
        return carrier.magnetic_fraction * math.pi / 6 * median_diameter(carrier) ** 3
    iron = carrier.iron_mass
    mass = iron.median if isinstance(iron, MassDistribution) else iron or 0.0
    return mass / carrier.iron_fraction / carrier.core_density

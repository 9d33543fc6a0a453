"""Carriers of a case: faults of each in itself and in the vessel, each a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from magcap.case import Blood, Carrier, CarrierFluid, LengthDistribution, MassDistribution, mass_of
from magcap.errors import CaseError
from magcap.geometry.lumen import Outline
from magcap.library import read_magnetization_table
from magcap.reading import shown
from magcap.solvers.laws import viscosity_of

#: The ways to say how much iron a carrier has.
_LOADS = ("iron_mass", "magnetic_volume", "magnetic_fraction")

#: Cores that are so many times larger than their carrier must be a slip of the unit; less is
#: a warning (`overfull`), since a reference case may want it.
_UNIT_SLIP = 1000.0


def median_diameter(carrier: Carrier) -> float:
    """Median hydrodynamic diameter in m."""
    diameter = carrier.diameter
    return diameter.median if isinstance(diameter, LengthDistribution) else diameter


def carrier_faults(
    carriers: Sequence[Carrier | None], shape: Outline | None, blood: Blood | None = None
) -> list[str]:
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
        if blood is not None and carrier.fluid == "plasma":
            faults += _plasma(blood, path)
        if shape is not None and median_diameter(carrier) >= shape.narrowest:
            faults.append(
                f"`{path}.diameter` must be smaller than the vessel's smallest radius of "
                f"{1e3 * shape.narrowest:g} mm, got {1e3 * median_diameter(carrier):g} mm."
            )
    return faults


def _faults_of(carrier: Carrier, path: str) -> list[str]:
    """Faults of one carrier in itself."""
    faults = _load(carrier, path)
    if carrier.magnetization == "table":
        faults += _table(carrier, path)
    else:
        faults += [
            f'`{path}.{key}` belongs to magnetization = "table".'
            for key in ("magnetization_table", "magnetization_table_of")
            if getattr(carrier, key) is not None
        ]
    faults += _per_mass(carrier, path)
    return faults + _law(carrier, path) + _cores(carrier, path) + _sizes(carrier, path)


def _per_mass(carrier: Carrier, path: str) -> list[str]:
    """Saturation and susceptibility per mass: whose, and not per volume besides."""
    given = [key for key in ("saturation", "susceptibility") if getattr(carrier, f"specific_{key}")]
    faults = [
        f"`{path}` must have either `{key}` or `specific_{key}`, not both."
        for key in given
        if key in carrier.model_fields_set and getattr(carrier, key) is not None
    ]
    if not given:
        if carrier.saturation_of is not None:
            faults.append(
                f"`{path}.saturation_of` belongs to a saturation or susceptibility per mass, such "
                'as saturation = "70 A*m^2/kg".'
            )
        return faults
    whose, fraction = mass_of(carrier), carrier.magnetic_fraction
    if whose is None:
        faults.append(
            f'`{path}.saturation_of` is missing: "carrier" or "core", whose mass the values per '
            "mass refer to."
        )
    if whose == "carrier" and (fraction is None or fraction == 0.0):
        faults.append(
            f'`{path}.saturation_of` = "carrier" needs a magnetic_fraction; for a whole bead that '
            "is 1."
        )
    if whose == "carrier" and "susceptibility" in given and fraction not in (None, 1.0):
        faults.append(
            f"`{path}.susceptibility` per mass of the whole carrier needs magnetic_fraction = 1, "
            f"got {fraction:g}."
        )
    return faults


def _load(carrier: Carrier, path: str) -> list[str]:
    """One way to say how much iron there is; none where a table is that of the whole carrier."""
    given = [key for key in _LOADS if getattr(carrier, key) is not None]
    if carrier.magnetization == "table" and carrier.magnetization_table_of == "carrier":
        if not given:
            return []
        return [
            f"`{path}` has {' and '.join(given)}, but its table is that of the whole carrier "
            '(magnetization_table_of = "carrier"), which says it already.'
        ]
    if len(given) == 1:
        return []
    got = " and ".join(given) if given else "none"
    return [
        f"`{path}` must have exactly one of {', '.join(_LOADS)}, got {got}"
        + ("." if given else '; for a carrier without iron write iron_mass = "0 pg".')
    ]


def _table(carrier: Carrier, path: str) -> list[str]:
    """The table of M(B), and what its mass or volume is."""
    faults = []
    if carrier.magnetization_table_of is None:
        faults.append(
            f'`{path}.magnetization_table_of` is missing: "carrier", "core" or "iron", whose mass '
            "or volume the table's magnetisation refers to."
        )
    if carrier.magnetization_table is None:
        return [*faults, f'`{path}.magnetization_table` is missing: a CSV file such as "m270.csv".']
    try:
        table = read_magnetization_table(
            carrier.magnetization_table, path=f"{path}.magnetization_table"
        )
    except CaseError as error:
        return [*faults, *error.faults]
    if table.per == "volume" and carrier.magnetization_table_of == "iron":
        faults.append(
            f'`{path}.magnetization_table_of` = "iron" needs M per mass, such as A m2/kg, but the '
            "table has it per volume."
        )
    return faults


def _law(carrier: Carrier, path: str) -> list[str]:
    """The susceptibility that the linear laws need, and no other."""
    faults = []
    linear = carrier.magnetization in ("linear", "linear-saturating")
    susceptibility = carrier.susceptibility
    if susceptibility is None:
        susceptibility = carrier.specific_susceptibility
    if linear and susceptibility is None:
        faults.append(
            f"`{path}.susceptibility` is missing: a number such as 0.5, as magnetization = "
            f'"{carrier.magnetization}" needs it.'
        )
    if carrier.magnetization == "linear-saturating" and susceptibility == 0.0:
        faults.append(f"`{path}.susceptibility` must not be 0 with a saturation.")
    if not linear and susceptibility is not None:
        faults.append(
            f'`{path}.susceptibility` belongs to magnetization = "linear" or '
            '"linear-saturating"; Langevin carriers take core_diameter and saturation.'
        )
    applied = carrier.susceptibility_of == "applied" and carrier.susceptibility is not None
    if applied and linear and (carrier.susceptibility or 0.0) > 3.0:
        faults.append(
            f"`{path}.susceptibility` per applied field must be at most 3, the limit of a sphere, "
            f"got {carrier.susceptibility:g}; a material's needs susceptibility_of = "
            '"material".'
        )
    return faults


def _cores(carrier: Carrier, path: str) -> list[str]:
    """The sizes of the cores, which Langevin's law alone knows."""
    faults = []
    if carrier.magnetization != "langevin":
        given = {
            "core_gsd": carrier.core_gsd != 1.0,
            "dead_layer": carrier.dead_layer is not None,
            "magnetic_core_diameter": carrier.magnetic_core_diameter is not None,
        }
        faults += [
            f'`{path}.{key}` belongs to magnetization = "langevin".'
            for key, there in given.items()
            if there
        ]
    if carrier.dead_layer is None:
        return faults
    if carrier.magnetic_core_diameter is not None:
        faults.append(
            f"`{path}.dead_layer` and `{path}.magnetic_core_diameter` exclude each other: a size "
            "from a magnetisation curve has no dead layer in it."
        )
    elif carrier.core_diameter is not None and 2 * carrier.dead_layer >= carrier.core_diameter:
        faults.append(
            f"`{path}.dead_layer` must be thinner than the cores' radius of "
            f"{0.5 * carrier.core_diameter:g} m, got {carrier.dead_layer:g} m."
        )
    return faults


def _sizes(carrier: Carrier, path: str) -> list[str]:
    diameter = median_diameter(carrier)
    faults = []
    if not 1e-9 <= diameter <= 1e-3:
        faults.append(f"`{path}.diameter` must lie between 1 nm and 1 mm, got {diameter:g} m.")
    for key in ("core_diameter", "magnetic_core_diameter"):
        size = getattr(carrier, key)
        if size is not None and size > diameter:
            faults.append(
                f"`{path}.{key}` must be at most the carrier's diameter of {diameter:g} m, "
                f"got {size:g} m."
            )
    if carrier.volume is not None and carrier.volume > math.pi / 6 * diameter**3 * (1 + 1e-9):
        faults.append(
            f"`{path}.volume` must be at most that of a sphere of its diameter, "
            f"{1e18 * math.pi / 6 * diameter**3:.4g} um^3, got {1e18 * carrier.volume:.4g} um^3."
        )
    if carrier.drag_diameter is not None and not 0.1 <= carrier.drag_diameter / diameter <= 10.0:
        faults.append(
            f"`{path}.drag_diameter` must be within a factor of 10 of the diameter of "
            f"{diameter:g} m, got {carrier.drag_diameter:g} m."
        )
    if isinstance(carrier.fluid, CarrierFluid):
        faults += _fluid(carrier.fluid, path)
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


def _plasma(blood: Blood, path: str) -> list[str]:
    """Plasma that is asked for where the blood is thinner."""
    thin = viscosity_of(blood).mu_inf
    if blood.plasma_viscosity <= thin:
        return []
    return [
        f'`{path}.fluid` = "plasma" needs a plasma that is not thicker than the blood, but '
        f"`blood.plasma_viscosity` is {1e3 * blood.plasma_viscosity:g} mPa*s and the blood has "
        f'{1e3 * thin:g} mPa*s; write "blood" or set blood.plasma_viscosity.'
    ]


def _fluid(fluid: CarrierFluid, path: str) -> list[str]:
    """A fluid of the carrier's own, in the range of what flows in a vessel."""
    faults = []
    if not 0.5e-3 <= fluid.viscosity <= 0.1:
        faults.append(
            f"`{path}.fluid.viscosity` must lie between 0.5 and 100 mPa*s, "
            f"got {1e3 * fluid.viscosity:g} mPa*s."
        )
    if not 500.0 <= fluid.density <= 2000.0:
        faults.append(
            f'`{path}.fluid.density` must be that of a liquid such as "1025 kg/m^3", '
            f"got {fluid.density:g} kg/m^3."
        )
    return faults


def overfull(carrier: Carrier) -> str | None:
    """A sentence if the magnetic cores take up more room than the median carrier has.

    >>> print(overfull(Carrier(name="a", diameter="1 um", magnetic_volume="1 um^3")))
    Carrier "a": the magnetic cores take up 1 um³, more than the carrier's own 0.524 um³.
    """
    volume = body_volume(carrier)
    magnetic = core_volume(carrier)
    if magnetic <= volume * (1 + 1e-9):
        return None
    return (
        f'Carrier "{carrier.name}": the magnetic cores take up {1e18 * magnetic:.3g} um³, '
        f"more than the carrier's own {1e18 * volume:.3g} um³."
    )


def body_volume(carrier: Carrier) -> float:
    """Volume of the median carrier in m³."""
    return carrier.volume or math.pi / 6 * median_diameter(carrier) ** 3


def core_volume(carrier: Carrier) -> float:
    """Volume of the magnetic cores of the median carrier in m³."""
    if carrier.magnetic_volume is not None:
        return carrier.magnetic_volume
    if carrier.magnetic_fraction is not None:
        return carrier.magnetic_fraction * body_volume(carrier)
    iron = carrier.iron_mass
    mass = iron.median if isinstance(iron, MassDistribution) else iron or 0.0
    return mass / carrier.iron_fraction / carrier.core_density

"""What a reader must know of carriers and blood in a vessel, one sentence each, with its size."""

from __future__ import annotations

from collections.abc import Iterator

from magcap.case import Blood, Carrier
from magcap.solvers import laws

from .fluid import has_cells
from .population import curve_of, median

#: Radius of a carrier over that of the vessel from which walls taken as planes are told of.
WIDE = 0.1
#: Diameter of a vessel in m below which blood seems thinner (Pries et al. 1992).
NARROW = 300e-6
#: Saturation in A/m below which it is hardly that of magnetic cores (magnetite: 446 kA/m).
_DILUTE = 1e5


def vessel_notes(blood: Blood, diameter: float) -> Iterator[str]:
    """Of the blood in a vessel of `diameter` m."""
    if diameter >= NARROW or not has_cells(blood) or blood.apparent_viscosity != "bulk":
        return
    less = 1 - laws.apparent_share(diameter, blood.hematocrit)
    change = "thinner" if less > 0.0 else "thicker"
    yield (
        f"In a vessel of {1e6 * diameter:.3g} um blood flows as if it were {abs(100 * less):.0f} % "
        f"{change} than in a wide one (Pries et al. 1992), which is not taken into account; "
        'blood.apparent_viscosity = "pries" does.'
    )


def carrier_notes(carrier: Carrier, radius: float) -> Iterator[str]:
    """Of a carrier in a vessel whose smallest radius is `radius` m."""
    if (carrier.susceptibility or 0.0) < 0.0:
        yield (
            f'Carrier "{carrier.name}" is less magnetic than its fluid (susceptibility '
            f"{carrier.susceptibility:g}): it is pushed out of the field, away from the magnets."
        )
    if carrier.magnetization == "langevin" and carrier.saturation < _DILUTE:
        yield (
            f'Carrier "{carrier.name}": Langevin\'s law takes the saturation of '
            f"{1e-3 * carrier.saturation:.3g} kA/m for that of its cores; if it is an average over "
            "the carrier, the pull in weak fields comes out too small. Give the cores' (magnetite: "
            '446 kA/m) and their magnetic_fraction, or magnetization = "table" with the curve.'
        )
    ratio = 0.5 * float(median(carrier).diameter[0]) / radius
    if WIDE < ratio < 1.0:
        yield (
            f'Carrier "{carrier.name}" has {ratio:.2g} of the vessel\'s radius: on the axis its '
            f"drag is {laws.confinement(ratio):.3g} times that between walls taken as planes "
            "(Haberman and Sayre 1958), which is not corrected: it drifts and diffuses too fast."
        )


def field_notes(carrier: Carrier, blood: Blood, largest: float) -> Iterator[str]:
    """Of a carrier in fields up to `largest` T."""
    if carrier.magnetization != "table":
        return
    curve = curve_of(carrier, blood, path="carrier")
    end = float(curve.B[-1]) if isinstance(curve, laws.Measured) else largest
    if largest > end:
        yield (
            f'Carrier "{carrier.name}": the field reaches {largest:.3g} T, but its table ends at '
            f"{end:.3g} T; beyond it is taken for saturated."
        )

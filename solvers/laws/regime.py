"""Which transport mechanism decides where a carrier goes, in numbers and in one sentence.

What reaches the wall of a tube of radius R and length L from blood of mean speed U, as volume of
blood a time:

    Q_m = 2 R v L                          by a drift v across it (two sides of a strip)
    Q_D = 0.8076 · 2π R D^⅔ γ^⅓ L^⅔        by diffusion through the sheared layer at the wall,
                                           γ = 4U/R (Lévêque 1928; mean over L)

out of Q = π R² U. The larger of the two names the regime: *diffusion-dominated* where Q_D > Q_m;
else *magnetic-dominated* where the drift number Λ = v L/(2 U R) is at least 4/3, from where on a
uniform drift captures all (docs/verification.md), and *boundary layer* below: only carriers that
pass close to the wall are reached. Without a pull it is *flow-dominated*. Displacements in a mean
transit, v L/U against √(2 D L/U), would be five to six times too kind to diffusion: next to the
wall the blood is slow for both.

Ψ = v/U_max and Pe = U_max d/D bear the names of Nacev, Beni, Bruno, Shapiro 2011, J. Magn. Magn.
Mater. 323, 651. Here v is the largest drift in the lumen and D Brownian; whether the paper takes
them so was not verified against it, so none of its boundaries between regimes is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Mean Lévêque coefficient, (3/2) / (9^(1/3) Γ(4/3)).
LEVEQUE = 1.5 / (9 ** (1 / 3) * math.gamma(4 / 3))
#: Λ of a uniform drift from which on all that enters is captured.
COMPLETE = 4 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """Scales of one carrier in one vessel.

    Attributes
    ----------
    drift : float
        Largest magnetic drift speed in the lumen in m/s.
    diffusivity : float
        In m²/s; 0 without Brownian motion.
    max_speed, mean_speed : float
        Of the blood: largest, and mean over the inlet, in m/s.
    diameter, length : float
        Of the vessel, in m.
    """

    drift: float
    diffusivity: float
    max_speed: float
    mean_speed: float
    diameter: float
    length: float

    @property
    def richardson(self) -> float:
        """Ψ = v_m / U_max."""
        return _ratio(self.drift, self.max_speed)

    @property
    def peclet(self) -> float:
        """Pe = U_max d / D."""
        return _ratio(self.max_speed * self.diameter, self.diffusivity)

    @property
    def magnetic_peclet(self) -> float:
        """ΨPe = v_m d / D."""
        return _ratio(self.drift * self.diameter, self.diffusivity)

    @property
    def drift_number(self) -> float:
        """Λ = v_m L / (2 U R), an upper bound where the drift varies along the vessel."""
        return _ratio(self.drift * self.length, self.mean_speed * self.diameter)

    @property
    def transit_time(self) -> float:
        """L / U in s."""
        return _ratio(self.length, self.mean_speed)

    @property
    def drift_distance(self) -> float:
        """Longest way towards the wall in one transit, v_m L / U in m."""
        return self.drift * self.transit_time

    @property
    def diffusion_distance(self) -> float:
        """Root mean square displacement in one transit, √(2 D L / U) in m."""
        return math.sqrt(2.0 * self.diffusivity * self.transit_time)

    @property
    def magnetic_flow(self) -> float:
        """Q_m = 2 R v L in m³/s."""
        return self.diameter * self.drift * self.length

    @property
    def diffusive_flow(self) -> float:
        """Q_D in m³/s."""
        shear = 8.0 * self.mean_speed / self.diameter
        spread = math.cbrt((self.diffusivity * self.length) ** 2 * shear)
        return LEVEQUE * math.pi * self.diameter * spread

    @property
    def magnetic_share(self) -> float:
        """Share of the flux that a uniform drift of that size would capture, a bound.

        >>> Transport(drift=1e-3, diffusivity=0.0, max_speed=0.04, mean_speed=0.02,
        ...           diameter=6e-3, length=60e-3).magnetic_share.__round__(6)  # Λ = 0.5
        0.525485
        """
        e = 0.75 * self.drift_number
        if e >= 1.0:
            return 1.0
        third = math.cbrt(e)
        root = math.sqrt(1 - third**2)
        return 2 / math.pi * (2 * e * root - third * root + math.asin(third))

    @property
    def diffusive_share(self) -> float:
        """Share of the flux that diffusion alone takes to the wall, at most 1."""
        whole = 0.25 * math.pi * self.diameter**2 * self.mean_speed
        return min(_ratio(self.diffusive_flow, whole), 1.0)

    @property
    def name(self) -> str:
        """Name of the regime.

        >>> Transport(drift=2e-4, diffusivity=1e-14, max_speed=0.2, mean_speed=0.1,
        ...           diameter=6e-3, length=0.08).name
        'boundary layer'
        """
        if self.drift <= 0.0:
            return "flow-dominated"
        if self.diffusive_flow > self.magnetic_flow:
            return "diffusion-dominated"
        return "magnetic-dominated" if self.drift_number >= COMPLETE else "boundary layer"

    @property
    def sentence(self) -> str:
        """The regime in plain words."""
        return _SENTENCES[self.name].format(
            drift=_engineering(self.drift, "m/s"),
            length=_engineering(self.length, "m"),
            diameter=_engineering(self.diameter, "m"),
            magnet=_percent(self.magnetic_share),
            diffusion=_percent(self.diffusive_share),
        ) + (
            " It is stronger than the stream itself."
            if self.drift > 0.0 and self.richardson >= 1.0
            else ""
        )


_SENTENCES = {
    "flow-dominated": "No magnetic force acts on this carrier: it goes where the blood carries it.",
    "diffusion-dominated": "Diffusion wins over the magnet: Brownian motion alone takes about "
    "{diffusion} of what enters to the wall within {length}, the pull of at best {drift} at most "
    "{magnet}; what is captured would mostly have met the wall without the magnet.",
    "magnetic-dominated": "The magnet decides: a pull of {drift}, the best in the vessel, would "
    "bring everything that enters across its {diameter} within {length} if it lasted.",
    "boundary layer": "The stream is faster than the magnet pulls: {drift} at best reach at most "
    "{magnet} of what enters within {length}, that which passes close to the wall, where the blood "
    "is slow; diffusion alone would take about {diffusion} there.",
}


def _percent(share: float) -> str:
    """Two significant digits.

    >>> _percent(0.00664), _percent(1.0)
    ('0.66 %', '100 %')
    """
    return f"{float(f'{100 * share:.2g}'):g} %"


def _ratio(numerator: float, denominator: float) -> float:
    """Quotient; inf for a vanishing denominator, 0 for 0/0."""
    if denominator > 0.0:
        return numerator / denominator
    return math.inf if numerator > 0.0 else 0.0


_PREFIXES = ((1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"), (1e-12, "p"))


def _engineering(value: float, unit: str) -> str:
    """Two significant digits with an SI prefix.

    >>> _engineering(2.04e-4, "m/s")
    '200 µm/s'
    """
    if not math.isfinite(value) or value == 0.0:
        return f"{value:g} {unit}"
    rounded = float(f"{value:.2g}")
    for scale, prefix in _PREFIXES:
        if abs(rounded) >= scale * 0.9999999:
            return f"{float(f'{rounded / scale:.2g}'):g} {prefix}{unit}"
    return f"{value:.1e} {unit}"

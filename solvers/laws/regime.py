"""Which transport mechanism decides where a carrier goes, in numbers and in one sentence.

Dimensionless numbers of Nacev, Beni, Bruno, Shapiro 2011, J. Magn. Magn. Mater. 323, 651:

    Ψ  = v_m / U_max      magnetic Richardson number: magnetic drift over blood speed
    Pe = U_max d / D      mass Péclet number of the vessel of diameter d
    Ψ Pe = v_m d / D      magnetic Péclet number: drift over diffusion across the vessel

Ψ ≥ 1: magnetic-dominated (a carrier can hold against the stream). Ψ < 1 and ΨPe > 10: boundary
layer (carriers concentrate within D/v_m, less than a tenth of the diameter, of the near wall).
Otherwise flow-dominated: diffusion across the vessel evens out what the magnet gathers.
How much is captured on the way is another question; the drift number Λ = v_m L / (2 U R) of the
tube answers it (uniform drift in docs/verification.md: complete capture at Λ = 4/3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Above this ΨPe carriers gather in a layer thinner than a tenth of the vessel.
LAYER_PECLET = 10.0


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
    def name(self) -> str:
        """Name of the regime.

        >>> Transport(drift=2e-4, diffusivity=1e-14, max_speed=0.2, mean_speed=0.1,
        ...           diameter=6e-3, length=0.08).name
        'boundary layer'
        """
        if self.drift > 0.0 and self.richardson >= 1.0:
            return "magnetic-dominated"
        if self.drift > 0.0 and self.magnetic_peclet > LAYER_PECLET:
            return "boundary layer"
        return "flow-dominated"

    @property
    def sentence(self) -> str:
        """The regime in plain words."""
        if self.drift <= 0.0:
            return "No magnetic force acts on this carrier: it goes where the blood carries it."
        way = (
            f"In one transit of {_engineering(self.transit_time, 's')} the magnet moves it by at "
            f"most {_engineering(self.drift_distance, 'm')} of the vessel's "
            f"{_engineering(self.diameter, 'm')} diameter "
            f"({_engineering(self.drift, 'm/s')} at best)"
        )
        if self.diffusivity > 0.0 and self.drift_distance < self.diffusion_distance:
            return (
                f"Diffusion wins over the magnet: {way[0].lower()}{way[1:]}, Brownian motion by "
                f"{_engineering(self.diffusion_distance, 'm')}; what is captured would mostly "
                "have met the wall without the magnet."
            )
        return f"{_REASON[self.name]} {way}; {self._reach()}"

    def _reach(self) -> str:
        share = self.drift_distance / self.diameter
        if share >= 1.0:
            return "that is enough to bring it to the wall from anywhere if the pull lasts."
        if share >= 0.1:
            return "so a good part of the vessel is within reach of the wall."
        return "so only carriers that pass close to the wall, where the blood is slow, are reached."


_REASON = {
    "magnetic-dominated": "The magnet is stronger than the stream.",
    "boundary layer": "The stream is faster than the magnet pulls, but diffusion is too weak to "
    "undo the pull: carriers gather in a thin layer at the wall.",
    "flow-dominated": "The stream decides: pull and diffusion are both weak across the vessel.",
}


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

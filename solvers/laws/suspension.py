"""When a suspension of carriers moves the blood: its magnetic pressure beside the flow's own.

The force on the carriers of a volume is handed on to the blood: f = n F, n carriers a volume, F the
magnetic force on one (Rosensweig, Ferrohydrodynamics, 1985, for Kelvin's force of a dilute
suspension, (M·∇)μ0H with M = n m). Where n is the same everywhere f = ∇(n m ψ) and only the
pressure changes; where n varies it drives a flow.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MagneticHead:
    """The magnetic force of a suspension beside what the flow has to set against it.

    Attributes
    ----------
    pressure : float
        n m Δψ: concentration by the largest difference of a carrier's energy in the vessel, in Pa.
    force : float
        n F: concentration by the largest force on a carrier, in N/m³.
    density, speed, viscosity, radius : float
        Of the blood, mean over the inlets, and of the vessel, SI.
    """

    pressure: float
    force: float
    density: float
    speed: float
    viscosity: float
    radius: float

    @property
    def reach(self) -> float:
        """Length over which the force acts, pressure over force, in m."""
        return self.pressure / self.force if self.force > 0.0 else 0.0

    @property
    def number(self) -> float:
        """N = n m Δψ/(ρU² + 8μUℓ/R²): over the stagnation pressure and Poiseuille's over the reach.

        >>> head = MagneticHead(pressure=1.0, force=100.0, density=1060.0, speed=0.01,
        ...                     viscosity=3.5e-3, radius=1e-3)
        >>> round(head.number, 3)
        0.344
        """
        if self.pressure <= 0.0:
            return 0.0
        inertial = self.density * self.speed**2
        viscous = 8 * self.viscosity * self.speed * self.reach / self.radius**2
        return self.pressure / (inertial + viscous)


def volume_share(concentration: float, volume: float) -> float:
    """Share of the blood that carriers of `volume` m³ take, `concentration` of them per m³.

    >>> volume_share(1e12, 1e-15)
    0.001
    """
    return concentration * volume

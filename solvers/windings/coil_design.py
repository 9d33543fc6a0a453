"""Engineering figures of a coil: copper, power, temperature, field at the centre, inductance.

Copper of volume f A l (fill factor f, section A of the winding, mean turn l) in N turns has

    R = ρ(T) N² l/(f A),   ρ(T) = ρ20 [1 + α (T − 20 °C)]

(IEC 60028: annealed copper, ρ20 = 1/58 Ω mm²/m, α = 0.00393/K, 8890 kg/m³; heat capacity
385 J/(kg K), CRC Handbook). Its power P = I² R heats it at P/(m c) at first. With natural cooling
h S (T − T_a) = P(T), S the whole surface of the winding, the steady temperature is

    T = [h S T_a + P20 (1 − α · 20 °C)]/(h S − α P20),

none where the denominator is not positive (resistance then grows faster than cooling) or copper
melts first. The copper is taken at one temperature, without inner gradients: a sanity figure, not
a thermal design.

The inductance is the flux linkage over the current, L = (N/(I A)) ∫_A Φ(s, z) ds dz with the exact
field, Φ the flux through the turn at the distance s from the opening; a pair's coils are in series.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Coil, Wire
from magcap.constants import ZERO_CELSIUS
from magcap.geometry.scene import Winding, WindingShape, windings
from magcap.solvers.exact import flux_density

#: Resistivity of annealed copper at 20 °C in Ω m, its temperature coefficient in 1/K (IEC 60028).
RESISTIVITY, TEMPERATURE_COEFFICIENT = 1.0 / 58e6, 0.00393
#: Density in kg/m³ (IEC 60028) and specific heat in J/(kg K) (CRC Handbook) of copper.
DENSITY, HEAT_CAPACITY = 8890.0, 385.0
#: Melting point of copper in K (CRC Handbook).
MELTING = 1357.77
_T20 = ZERO_CELSIUS + 20.0
#: Gauss points across a patch and along the height for the flux.
_ACROSS, _ALONG = 12, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CoilFigures:
    """Figures of one coil; a pair counts as one coil with its two windings in series.

    Of a wire, only name, shape and current are known; the rest is nan.

    Attributes
    ----------
    name, shape : str
    turns : int
        Of each winding.
    current : float
        In A.
    conductor_length, copper_mass : float
        In m and kg.
    winding_current_density, copper_current_density : float
        In A/m², over the winding's section and over the copper in it.
    resistance, voltage, power : float
        In Ω, V and W with the copper at the ambient temperature.
    heating_rate : float
        In K/s, at the ambient temperature and without cooling.
    steady_temperature, steady_power : float
        In K and W with natural cooling; inf where there is no steady state below copper's melting
        point.
    cooling_surface : float
        In m².
    center_field : ndarray, shape (3,)
        B in T of the coil alone at its centre.
    inductance, stored_energy : float
        In H and J, without iron.
    """

    name: str
    shape: str
    turns: int
    current: float
    conductor_length: float
    copper_mass: float
    winding_current_density: float
    copper_current_density: float
    resistance: float
    voltage: float
    power: float
    heating_rate: float
    steady_temperature: float
    steady_power: float
    cooling_surface: float
    center_field: FloatArray
    inductance: float
    stored_energy: float


def resistivity(temperature: float) -> float:
    """Of copper in Ω m at a temperature in K.

    >>> round(1e8 * resistivity(273.15 + 20), 4), round(1e8 * resistivity(273.15 + 90), 4)
    (1.7241, 2.1984)
    """
    return RESISTIVITY * (1.0 + TEMPERATURE_COEFFICIENT * (temperature - _T20))


def coil_figures(coil: Coil, name: str = "coil") -> CoilFigures:
    """Figures of a faultless coil."""
    if isinstance(coil, Wire):
        return _wire(coil, name)
    parts = windings([coil])
    winding = parts[0]
    ambient = coil.ambient_temperature
    length = len(parts) * winding.turns * mean_turn(winding)
    section = coil.fill_factor * winding.section / winding.turns  # of the conductor
    mass = DENSITY * section * length
    resistance = resistivity(ambient) * length / section
    power = resistance * coil.current**2
    surface = len(parts) * surface_area(winding)
    cold = coil.current**2 * RESISTIVITY * length / section
    steady = steady_temperature(cold, coil.heat_transfer * surface, ambient)
    steady = steady if steady < MELTING else math.inf
    hot = resistivity(steady) / resistivity(ambient) * power if power > 0.0 else 0.0
    inductance = _inductance(parts)
    return CoilFigures(
        name=name,
        shape=coil.shape,
        turns=winding.turns,
        current=coil.current,
        conductor_length=length,
        copper_mass=mass,
        winding_current_density=abs(winding.current_density),
        copper_current_density=abs(winding.current_density) / coil.fill_factor,
        resistance=resistance,
        voltage=resistance * abs(coil.current),
        power=power,
        heating_rate=power / (mass * HEAT_CAPACITY),
        steady_temperature=steady,
        steady_power=hot,
        cooling_surface=surface,
        center_field=np.sum([flux_density(w, np.array([coil.center]))[0] for w in parts], axis=0),
        inductance=inductance,
        stored_energy=0.5 * inductance * coil.current**2,
    )


def steady_temperature(power: float, cooling: float, ambient: float) -> float:
    """Temperature in K at which cooling carries away the power; inf where there is none.

    Parameters
    ----------
    power : float
        In W with copper at 20 °C.
    cooling : float
        h S in W/K.
    ambient : float
        In K.

    >>> round(steady_temperature(10.0, 0.2, 293.15) - 273.15, 2)
    82.23
    """
    below = cooling - TEMPERATURE_COEFFICIENT * power
    if below <= 0.0:
        return math.inf
    return (cooling * ambient + power * (1.0 - TEMPERATURE_COEFFICIENT * _T20)) / below


def mean_turn(winding: Winding) -> float:
    """Mean length of a turn in m."""
    d = winding.dimensions
    if winding.shape is WindingShape.SOLENOID:
        return math.pi * (d[0] + d[1])
    a, b, corner, thickness, _ = d
    return 2.0 * (a + b - 4.0 * corner) + math.pi * (2.0 * corner + thickness)


def surface_area(winding: Winding) -> float:
    """Whole surface of a winding in m², the bore included: mean turn times the girth."""
    d = winding.dimensions
    thickness = d[1] - d[0] if winding.shape is WindingShape.SOLENOID else d[3]
    return 2.0 * mean_turn(winding) * (thickness + d[-1])


def _inductance(parts: tuple[Winding, ...]) -> float:
    """Flux linkage over current in H; each winding's own current gives its turns' sense."""
    if parts[0].current == 0.0:
        return math.nan
    total = 0.0
    z, w = _gauss(-0.5 * parts[0].dimensions[-1], 0.5 * parts[0].dimensions[-1], _ALONG)
    for winding in parts:
        x, y, weight = (np.concatenate(c) for c in zip(*_patches(winding), strict=True))
        own = np.stack([np.tile(x, len(z)), np.tile(y, len(z)), np.repeat(z, len(x))], axis=1)
        points = own @ winding.rotation.T + winding.center
        B = np.sum([flux_density(part, points) for part in parts], axis=0) @ winding.rotation[:, 2]
        linkage = float(np.repeat(w, len(x)) * np.tile(weight, len(z)) @ B)
        total += winding.turns * linkage / (winding.current * winding.section)
    return total


def _patches(winding: Winding) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Points (x, y) of the plane within a winding, their areas times the thickness beyond them.

    A turn at s collects the flux inside of it, so that a point of the opening counts for the
    whole thickness and one in the winding for what lies outside of it.
    """
    d = winding.dimensions
    if winding.shape is WindingShape.SOLENOID:
        inner, outer, _ = d
        for low, high in ((0.0, inner), (inner, outer)):
            r, w = _gauss(low, high, 2 * _ACROSS)
            beyond = np.minimum(outer - inner, outer - r)
            yield r, 0.0 * r, 2.0 * math.pi * r * w * beyond
        return
    a, b, corner, thickness, _ = d
    # A quadrant: the middle, the strips to the opening's sides and the bars, the corner.
    x0, y0 = 0.5 * a - corner, 0.5 * b - corner
    depths = ((-corner, 0.0), (0.0, thickness))
    for along, across, swapped in ((y0, x0, False), (x0, y0, True)):
        if along <= 0.0:
            continue
        q, v = _gauss(0.0, along, _ACROSS)
        for low, high in depths:
            s, w = _gauss(low, high, _ACROSS)
            beyond = np.minimum(thickness, thickness - s)
            p = across + corner + s
            P, Q = np.repeat(p, len(q)), np.tile(q, len(p))
            weight = 4.0 * np.outer(w * beyond, v).ravel()
            yield (Q, P, weight) if swapped else (P, Q, weight)
    if x0 > 0.0 and y0 > 0.0:
        p, w = _gauss(0.0, x0, _ACROSS)
        q, v = _gauss(0.0, y0, _ACROSS)
        yield (
            np.repeat(p, len(q)), np.tile(q, len(p)), 4.0 * thickness * np.outer(w, v).ravel(),
        )  # fmt: skip
    phi, v = _gauss(0.0, 0.5 * math.pi, _ACROSS)
    for low, high in depths:
        s, w = _gauss(low, high, _ACROSS)
        r = corner + s
        beyond = np.minimum(thickness, thickness - s)
        x = x0 + np.outer(r, np.cos(phi)).ravel()
        y = y0 + np.outer(r, np.sin(phi)).ravel()
        yield x, y, 4.0 * np.outer(w * r * beyond, v).ravel()


def _gauss(low: float, high: float, n: int) -> tuple[FloatArray, FloatArray]:
    x, w = np.polynomial.legendre.leggauss(n)
    return 0.5 * (low + high) + 0.5 * (high - low) * x, 0.5 * (high - low) * w


def _wire(coil: Wire, name: str) -> CoilFigures:
    unknown = math.nan
    return CoilFigures(
        name=name,
        shape=coil.shape,
        turns=1,
        current=coil.current,
        conductor_length=unknown,
        copper_mass=unknown,
        winding_current_density=unknown,
        copper_current_density=unknown,
        resistance=unknown,
        voltage=unknown,
        power=unknown,
        heating_rate=unknown,
        steady_temperature=unknown,
        steady_power=unknown,
        cooling_surface=unknown,
        center_field=np.full(3, unknown),
        inductance=unknown,
        stored_energy=unknown,
    )

"""Mobility of a single carrier as pure array functions: drag, slip, wall, diffusion, sinking.

SI throughout. The bulk drift is Stokes' b F, slowed by the drag of a finite Reynolds number
(`slip_factor`) and near a wall by `wall_parallel` and `wall_perpendicular`; the diffusivity is
Stokes and Einstein's kT b. The same laws, one carrier at a time: `solvers/tracking`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from magcap.arrays import FloatArray
from magcap.constants import K_B

#: Gap below which the near-wall mobility is held constant, in radii: roughness of beads and cells
#: is of this order or larger, and a sphere in Stokes flow would never touch otherwise.
LUBRICATION_CUTOFF = 0.01
#: Distance in radii beyond which the wall is not felt; the correction fades to 0 there.
WALL_RANGE = 100.0
#: Reynolds number at which Oseen's drag meets Schiller and Naumann's: (3/16)/0.15 Re^0.313 = 1.
OSEEN_LIMIT = 0.8 ** (1 / 0.313)


def stokes_mobility(radius: ArrayLike, viscosity: float) -> FloatArray:
    """b = 1/(6πηa) in m/(N s).

    >>> f"{119e-12 * float(stokes_mobility(9e-6, 3.5e-3)) * 1e6:.0f} um/s"
    '200 um/s'
    """
    b: FloatArray = 1 / (6 * np.pi * viscosity * np.asarray(radius, dtype=float))
    return b


def diffusivity(radius: ArrayLike, viscosity: float, temperature: float) -> FloatArray:
    """Stokes–Einstein diffusivity kT/(6πηa) in m²/s.

    >>> f"{float(diffusivity(50e-9, 1e-3, 298.15)):.3e}"
    '4.368e-12'
    """
    D: FloatArray = K_B * temperature * stokes_mobility(radius, viscosity)
    return D


def relaxation_time(
    diameter: ArrayLike, density: float, fluid_density: float, viscosity: float
) -> FloatArray:
    """τ = (ρ_p + ρ_f/2) d²/(18 η) in s: the fluid that a sphere moves with it counts (added mass).

    >>> f"{float(relaxation_time(100e-9, 5240.0, 1060.0, 3.5e-3)):.3e}"
    '9.159e-10'
    """
    mass = density + 0.5 * fluid_density
    tau: FloatArray = mass * np.asarray(diameter, dtype=float) ** 2 / (18 * viscosity)
    return tau


def sinking_velocity(
    radius: ArrayLike, density: float, fluid_density: float, viscosity: float, g: float
) -> FloatArray:
    """Stokes velocity 2/9 (ρ_p − ρ_f) g a²/η in m/s, downwards positive.

    >>> round(float(sinking_velocity(5e-6, 1500.0, 1000.0, 1e-3, 9.81)) * 1e6, 2)
    27.25
    """
    a = np.asarray(radius, dtype=float)
    v: FloatArray = 2 / 9 * (density - fluid_density) * g * a**2 / viscosity
    return v


def drag_factor(reynolds: ArrayLike) -> FloatArray:
    """Drag of a sphere relative to Stokes drag at the Reynolds number of its slip, Re < 800.

    1 + min(3/16 Re, 0.15 Re^0.687): Oseen (1910) up to Re = 0.49, where it meets Schiller and
    Naumann (1933), whose fit is three times too large as Re → 0.

    >>> [round(float(f), 4) for f in drag_factor([0.1, 10.0])]
    [1.0188, 1.7296]
    """
    Re = np.asarray(reynolds, dtype=float)
    f: FloatArray = 1 + np.minimum(3 / 16 * Re, 0.15 * Re**0.687)
    return f


def slip_factor(reynolds: ArrayLike) -> FloatArray:
    """Slip at finite Reynolds number relative to Stokes slip, for Re made with the Stokes slip.

    Solves s · drag_factor(s Re) = 1.

    >>> s = slip_factor(10.0)
    >>> round(float(s), 4), round(float(s * drag_factor(10 * s)), 12)
    (0.6486, 1.0)
    """
    Re = np.asarray(reynolds, dtype=float)
    oseen = 2 / (1 + np.sqrt(1 + 0.75 * Re))
    s = 1 / (1 + 0.15 * Re**0.687)
    for _ in range(30):
        power = 0.15 * (s * Re) ** 0.687
        s = s - (s * (1 + power) - 1) / (1 + 1.687 * power)
    factor: FloatArray = np.where(oseen * Re > OSEEN_LIMIT, s, oseen)
    return factor


def wall_parallel(distance: ArrayLike, radius: ArrayLike) -> FloatArray:
    """Mobility of a sphere along a plane wall relative to the bulk, for the centre's distance.

    The smaller of Faxén's series 1 − 9x/16 + x³/8 − 45x⁴/256 − x⁵/16, x = a/d (1922), and the
    torque-free lubrication limit from the near-contact resistances of Goldman, Cox and Brenner
    (1967), 2 (Λ + 0.9543)/(Λ² + 3.188 Λ + 1.591), Λ = −ln(d/a − 1); they cross at a gap of 0.03 a.

    >>> round(float(wall_parallel(1.5431, 1.0)), 3)  # Goldman's table, no rotation: 0.638
    0.631
    """
    x, gap = _wall_ratio(distance, radius)
    faxen = 1 - 9 / 16 * x + x**3 / 8 - 45 / 256 * x**4 - x**5 / 16
    lam = -np.log(np.minimum(gap, 0.05))
    near = 2 * (lam + 0.9543) / (lam**2 + 3.188 * lam + 1.591)
    value = np.where(gap < 0.05, np.minimum(faxen, near), faxen)
    return _fade(value, x)


def wall_perpendicular(distance: ArrayLike, radius: ArrayLike) -> FloatArray:
    """Mobility of a sphere towards a plane wall relative to the bulk.

    Bevan and Prieve's (2000) form of Brenner's (1961) series, within 1 %:
    (6h² + 2h)/(6h² + 9h + 2), h = d/a − 1, held constant below `LUBRICATION_CUTOFF`.

    >>> round(float(wall_perpendicular(1.5431, 1.0)), 3)  # Brenner: 1/3.0361 = 0.329
    0.33
    """
    x, gap = _wall_ratio(distance, radius)
    return _fade((6 * gap**2 + 2 * gap) / (6 * gap**2 + 9 * gap + 2), x)


def tube_axis(ratio: ArrayLike) -> FloatArray:
    """Mobility along the axis of a tube relative to the bulk, for a/R below 0.8, a at the axis.

    Haberman and Sayre (1958), David Taylor Model Basin report 1143.

    >>> [round(float(1 / tube_axis(r)), 3) for r in (0.1, 0.3)]
    [1.263, 2.37]
    """
    x = np.asarray(ratio, dtype=float)
    value: FloatArray = (1 - 2.105 * x + 2.0865 * x**3 - 1.7068 * x**5 + 0.72603 * x**6) / (
        1 - 0.75857 * x**5
    )
    return value


def confinement(ratio: ArrayLike) -> FloatArray:
    """Drag on the axis of a tube over that of the nearest wall as a plane, for a/R.

    >>> confinement([0.1, 0.2, 0.3, 0.45]).round(2).tolist()
    [1.19, 1.49, 1.97, 3.4]
    """
    x = np.asarray(ratio, dtype=float)
    value: FloatArray = wall_parallel(1.0, x) / tube_axis(x)
    return value


def _wall_ratio(distance: ArrayLike, radius: ArrayLike) -> tuple[FloatArray, FloatArray]:
    ratio = np.asarray(distance, dtype=float) / np.asarray(radius, dtype=float)
    gap = np.maximum(ratio - 1, LUBRICATION_CUTOFF)
    return 1 / (1 + gap), gap


def _fade(value: FloatArray, x: FloatArray) -> FloatArray:
    """Let the correction reach 0 at `WALL_RANGE` radii: 1 − (1 − value)(1 − (x_r/x)²)."""
    weight = np.maximum(0.0, 1 - (1 / (WALL_RANGE * x)) ** 2)
    faded: FloatArray = 1 - (1 - value) * weight
    return faded

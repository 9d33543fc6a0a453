"""Lift on a sphere near and far from a wall, and on a soft body, as pure array functions.

SI throughout. At small Reynolds numbers of shear and slip: a sphere that lags behind a shear flow
is pushed to the faster side (Saffman), inertia pushes any sphere in shear off a wall, and a soft
body is pushed off it without inertia. The same laws, one carrier at a time: `solvers/tracking`.

Close to a wall, l ≪ √(ν/γ), Cherukat and McLaughlin (J. Fluid Mech. 263, 1994, 1; corrigendum 285,
1995, 407) have F = ρ a² (A U² + B U γ a + C γ² a²) for a freely rotating sphere with the centre at
l that lags by U behind shear of rate γ. Far from it, B's part becomes Saffman's and the others
fade. Here B's part is `shear_lift`, the smaller of the two, and the others are `wall_lift`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from magcap.arrays import FloatArray

#: Smallest gap in radii that `deformability_lift` takes: as `LUBRICATION_CUTOFF` of the mobility.
GAP_CUTOFF = 0.01
#: Inertial lengths √(ν/γ) over which `wall_lift` fades by a factor e. A choice: the law is derived
#: for l ≪ √(ν/γ), and simulations see the lift fall over a few of these lengths (Ekanayake, Berry,
#: Stickland, Dunstan, Muir, Dower and Harvie, J. Fluid Mech. 904, 2020, A6).
WALL_FADE = 3.0


def held_lift(shear_rate: ArrayLike, radius: ArrayLike, density: float) -> FloatArray:
    """Lift in N on a sphere held on a plane wall in shear: 9.22 ρ γ² a⁴.

    Leighton and Acrivos, ZAMP 36 (1985) 174, for ρ γ a² ≪ η.

    Parameters
    ----------
    shear_rate : array_like
        γ at the wall in 1/s.
    radius : array_like
        a in m.
    density : float
        ρ of the fluid in kg/m³.

    >>> f"{float(held_lift(667.0, 7.5e-6, 1060.0)):.2e} N"  # a stem cell in an artery
    '1.38e-11 N'
    """
    lift: FloatArray = (
        9.22 * density * np.asarray(shear_rate) ** 2 * np.asarray(radius, dtype=float) ** 4
    )
    return lift


def saffman_lift(
    slip: ArrayLike, shear_rate: ArrayLike, radius: ArrayLike, density: float, viscosity: float
) -> FloatArray:
    """Shear lift in N far from walls, 6.46 η a² U √(γ/ν) times `saffman_factor`.

    Saffman, J. Fluid Mech. 22 (1965) 385 and 31 (1968) 624: towards the faster side for a sphere
    that lags behind the fluid by U = `slip` (m/s), in a shear of `shear_rate` (1/s).

    >>> f"{float(saffman_lift(1e-4, 667.0, 7.5e-6, 1060.0, 3.5e-3)):.2e} N"
    '1.81e-12 N'
    """
    U, a = np.asarray(slip, dtype=float), np.asarray(radius, dtype=float)
    gamma = np.asarray(shear_rate, dtype=float)
    nu = viscosity / density
    factor = saffman_factor(2 * a * np.abs(U) / nu, 4 * a**2 * gamma / nu)
    lift: FloatArray = 6.46 * a**2 * np.sqrt(viscosity * density * gamma) * U * factor
    return lift


def saffman_factor(slip_reynolds: ArrayLike, shear_reynolds: ArrayLike) -> FloatArray:
    """What becomes of Saffman's lift at finite Reynolds numbers: Mei's factor and J(ε)/2.255.

    Mei, Int. J. Multiphase Flow 18 (1992) 145, for a finite Reynolds number of the slip,
    Re = U d/ν ≤ 40: (1 − c) exp(−Re/10) + c, c = 0.3314 √β, β = γ d/(2U), here c ≤ 1; and his form
    of McLaughlin's J (J. Fluid Mech. 224, 1991, 261), ε = √(γν)/U: 1 for ε → ∞ (Saffman), 0 for
    ε → 0.

    Parameters
    ----------
    slip_reynolds, shear_reynolds : array_like
        U d/ν and γ d²/ν.

    >>> saffman_factor([0.0, 1.0], [1e-3, 1.0]).round(3)
    array([1.   , 0.669])
    """
    Re, Re_g = np.asarray(slip_reynolds, dtype=float), np.asarray(shear_reynolds, dtype=float)
    Re = np.maximum(Re, 1e-300)
    share = np.minimum(0.3314 * np.sqrt(0.5 * Re_g / Re), 1.0)
    mei = (1 - share) * np.exp(-Re / 10) + share
    eps = np.sqrt(Re_g) / Re
    J = (1 + np.tanh(2.5 * (np.log10(np.maximum(eps, 1e-30)) + 0.191))) * (
        0.667 + np.tanh(6 * (eps - 0.32))
    )
    factor: FloatArray = mei * J / (2 * 1.667)
    return factor


def inner_lift(ratio: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """A, B, C of Cherukat and McLaughlin for a freely rotating sphere, `ratio` κ = a/l ≤ 1.

    Far off (but l ≪ √(ν/γ)) they are 18π/32, 66π/(64κ) and 330π/576, those of Cox and Hsu, Int. J.
    Multiphase Flow 3 (1977) 201, and of Vasseur and Cox (1976, 1977) for a sphere that slips.

    >>> [round(float(c), 3) for c in inner_lift(1.0)]
    [1.781, 6.281, 1.768]
    """
    k = np.asarray(ratio, dtype=float)
    A = 1.7631 + k * (0.3561 + k * (-1.1837 + k * 0.845163))
    B = 3.24139 / k + 2.6760 + k * (0.8248 - k * 0.4616)
    C = 1.8081 + k * (0.879585 + k * (-1.9009 + k * 0.98149))
    return A, B, C


def shear_lift(
    slip: ArrayLike,
    shear_rate: ArrayLike,
    radius: ArrayLike,
    distance: ArrayLike,
    density: float,
    viscosity: float,
) -> FloatArray:
    """Lift in N of slip and shear together: `saffman_lift`, or B ρ a³ γ U where that is smaller.

    `distance` is that of the centre from the wall in m, inf without a wall. Positive for a sphere
    that lags behind (`slip` > 0) the faster fluid farther out: off the wall.
    """
    a = np.asarray(radius, dtype=float)
    _, B, _ = inner_lift(np.minimum(np.maximum(a / np.asarray(distance), 1e-12), 1.0))
    near = density * B * a**3 * np.asarray(shear_rate) * np.asarray(slip)
    far = saffman_lift(slip, shear_rate, radius, density, viscosity)
    lift: FloatArray = np.where(np.abs(near) < np.abs(far), near, far)
    return lift


def wall_lift(
    slip: ArrayLike,
    shear_rate: ArrayLike,
    radius: ArrayLike,
    distance: ArrayLike,
    density: float,
    viscosity: float,
) -> FloatArray:
    """Lift in N off a wall by inertia, ρ a² (A U² + C γ² a²) exp(−l/3√(ν/γ)).

    U = `slip` (m/s) along the wall, l = `distance` of the centre (m). Cherukat and McLaughlin
    (`inner_lift`), faded by `WALL_FADE`.

    >>> f"{float(wall_lift(0.0, 667.0, 7.5e-6, 15e-6, 1060.0, 3.5e-3)):.2e} N"
    '2.63e-12 N'
    """
    U, a = np.asarray(slip, dtype=float), np.asarray(radius, dtype=float)
    gamma, l = np.asarray(shear_rate, dtype=float), np.asarray(distance, dtype=float)  # noqa: E741
    A, _, C = inner_lift(np.minimum(a / l, 1.0))
    fade = np.exp(-l / WALL_FADE * np.sqrt(gamma * density / viscosity))
    lift: FloatArray = density * a**2 * (A * U**2 + C * (gamma * a) ** 2) * fade
    return lift


def deformability_lift(
    shear_rate: ArrayLike,
    radius: ArrayLike,
    distance: ArrayLike,
    viscosity: float,
    coefficient: float,
) -> FloatArray:
    """Lift in N on a soft body near a wall, f η γ R³/h.

    Abkarian, Lartigue and Viallat, Phys. Rev. Lett. 88 (2002) 068103, for vesicles: h is the gap
    between membrane and wall and f(1 − v) = `coefficient` grows with the missing volume (reduced
    volume v; 0 for a sphere). Beyond one radius R it falls as R⁴/h², as that of any tank-treading
    ellipsoid (Olla, J. Phys. II 7, 1997, 1533); the gap is at least `GAP_CUTOFF` radii.

    >>> f"{float(deformability_lift(667.0, 7.5e-6, 9e-6, 3.5e-3, 0.5)):.2e} N"
    '3.28e-10 N'
    """
    R = np.asarray(radius, dtype=float)
    h = np.maximum(np.asarray(distance, dtype=float) / R - 1, GAP_CUTOFF)
    lift: FloatArray = (
        coefficient * viscosity * np.asarray(shear_rate) * R**2 / (h * np.maximum(h, 1.0))
    )
    return lift

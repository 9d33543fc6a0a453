"""A sphere in contact with a plane wall in shear flow: held, rolling, sliding; and its bonds.

SI throughout. A sphere held at the wall below blood of the shear stress τ feels along the wall the
drag 1.7005 · 6πτa² and about its centre the torque 0.944 · 4πτa³ (O'Neill 1968, Chem. Eng. Sci.
23, 1293; Goldman, Cox and Brenner 1967 II, Chem. Eng. Sci. 22, 653). With a pull N into the wall it
stays at rest as long as

    |drag + force along the wall| ≤ friction · N              (no sliding, Coulomb)
    |1.3701 drag + force along the wall| a ≤ lever · N        (no rolling)

where the lever is the distance, along the wall, from the centre to the point about which it would
tip. Otherwise it moves with its near-contact resistances (Goldman, Cox and Brenner 1967 I, Chem.
Eng. Sci. 22, 637) at the gap that its roughness keeps, rolling without slip where friction allows
(Smart, Beimfohr and Leighton 1993, Phys. Fluids A 5, 13; Krishnan and Leighton 1995, Phys. Fluids
7, 2538). The same law, one carrier at a time: `solvers/tracking/motion/_contact_kernels.py`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from magcap.arrays import BoolArray, FloatArray

from .mobility import LUBRICATION_CUTOFF

#: Drag on a sphere held at the wall relative to 6πτa², and torque relative to 4πτa³.
HELD_DRAG, HELD_TORQUE = 1.7005, 0.9440
#: Moment about the contact relative to drag times radius.
MOMENT_ARM = 1 + 2 / 3 * HELD_TORQUE / HELD_DRAG
#: Height of asperities in radii, where nothing better is known: the gap below which the tracer
#: holds the mobility constant (`LUBRICATION_CUTOFF`); 1e-3 to 1e-2 on the spheres of Smart et al.
ROUGHNESS = 0.01
#: What a load may exceed its threshold by before the carrier moves: a rolling carrier nears its
#: place of rest ever more slowly and would reach it after an infinite time.
ARREST = 1e-3


#: Reach in m of the attraction between a carrier and the wall: van der Waals forces are retarded
#: beyond (Gregory, J. Colloid Interface Sci. 83, 1981, 138: halved at 7 nm), charges are screened
#: within 1 nm.
ATTRACTION = 10e-9 * (1 + 1e-9)


class Resistances(NamedTuple):
    """Near-contact resistances of a sphere relative to 6πηa (the last two times a).

    Attributes
    ----------
    force : ndarray
        Against translation.
    coupling : ndarray
        Force along with rotation, and torque along with translation.
    torque : ndarray
        Against rotation, about the centre.
    """

    force: FloatArray
    coupling: FloatArray
    torque: FloatArray


def heat_touches(radius: ArrayLike) -> BoolArray:
    """Whether heat alone brings a sphere of this radius (m) to a wall: below 1 µm.

    Towards a wall the mobility vanishes with the gap, so a sphere without a force would not touch
    in any time. Brownian deposition takes the wall as a perfect sink nevertheless, for attraction
    closes the last gap (Spielman and Friedlander, J. Colloid Interface Sci. 46, 1974, 22; Prieve
    and Ruckenstein, AIChE J. 20, 1974, 1178). It does so where it reaches across the gap below
    which the mobility is held constant, `LUBRICATION_CUTOFF` radii.

    >>> [bool(heat_touches(a)) for a in (50e-9, 1e-6, 9e-6)]
    [True, True, False]
    """
    near: BoolArray = LUBRICATION_CUTOFF * np.asarray(radius, dtype=float) <= ATTRACTION
    return near


def held_drag(shear_stress: ArrayLike, radius: ArrayLike) -> FloatArray:
    """Drag in N on a sphere held at a wall of this shear stress (Pa): 1.7005 · 6πτa².

    >>> f"{float(held_drag(0.5, 7.5e-6)) * 1e12:.0f} pN"
    '902 pN'
    """
    stress, a = np.asarray(shear_stress, dtype=float), np.asarray(radius, dtype=float)
    drag: FloatArray = HELD_DRAG * 6 * np.pi * stress * a**2
    return drag


def asperity_lever(roughness: ArrayLike, radius: ArrayLike) -> FloatArray:
    """Lever in m of a sphere that tips over an asperity of this height: √(ε (2a − ε)).

    The asperity touches the sphere so far from its lowest point (Burdick, Berman and Beaudoin 2001,
    J. Nanoparticle Res. 3, 455).

    >>> round(float(asperity_lever(0.01, 1.0)), 4)
    0.1411
    """
    height, a = np.asarray(roughness, dtype=float), np.asarray(radius, dtype=float)
    lever: FloatArray = np.sqrt(height * (2 * a - height))
    return lever


def near_contact(gap: ArrayLike) -> Resistances:
    """Resistances at a gap in radii below 0.1 (Goldman, Cox and Brenner 1967 I).

    >>> [round(float(r), 3) for r in near_contact(0.003202)]  # exact: 4.0223, 0.5132, 3.5724
    [4.022, 0.513, 3.572]
    """
    near = -np.log(np.asarray(gap, dtype=float))
    return Resistances(
        force=8 / 15 * near + 0.9588,
        coupling=2 / 15 * near - 0.2526,
        torque=8 / 15 * near + 4 / 3 * 0.3817,
    )


def rolling_speed(
    shear_rate: ArrayLike, force: ArrayLike, radius: ArrayLike, viscosity: float, gap: ArrayLike
) -> FloatArray:
    """Speed in m/s of a sphere that rolls without slip in shear γ, a force (N) along it.

    U = (2.3298 γ a + F/(6πηa))/(0.8 ln(a/δ) + 1.973): the moments about the contact balance.

    Parameters
    ----------
    shear_rate, force, radius : array_like
        In 1/s, N and m.
    viscosity : float
        In Pa s.
    gap : array_like
        In radii.

    >>> round(float(rolling_speed(1.0, 0.0, 1.0, 1.0, 0.01)), 4)
    0.4118
    """
    a = np.asarray(radius, dtype=float)
    r = near_contact(gap)
    drive = HELD_DRAG * MOMENT_ARM * np.asarray(shear_rate) * a
    drive = drive + np.asarray(force) / (6 * np.pi * viscosity * a)
    speed: FloatArray = drive / (r.force - 2 * r.coupling + r.torque)
    return speed


class Grip(NamedTuple):
    """What resists the motion of spheres in contact.

    Attributes
    ----------
    friction : float
        Coefficient of Coulomb's friction.
    lever : ndarray
        Against rolling, in radii.
    gap : ndarray
        That roughness keeps, in radii.
    """

    friction: float
    lever: FloatArray
    gap: FloatArray


def contact_motion(
    drag: FloatArray, along: FloatArray, pull: FloatArray, stokes: FloatArray, grip: Grip
) -> tuple[FloatArray, BoolArray]:
    """Velocity (n, 3) in m/s of spheres in contact, and whether they are held (n,).

    Friction takes the direction that it has while the sphere rolls without slip; where force and
    drag are not parallel that is an approximation.

    Parameters
    ----------
    drag, along : ndarray, shape (n, 3)
        Of the blood on the held sphere, and of magnet and gravity along the wall, in N.
    pull : ndarray, shape (n,)
        Into the wall in N, positive.
    stokes : ndarray, shape (n,)
        6πηa in N s/m.
    grip : Grip
    """
    slide, tip = drag + along, MOMENT_ARM * drag + along
    most, rest = (np.minimum(k * pull, 1e300)[:, None] for k in (grip.friction, grip.lever))
    held = (_norm(slide) <= most * (1 + ARREST)) & (_norm(tip) <= rest * (1 + ARREST))
    r = near_contact(grip.gap)
    ways, couple, turns = (np.asarray(one)[..., None] * stokes[:, None] for one in r)
    course = _unit(tip)
    rolling = course * np.maximum(_norm(tip) - rest, 0.0) / (ways - 2 * couple + turns)
    needed = slide - (ways - couple) * rolling  # friction of who rolls without slip, reversed
    slips = _norm(needed) > most
    force = slide - most * _unit(needed)
    torque = (tip - slide) + most * _unit(needed) - rest * course
    spin = (couple * force + ways * torque) / (ways * turns - couple**2)
    spins = np.sum(spin * course, axis=1, keepdims=True) > 0.0
    sliding = (force + np.where(spins, couple * spin, 0.0)) / ways
    return np.where(held, 0.0, np.where(slips, sliding, rolling)), held[:, 0]


def _norm(vectors: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.norm(vectors, axis=1, keepdims=True))


def _unit(vectors: FloatArray) -> FloatArray:
    return vectors / np.maximum(_norm(vectors), 1e-300)

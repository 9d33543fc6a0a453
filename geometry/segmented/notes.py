"""What to look at twice in a lumen surface that can be used: sentences, no refusals.

A file does not say its unit and which of its ends is the inlet. Both are guessed well for most
files; where the guess is close, the user is told what was taken and how to say it otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

from magcap.case import SurfaceVessel
from magcap.geometry.mesh import Opening
from magcap.geometry.surfaces import UNITS

#: Radii in m for the question which unit was meant.
TYPICAL_RADIUS = (2e-4, 0.02)
#: A smaller radius than this in m is asked about, where another unit makes it a typical one.
UNUSUAL_RADIUS = 2e-5
#: Ends whose radii differ by less than this share are told apart by chance.
TIE = 0.03
#: How the note begins that falls away where the case names its inlets.
UNSAID = "Which end is the inlet is not said"


def surface_notes(openings: Sequence[Opening], vessel: SurfaceVessel) -> tuple[str, ...]:
    """Doubts about the unit and the inlet of a lumen surface.

    Parameters
    ----------
    openings : sequence of Opening
        Inlet first.
    vessel : SurfaceVessel
    """
    return (*_unit_note(openings, vessel), *_inlet_note(openings, vessel))


def meant_units(radius: float, unit: str) -> list[str]:
    """Units with which an end of `radius` (m, by `unit`) has the radius of a common vessel.

    >>> meant_units(1.5e-6, "mm")
    ['m']
    """
    low, high = TYPICAL_RADIUS
    return [name for name, metres in UNITS.items() if low <= radius / UNITS[unit] * metres <= high]


def _unit_note(openings: Sequence[Opening], vessel: SurfaceVessel) -> list[str]:
    largest = max(opening.radius for opening in openings)
    meant = meant_units(largest, vessel.unit)
    if largest >= UNUSUAL_RADIUS or not meant:
        return []
    other = largest / UNITS[vessel.unit] * UNITS[meant[0]]
    return [
        f'`vessel.unit` = "{vessel.unit}" makes a lumen of {1e6 * largest:.3g} um in radius, '
        f'which is unusual. Is the file in {meant[0]}? Then write `unit = "{meant[0]}"` in '
        f"[vessel], which makes it {1e3 * other:.3g} mm."
    ]


def _inlet_note(openings: Sequence[Opening], vessel: SurfaceVessel) -> list[str]:
    inlet, *others = openings
    equal = [one for one in others if abs(one.radius - inlet.radius) < TIE * inlet.radius]
    if vessel.cap or not equal:
        return []
    listed = ", ".join(f'"{one.name}", {_place(one)},' for one in equal)
    return [
        f"{UNSAID}: the largest, {_place(inlet)}, is taken, but "
        f'{listed} is as large. Name the inlet by a table [[vessel.cap]] with name = "inlet" and '
        f"near = {_near(inlet)}, or near = {_near(equal[0])} if blood comes in there."
    ]


def _place(opening: Opening) -> str:
    center = ", ".join(_millimetres(opening))
    return f"of radius {1e3 * opening.radius:.5g} mm at ({center}) mm"


def _near(opening: Opening) -> str:
    return "[" + ", ".join(f'"{value} mm"' for value in _millimetres(opening)) + "]"


def _millimetres(opening: Opening) -> list[str]:
    """The centre to a hundredth of the radius."""
    step = 1e-2 * opening.radius
    return [f"{1e3 * (round(value / step) * step + 0.0):.4g}" for value in opening.center]

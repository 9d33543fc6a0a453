"""The wall of a case as the kernels take it."""

from __future__ import annotations

from magcap.case import AdhesionWall, ThresholdWall, Wall
from magcap.solvers import laws

from .kernels import ADHESION, STICKING, THRESHOLD
from .motion import Contact


def wall_law(wall: Wall) -> tuple[int, Contact]:
    """Number of the model, and what it knows of every contact.

    Bonds hold a carrier that is free otherwise: without friction, which lets it glide and turn as
    beside a wall.
    """
    if isinstance(wall, ThresholdWall):
        rough, relative = _height(wall.roughness)
        return THRESHOLD, Contact(
            friction=wall.friction,
            roughness=rough,
            relative=relative,
            lever=-1.0 if wall.lever is None else wall.lever,
        )
    if isinstance(wall, AdhesionWall):
        rough, relative = _height(wall.reach)
        return ADHESION, Contact(
            roughness=rough,
            relative=relative,
            lever=-1.0 if wall.lever is None else wall.lever,
            strength=wall.bonds * wall.bond_strength,
            rate=wall.formation_rate,
            bond=wall.bond_length / wall.bonds,
        )
    return STICKING, Contact()


def _height(given: float | None) -> tuple[float, float]:
    """Of asperities: in m, and in radii where it is not given."""
    return (0.0, laws.ROUGHNESS) if given is None else (given, 0.0)

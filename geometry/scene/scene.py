"""Everything that makes or bends the magnetic field of a case, resolved."""

from __future__ import annotations

from dataclasses import dataclass

from magcap.case import Background, Case
from magcap.geometry.bodies import Body
from magcap.geometry.field_maps import FieldMap, field_maps

from .iron import IronBody, iron_bodies
from .magnets import MagnetBody, bodies as magnet_bodies
from .winding import Winding, windings


@dataclass(frozen=True, slots=True, kw_only=True)
class MagneticScene:
    """Sources of the field and the iron beside them.

    Attributes
    ----------
    magnets : tuple of MagnetBody
        Regions ``magnet_1`` … of the field mesh.
    iron : tuple of IronBody
        Regions ``iron_1`` … of the field mesh.
    windings : tuple of Winding
        Not meshed: their field is exact and copper has μr = 1.
    maps : tuple of FieldMap
    background : Background or None
    """

    magnets: tuple[MagnetBody, ...] = ()
    iron: tuple[IronBody, ...] = ()
    windings: tuple[Winding, ...] = ()
    maps: tuple[FieldMap, ...] = ()
    background: Background | None = None

    @property
    def solids(self) -> tuple[tuple[str, Body], ...]:
        """Region name and body of everything that is meshed."""
        magnets = [(f"magnet_{i}", body) for i, body in enumerate(self.magnets, 1)]
        iron = [(f"iron_{i}", body) for i, body in enumerate(self.iron, 1)]
        return (*magnets, *iron)


def scene_of(case: Case) -> MagneticScene:
    """The scene of a case; reads the files that it names.

    Raises
    ------
    CaseError
        With the faults of its tables.
    """
    return MagneticScene(
        magnets=magnet_bodies(case.magnet),
        iron=iron_bodies(case.iron),
        windings=windings(case.coil),
        maps=field_maps(case.field_map),
        background=case.background,
    )

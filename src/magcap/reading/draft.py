"""Magnets and iron of a draft of a case resolved to bodies, once for all checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from magcap.case import Iron, Magnet
from magcap.errors import CaseError

if TYPE_CHECKING:
    from magcap.geometry.bodies import Body
    from magcap.geometry.scene import IronBody, MagnetBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Solids:
    """The bodies; None in place of all of a kind where one of them is faulty.

    Attributes
    ----------
    magnets : tuple of MagnetBody or None
    iron : tuple of IronBody or None
    """

    magnets: tuple[MagnetBody, ...] | None
    iron: tuple[IronBody, ...] | None

    @property
    def whole(self) -> tuple[Body, ...] | None:
        """All bodies; None where one is faulty."""
        if self.magnets is None or self.iron is None:
            return None
        return (*self.magnets, *self.iron)


def resolved(magnets: Sequence[Magnet | None], iron: Sequence[Iron | None]) -> Solids:
    """The bodies of the tables; None stands for a table that is faulty in itself."""
    return Solids(magnets=_magnets(magnets), iron=_iron(iron))


def _magnets(tables: Sequence[Magnet | None]) -> tuple[MagnetBody, ...] | None:
    right = [table for table in tables if table is not None]
    if len(right) < len(tables):
        return None
    if not right:
        return ()
    from magcap.geometry.scene import bodies

    try:
        return bodies(right)
    except CaseError:  # its own check says what is wrong
        return None


def _iron(tables: Sequence[Iron | None]) -> tuple[IronBody, ...] | None:
    right = [table for table in tables if table is not None]
    if len(right) < len(tables):
        return None
    if not right:
        return ()
    from magcap.geometry.scene import iron_bodies

    try:
        return iron_bodies(right)
    except CaseError:
        return None

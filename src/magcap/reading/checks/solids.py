"""Magnets and iron of a draft: resolved to bodies once, which reads their files, then in space."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from magcap.case import Iron, Magnet, Mesh, Tissue
from magcap.errors import CaseError
from magcap.geometry.field_mesh import domain_faults
from magcap.geometry.lumen import Outline
from magcap.geometry.scene import bodies_of, iron_body
from magcap.reading import Solids

from .iron import faults_of_iron
from .magnets import faults_of_magnet
from .overlaps import overlap_faults
from .tables import tissue_faults


def resolved(magnets: Sequence[Magnet | None], iron: Sequence[Iron | None]) -> Solids:
    """The bodies of the tables and the faults of each; None: a table that is faulty in itself."""
    hard = [
        Attempt.of(faults_of_magnet(magnet, path), partial(bodies_of, magnet, path))
        for path, magnet in zip(_paths("magnet", magnets), magnets, strict=True)
        if magnet is not None
    ]
    soft = [
        Attempt.of(faults_of_iron(part, path), partial(iron_body, part, path))
        for path, part in zip(_paths("iron", iron), iron, strict=True)
        if part is not None
    ]
    return Solids(
        magnets=_all([a.made for a in hard], len(magnets)),
        iron=_all([None if a.made is None else (a.made,) for a in soft], len(iron)),
        faults=(*(f for a in hard for f in a.faults), *(f for a in soft for f in a.faults)),
    )


def _paths(name: str, tables: Sequence[object]) -> list[str]:
    return [f"{name}[{number}]" for number in range(1, len(tables) + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt[B]:
    """What became of one table: its body or bodies, or its faults."""

    made: B | None
    faults: Sequence[str] = ()

    @classmethod
    def of(cls, faults: Sequence[str], make: Callable[[], B]) -> Attempt[B]:
        """Make the bodies of a table without faults; the files that it names may have some."""
        if faults:
            return Attempt(made=None, faults=faults)
        try:
            return Attempt(made=make())
        except CaseError as error:
            return Attempt(made=None, faults=error.faults)


def _all[B](made: Sequence[tuple[B, ...] | None], count: int) -> tuple[B, ...] | None:
    """All bodies of `count` tables; None where one has none."""
    whole = [bodies for bodies in made if bodies is not None]
    return tuple(chain.from_iterable(whole)) if len(whole) == count else None


def solid_faults(
    solids: Solids, tissue: Tissue | None, mesh: Mesh | None, shape: Outline | None
) -> list[str]:
    """Magnets and iron that overlap each other, the vessel or the tissue or leave the domain.

    Nothing where one of them is faulty itself, which is said elsewhere.
    """
    bodies = solids.whole
    if shape is None or not bodies:
        return []
    tissue = None if tissue_faults(tissue) else tissue
    faults = overlap_faults(bodies, shape.wall, tissue, axis=shape.axis, radius=shape.radius)
    return faults + ([] if mesh is None else domain_faults(bodies, shape.wall, mesh))

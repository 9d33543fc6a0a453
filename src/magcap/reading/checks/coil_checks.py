"""Checks of the coils of a case: each in itself, and against everything else in space."""

from __future__ import annotations

from collections.abc import Sequence

from magcap.case import Coil, Tissue
from magcap.geometry.lumen import Outline
from magcap.reading import Solids

from .tables import faults_of_each, tissue_faults


def coil_faults(coils: Sequence[Coil | None]) -> list[str]:
    """Each coil in itself; indices stay right where a coil of the list is faulty."""
    if not coils:
        return []
    from . import coils as geometry

    return faults_of_each(coils, "coil", geometry.coil_faults)


def coil_overlaps(
    coils: Sequence[Coil | None],
    solids: Solids,
    tissue: Tissue | None,
    shape: Outline | None,
) -> list[str]:
    """Windings that overlap something, once all of them are right.

    Magnets and iron are left out where one of them is faulty, which is said elsewhere.
    """
    resolved = [coil for coil in coils if coil is not None]
    if not resolved or len(resolved) < len(coils) or shape is None:
        return []
    from magcap.geometry.scene import windings

    from .winding_overlaps import winding_overlap_faults

    bodies = (*(solids.magnets or ()), *(solids.iron or ()))
    if tissue is not None and tissue_faults(tissue):
        tissue = None
    return winding_overlap_faults(
        windings(resolved), bodies, shape.wall, tissue, axis=shape.axis, radius=shape.radius
    )

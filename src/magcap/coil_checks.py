"""Checks of the coils of a case: each in itself, and against everything else in space."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from magcap.case import Coil, Iron, Magnet, Tissue
from magcap.errors import CaseError
from magcap.outline import Outline
from magcap.table_checks import tissue_faults


def coil_faults(coils: Sequence[Coil | None]) -> list[str]:
    """Each coil in itself; indices stay right where a coil of the list is faulty."""
    if not coils:
        return []
    from magcap.geometry import coil_faults as geometry

    faults = []
    for i, coil in enumerate(coils, start=1):
        if coil is not None:
            found = geometry.coil_faults([coil])
            faults += [fault.replace("`coil[1]", f"`coil[{i}]") for fault in found]
    return faults


def coil_overlaps(
    coils: Sequence[Coil | None],
    magnets: Sequence[Magnet | None],
    iron: Sequence[Iron | None],
    tissue: Tissue | None,
    shape: Outline | None,
) -> list[str]:
    """Windings that overlap something, once all of them are right.

    Magnets and iron are left out where one of them is faulty, which is said elsewhere.
    """
    resolved = [coil for coil in coils if coil is not None]
    if not resolved or len(resolved) < len(coils) or shape is None:
        return []
    from magcap.geometry.body import Body
    from magcap.geometry.iron import iron_bodies
    from magcap.geometry.magnet import bodies as magnet_bodies
    from magcap.geometry.winding import windings
    from magcap.geometry.winding_overlap import winding_overlap_faults

    solids: list[Body] = []
    parts = [part for part in iron if part is not None]
    hard = [magnet for magnet in magnets if magnet is not None]
    with contextlib.suppress(CaseError):
        solids += magnet_bodies(hard) if len(hard) == len(magnets) else ()
    with contextlib.suppress(CaseError):
        solids += iron_bodies(parts) if len(parts) == len(iron) else ()
    if tissue is not None and tissue_faults(tissue):
        tissue = None
    return winding_overlap_faults(
        windings(resolved), solids, shape.wall, tissue, axis=shape.axis, radius=shape.radius
    )

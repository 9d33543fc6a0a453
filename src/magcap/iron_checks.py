"""Checks of iron and of what overlaps or leaves the domain: each part, then all solids."""

from __future__ import annotations

from collections.abc import Sequence

from magcap.case import Iron, Magnet, Mesh, Tissue
from magcap.errors import CaseError
from magcap.outline import Outline
from magcap.table_checks import tissue_faults


def iron_faults(parts: Sequence[Iron | None]) -> list[str]:
    """Each part in itself; indices stay right where a part of the list is faulty."""
    if not parts:
        return []
    from magcap.geometry import iron_faults as geometry

    faults = []
    for i, part in enumerate(parts, start=1):
        if part is not None:
            found = geometry.iron_faults([part])
            faults += [fault.replace("`iron[1]", f"`iron[{i}]") for fault in found]
    return faults


def solid_faults(
    magnets: Sequence[Magnet | None],
    iron: Sequence[Iron | None],
    tissue: Tissue | None,
    mesh: Mesh | None,
    shape: Outline | None,
) -> list[str]:
    """Magnets and iron that overlap each other, the vessel or the tissue or leave the domain.

    Nothing where one of them is faulty itself, which is said elsewhere.
    """
    if shape is None or None in magnets or None in iron or not (magnets or iron):
        return []
    from magcap.geometry.body import Body
    from magcap.geometry.checks import overlap_faults
    from magcap.geometry.field_air import domain_faults
    from magcap.geometry.iron import iron_bodies
    from magcap.geometry.magnet import bodies

    solids: list[Body] = []
    try:
        solids += bodies([magnet for magnet in magnets if magnet is not None])
        solids += iron_bodies([part for part in iron if part is not None])
    except CaseError:
        return []
    if tissue is not None and tissue_faults(tissue):
        tissue = None
    faults = overlap_faults(solids, shape.wall, tissue, axis=shape.axis, radius=shape.radius)
    return faults + ([] if mesh is None else domain_faults(solids, shape.wall, mesh))

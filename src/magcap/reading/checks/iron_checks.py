"""Checks of iron and of what overlaps or leaves the domain: each part, then all solids."""

from __future__ import annotations

from collections.abc import Sequence

from magcap.case import Iron, Mesh, Tissue
from magcap.geometry.lumen import Outline
from magcap.reading import Solids

from .tables import faults_of_each, tissue_faults


def iron_faults(parts: Sequence[Iron | None]) -> list[str]:
    """Each part in itself; indices stay right where a part of the list is faulty."""
    if not parts:
        return []
    from . import iron as geometry

    return faults_of_each(parts, "iron", geometry.iron_faults)


def solid_faults(
    solids: Solids,
    tissue: Tissue | None,
    mesh: Mesh | None,
    shape: Outline | None,
) -> list[str]:
    """Magnets and iron that overlap each other, the vessel or the tissue or leave the domain.

    Nothing where one of them is faulty itself, which is said elsewhere.
    """
    bodies = solids.whole
    if shape is None or not bodies:
        return []
    from magcap.geometry.field_mesh import domain_faults

    from .overlaps import overlap_faults

    if tissue is not None and tissue_faults(tissue):
        tissue = None
    faults = overlap_faults(bodies, shape.wall, tissue, axis=shape.axis, radius=shape.radius)
    return faults + ([] if mesh is None else domain_faults(bodies, shape.wall, mesh))

"""Checks of field maps and of the grids that the field is written on, against other tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from magcap.case import FieldMapTable, Grid, Iron, Magnet, Probe
from magcap.errors import CaseError
from magcap.geometry.body import Body
from magcap.outline import Outline


def map_faults(
    tables: Sequence[FieldMapTable | None],
    shape: Outline | None,
    probes: Sequence[Probe | None] = (),
    magnets: Sequence[Magnet | None] = (),
    iron: Sequence[Iron | None] = (),
) -> list[str]:
    """Faults of the maps' files, and of what they do not cover: vessel, probes, magnets, iron."""
    if not tables:
        return []
    from magcap.geometry.field_map_faults import coverage_faults, field_map_faults

    faults, maps = field_map_faults(tables)
    places = {} if shape is None else {"the vessel": shape.wall}
    places |= {
        f"`probe[{number}]`": np.array([probe.point])
        for number, probe in enumerate(probes, 1)
        if probe is not None
    }
    return faults + coverage_faults(maps, places, _bodies(magnets, iron))


def grid_faults(grids: Sequence[Grid | None]) -> list[str]:
    """Faults of the grids."""
    if not grids:
        return []
    from magcap.geometry.grid_points import grid_faults

    return grid_faults(grids)


def _bodies(magnets: Sequence[Magnet | None], iron: Sequence[Iron | None]) -> list[Body]:
    """What reacts to the field of a map: iron, and magnets with a recoil permeability above 1."""
    from magcap.geometry.iron import iron_bodies
    from magcap.geometry.magnet import bodies

    found: list[Body] = []
    try:
        found += [b for b in bodies([m for m in magnets if m]) if b.recoil_permeability != 1.0]
        found += iron_bodies([part for part in iron if part])
    except CaseError:  # their own checks say what is wrong
        return []
    return found

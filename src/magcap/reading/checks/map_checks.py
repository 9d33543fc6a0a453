"""Checks of field maps and of the grids that the field is written on, against other tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from magcap.case import FieldMapTable, Grid, Probe
from magcap.geometry.lumen import Outline
from magcap.reading import Solids


def map_faults(
    tables: Sequence[FieldMapTable | None],
    shape: Outline | None,
    probes: Sequence[Probe | None],
    solids: Solids,
) -> list[str]:
    """Faults of the maps' files, and of what they do not cover: vessel, probes, magnets, iron."""
    if not tables:
        return []
    from .field_maps import coverage_faults, field_map_faults

    faults, maps = field_map_faults(tables)
    places = {} if shape is None else {"the vessel": shape.wall}
    places |= {
        f"`probe[{number}]`": np.array([probe.point])
        for number, probe in enumerate(probes, 1)
        if probe is not None
    }
    # What reacts to the field of a map: iron, and magnets with a recoil permeability above 1.
    magnets = () if solids.whole is None else solids.magnets or ()
    iron = () if solids.whole is None else solids.iron or ()
    react = [body for body in magnets if body.recoil_permeability != 1.0]
    return faults + coverage_faults(maps, places, [*react, *iron])


def grid_faults(grids: Sequence[Grid | None]) -> list[str]:
    """Faults of the grids."""
    if not grids:
        return []
    from magcap.geometry.observers import grid_faults

    return grid_faults(grids)

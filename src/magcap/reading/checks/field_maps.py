"""Field maps of a case: faults of their files, and of what they do not cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import FieldMapTable, Probe
from magcap.errors import CaseError
from magcap.geometry.bodies import Body, surface_mesh
from magcap.geometry.field_maps import FieldMap, read_field_map
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


def field_map_faults(
    tables: Sequence[FieldMapTable | None],
) -> tuple[list[str], tuple[FieldMap, ...]]:
    """Faults of the tables (None: faulty in itself), and the maps that could be read."""
    faults: list[str] = []
    found: list[FieldMap] = []
    for number, table in enumerate(tables, 1):
        if table is None:
            continue
        name = f"field_map[{number}]"
        if table.scale == 0.0:
            faults.append(f"`{name}.scale` must not be 0; remove the map instead.")
        try:
            found.append(read_field_map(table, name))
        except CaseError as error:
            faults += error.faults
    return faults, tuple(found)


def coverage_faults(
    maps: Sequence[FieldMap],
    places: Mapping[str, FloatArray],
    bodies: Sequence[Body] = (),
) -> list[str]:
    """What the maps do not cover, each a sentence with the extents.

    Parameters
    ----------
    maps : sequence of FieldMap
    places : mapping of str to ndarray of shape (n, 3)
        What is asked for, e.g. ``{"the vessel": wall}``, in m.
    bodies : sequence of Body
        Iron and magnets that react to the map's field.
    """
    needed = dict(places) | {f"`{body.name}`": surface_mesh(body)[0] for body in bodies}
    faults = []
    for one in maps:
        for what, points in needed.items():
            outside = one.outside(points)
            if outside.any():
                x, y, z = 1e3 * points[outside.argmax()]
                faults.append(
                    f"`{one.name}` must cover {what}, which reaches to ({x:.4g}, {y:.4g}, "
                    f"{z:.4g}) mm; the map has {one.describe()}."
                )
    return faults

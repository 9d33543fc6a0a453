"""The material law of each region of a field mesh, as cells of the total region need it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np

from magcap.arrays import IntArray
from magcap.library import SoftMaterial, linear_material

from .cells import Laws, pack
from .matter import Matter, material_key


class RegionLaws:
    """The laws of the iron, then one for each permeability that a cavity may have.

    Parameters
    ----------
    matter : Matter
    regions : mapping of str to int
        Tags of the mesh.

    Attributes
    ----------
    laws : Laws
    iron_groups : frozenset of int
        Groups (`magcap.solvers.magnetostatics.solution.FieldSolution.groups`) that are iron.
    """

    def __init__(self, matter: Matter, regions: Mapping[str, int]) -> None:
        known: dict[Hashable, int] = {}
        materials: list[SoftMaterial] = []
        self._of_tag: IntArray = np.full(max(regions.values()) + 1, -1, dtype=np.int64)
        for name, material in matter.iron.items():
            key = material_key(material)
            if key not in known:
                known[key] = len(materials)
                materials.append(material)
            self._of_tag[regions[name]] = known[key]
        self.iron_groups = frozenset(number + 1 for number in known.values())
        others = {"air": 1.0, **matter.permeability}
        for value in sorted(set(others.values())):
            names = [name for name, mu in others.items() if mu == value]
            self._of_tag[[regions[name] for name in names]] = len(materials)
            materials.append(linear_material(value))
        self.laws: Laws = pack(materials)

    def of_tags(self, tags: IntArray) -> IntArray:
        """Row of `laws` for the tags of some cells."""
        rows: IntArray = self._of_tag[tags]
        return rows

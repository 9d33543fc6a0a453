"""What the field mesh is made of: air, bodies, layers of tissue, and their tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray, IntArray
from magcap.case import Tissue
from magcap.geometry.bodies import Body, BodyShape
from magcap.geometry.scene import TissueLayerGeometry, TissueSlab, magnetic_layers, tissue_slabs

from .air import Air

#: Millimetres per metre: gmsh's OpenCASCADE tolerances suit millimetres.
MM = 1e3


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPlan:
    """What is to be meshed.

    Attributes
    ----------
    air : Air
    solids : tuple of (str, Body)
        Region and body of everything solid: magnets, then iron.
    slabs : tuple of TissueSlab
        Slabs with a susceptibility.
    shells : tuple of TissueLayerGeometry
        Shells with a susceptibility.
    regions : mapping of str to int
        Tags: ``air`` 1, then the solids (``magnet_1`` …, ``iron_1`` …), then the tissues.
    """

    air: Air
    solids: tuple[tuple[str, Body], ...]
    slabs: tuple[TissueSlab, ...]
    shells: tuple[TissueLayerGeometry, ...]
    regions: Mapping[str, int]

    @property
    def simple(self) -> list[tuple[str, Body]]:
        """Region and body of everything but triangulated bodies."""
        return [(name, body) for name, body in self.solids if not _triangulated(body)]

    @property
    def surfaces(self) -> list[tuple[str, Body]]:
        """Region and body of the triangulated bodies."""
        return [(name, body) for name, body in self.solids if _triangulated(body)]

    @property
    def numbered(self) -> list[tuple[int, Body]]:
        """Tag and body of every solid."""
        return [(self.regions[name], body) for name, body in self.solids]


def _triangulated(body: Body) -> bool:
    return body.shape is BodyShape.SURFACE


def make_plan(solids: Sequence[tuple[str, Body]], tissue: Tissue | None, air: Air) -> FieldPlan:
    """Regions and their tags."""
    layers = magnetic_layers(tissue)
    slabs = tuple(s for s in tissue_slabs(tissue) if s.layer in layers)
    names = ["air", *(name for name, _ in solids)]
    names += [f"tissue_{layer.number}" for layer in layers]
    return FieldPlan(
        air=air,
        solids=tuple(solids),
        slabs=slabs,
        shells=() if slabs else layers,
        regions={name: tag for tag, name in enumerate(names, 1)},
    )


def wall_distance(points: FloatArray, wall: FloatArray, triangles: IntArray | None) -> FloatArray:
    """Distance of points to the lumen's wall in m, negative in the lumen if it is known."""
    if triangles is None:
        return np.asarray(cKDTree(wall).query(points)[0], dtype=np.float64)
    import pyvista

    surface = pyvista.PolyData(wall, np.insert(triangles, 0, 3, axis=1).ravel())
    cloud = pyvista.PolyData(points).compute_implicit_distance(surface)
    return np.asarray(cloud["implicit_distance"], dtype=np.float64)

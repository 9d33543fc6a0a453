"""What geometry hands on: plain arrays, named boundaries, SI units.

`TetMesh` is a tetrahedral mesh as NumPy arrays; it can be stored, hashed, sent to other ranks
and drawn without DOLFINx or gmsh. `Lumen` is the blood (always second order, curved walls) and
`FieldMesh` the space around it (first order). Nothing else passes from geometry to the solvers.

Node order inside a cell is VTK's: vertices 0-3, then the middles of the edges
01, 12, 02, 03, 13, 23. Facets: vertices 0-2, then the middles of 01, 12, 02.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.stored import stored

#: Edges of a tetrahedron in the order of the middle nodes 4-9 (VTK quadratic tetrahedron).
TET_EDGES = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))
#: Edges of a triangle in the order of the middle nodes 3-5 (VTK quadratic triangle).
TRI_EDGES = ((0, 1), (1, 2), (0, 2))


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class TetMesh:
    """A tetrahedral mesh with named regions and boundaries.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        Node positions in m.
    cells : ndarray of int, shape (m, 4) or (m, 10)
        Nodes of each tetrahedron, positively oriented, VTK order.
    cell_tags : ndarray of int, shape (m,)
        Region of each cell.
    facets : ndarray of int, shape (k, 3) or (k, 6)
        Tagged boundary or interface triangles, VTK order.
    facet_tags : ndarray of int, shape (k,)
        Boundary of each facet.
    regions, boundaries : mapping of str to int
        Names of the cell tags and of the facet tags.
    """

    points: FloatArray
    cells: IntArray
    cell_tags: IntArray
    facets: IntArray
    facet_tags: IntArray
    regions: Mapping[str, int]
    boundaries: Mapping[str, int]

    @classmethod
    def of_lumen(
        cls,
        points: FloatArray,
        cells: IntArray,
        facets: IntArray,
        facet_tags: IntArray,
        openings: Sequence[str],
    ) -> Self:
        """The mesh of one lumen: its wall has tag 1, its openings 2, 3, …"""
        return cls(
            points=points,
            cells=cells,
            cell_tags=np.ones(len(cells), dtype=np.int64),
            facets=facets,
            facet_tags=facet_tags,
            regions={"lumen": 1},
            boundaries={name: tag for tag, name in enumerate(("wall", *openings), start=1)},
        )

    @property
    def order(self) -> int:
        """1 for straight cells, 2 for curved ones."""
        return 1 if self.cells.shape[1] == 4 else 2

    def facets_of(self, name: str) -> IntArray:
        """Facets of the boundary `name`, shape (k, 3 or 6)."""
        selected: IntArray = self.facets[self.facet_tags == self.boundaries[name]]
        return selected


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An open end of the lumen.

    Attributes
    ----------
    name : str
        Boundary name, e.g. ``"inlet"``, ``"outlet"``, ``"outlet_1"`` or the user's name of a cap.
    role : str
        ``"inlet"`` or ``"outlet"``.
    center : tuple of float
        Centroid in m.
    normal : tuple of float
        Unit normal out of the lumen.
    area : float
        Area in m².
    radius : float
        Radius of the circle of the same area, in m.
    """

    name: str
    role: str
    center: tuple[float, float, float]
    normal: tuple[float, float, float]
    area: float
    radius: float

    @classmethod
    def at(
        cls, name: str, role: str, center: FloatArray, normal: FloatArray, *, area: float
    ) -> Self:
        """An opening of any shape."""
        return cls(
            name=name,
            role=role,
            center=_triple(center),
            normal=_triple(normal),
            area=area,
            radius=math.sqrt(area / math.pi),
        )

    @classmethod
    def circle(
        cls, name: str, role: str, center: FloatArray, normal: FloatArray, radius: float
    ) -> Self:
        """A round and flat opening."""
        return replace(cls.at(name, role, center, normal, area=math.pi * radius**2), radius=radius)

    @classmethod
    def skin(cls, name: str, role: str, points: FloatArray, vectors: FloatArray) -> Self:
        """An opening by the pieces of its skin: their centres, and area vectors out of the lumen.

        Its area is that across the vessel, the length of the vector area |∑ n dA|: a bent skin has
        more surface than blood can pass.
        """
        total = vectors.sum(axis=0)
        area = float(np.linalg.norm(total))
        normal = total / max(area, 1e-300)
        center = (points * (vectors @ normal)[:, None]).sum(axis=0) / max(area, 1e-300)
        return cls.at(name, role, center, normal, area=area)


def _triple(vector: FloatArray) -> tuple[float, float, float]:
    x, y, z = vector
    return float(x), float(y), float(z)


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class MeshQuality:
    """Element quality and resolution of a mesh.

    Attributes
    ----------
    cells : int
        Number of tetrahedra.
    worst, median : float
        Radius-ratio quality 3 r_in / R_circ of the straight cells, 1 for the regular tetrahedron.
    smallest_edge, largest_edge : float
        In m.
    wall_cells : float
        Lumen only: cells across the viscous layer at the wall (see `geometry.mesh.quality`), 0 for
        the field mesh.
    """

    cells: int
    worst: float
    median: float
    smallest_edge: float
    largest_edge: float
    wall_cells: float = 0.0


class Ends:
    """What has openings, inlets first: which are inlets, which outlets."""

    __slots__ = ()

    openings: tuple[Opening, ...]

    @property
    def inlets(self) -> tuple[Opening, ...]:
        """The inlets."""
        return tuple(one for one in self.openings if one.role == "inlet")

    @property
    def inlet(self) -> Opening:
        """The inlet; the widest of several."""
        return max(self.inlets or self.openings, key=lambda one: one.area)

    @property
    def inlet_area(self) -> float:
        """Of all inlets together in m²."""
        return sum(one.area for one in self.inlets)

    @property
    def outlets(self) -> tuple[Opening, ...]:
        """The outlets."""
        return tuple(one for one in self.openings if one.role != "inlet")


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class Lumen(Ends):
    """The blood: a curved mesh, its openings and what geometry knows at the nodes.

    The mesh has order 2; its boundaries are ``"wall"`` and one per opening; its only region is
    ``"lumen"``. Second-order nodes are the nodes of the P2 velocity.

    Attributes
    ----------
    mesh : TetMesh
    openings : tuple of Opening
        The inlets first, then the outlets.
    wall_distance : ndarray, shape (n,)
        Distance of each node to the wall in m (exactly 0 on the wall).
    arc_length : ndarray, shape (n,)
        Distance along the vessel from its own inlet in m (exact for swept vessels, along the mesh
        otherwise), whichever openings the case names as inlets.
    quality : MeshQuality
    notes : tuple of str
        What to look at twice, in sentences for the user.
    """

    mesh: TetMesh
    openings: tuple[Opening, ...]
    wall_distance: FloatArray
    arc_length: FloatArray
    quality: MeshQuality
    notes: tuple[str, ...] = ()


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMesh:
    """The space of the magnetic field: magnets, tissue where it matters, air in a sphere.

    The mesh has order 1. Regions: ``"air"``, ``"magnet_1"`` … one per `MagnetBody` (in order),
    ``"tissue_1"`` … where a tissue has a susceptibility. Boundary: ``"outer"``, the sphere.

    Attributes
    ----------
    mesh : TetMesh
    center : tuple of float
        Centre of the outer sphere in m.
    radius : float
        Radius of the outer sphere in m.
    quality : MeshQuality
    """

    mesh: TetMesh
    center: tuple[float, float, float]
    radius: float
    quality: MeshQuality

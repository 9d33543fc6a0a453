"""How far the air reaches and how fine the field mesh is where.

The sizes follow the distance from the magnets' edges, because the derivatives of the field do:
h = h_edge + g · distance, and around the vessel a fraction of its distance to the nearest magnet.
All sizes are then scaled so that the mesh has about the number of cells that the resolution
stands for, whatever the arrangement; explicit sizes of the case are taken as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from magcap.case import Mesh
from magcap.geometry.body_distance import signed_distance
from magcap.geometry.body_edges import edge_segments
from magcap.geometry.field_occ import MM
from magcap.geometry.field_size import SizeSources, expected_cells, join_sources
from magcap.geometry.magnet import MagnetBody

FloatArray = NDArray[np.float64]

#: Cells of a mesh with one magnet at order 3, and of every further block.
_CELLS = {"coarse": (9_000, 150), "medium": (28_000, 300), "fine": (115_000, 600)}
#: Cells at other orders of the potential, relative to order 3.
_ORDER_FACTOR = {1: 4.0, 2: 2.0, 3: 1.0, 4: 0.6}
#: Growth of the size with distance from an edge, before scaling.
_GROWTH = 0.35
#: Size at an edge over the cube root of the body's volume, before scaling.
_EDGE_SIZE = 0.08
#: Size at the vessel over its distance to the nearest magnet, before scaling.
_VESSEL_SIZE = 0.25
#: Real cells per expected cell: HXT's are larger than the regular tetrahedron of the size asked.
_HXT_FACTOR = 0.54


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """The sphere of air.

    Attributes
    ----------
    center : ndarray, shape (3,)
        In m.
    radius : float
        In m.
    """

    center: FloatArray
    radius: float


def air_sphere(
    bodies: Sequence[MagnetBody], vessel_points: FloatArray, mesh: Mesh, *, air_factor: float
) -> Air:
    """A sphere about the middle of the magnets that holds the vessel, too.

    The Robin condition is exact for a dipole at its centre, so the centre is that of the
    magnets' bounding box.
    """
    if bodies:
        guide = np.concatenate([np.concatenate(edge_segments(body)) for body in bodies])
    else:
        guide = vessel_points
    center = 0.5 * (guide.min(axis=0) + guide.max(axis=0))
    magnets = float(np.linalg.norm(guide - center, axis=1).max())
    vessel = float(np.linalg.norm(vessel_points - center, axis=1).max())
    radius = max(air_factor * magnets, 1.2 * vessel)
    if mesh.air_radius is not None:
        radius = max(mesh.air_radius, 1.02 * max(magnets, vessel))
    return Air(center=center, radius=radius)


def size_sources(
    bodies: Sequence[MagnetBody],
    vessel_points: FloatArray,
    mesh: Mesh,
    air: Air,
    *,
    order: int,
) -> SizeSources:
    """Sizes in mm for gmsh."""
    parts = [_edge_source(body, mesh) for body in bodies]
    parts.append(_vessel_source(bodies, vessel_points, mesh))
    sources = join_sources(parts, largest=0.3 * MM * air.radius)
    base, per_block = _CELLS[mesh.resolution]
    wanted = (base + per_block * max(0, len(bodies) - 1)) * _ORDER_FACTOR[order]
    expected = _HXT_FACTOR * expected_cells(sources, MM * air.center, MM * air.radius)
    factor = float(np.clip((expected / wanted) ** (1.0 / 3.0), 0.2, 4.0))
    return sources.scaled(factor)


def _edge_source(body: MagnetBody, mesh: Mesh) -> SizeSources:
    """Small cells along the edges of a magnet."""
    starts, ends = edge_segments(body)
    extent = np.ptp((np.concatenate([starts, ends]) - body.center) @ body.rotation, axis=0)
    size = _EDGE_SIZE * float(np.prod(extent)) ** (1.0 / 3.0)
    return _source(starts, ends, np.full(len(starts), size))


def _vessel_source(
    bodies: Sequence[MagnetBody], vessel_points: FloatArray, mesh: Mesh
) -> SizeSources:
    """Small cells around the vessel, finer where a magnet is near."""
    points = _thin_out(vessel_points, 150)
    if bodies:
        distance = np.min([signed_distance(body, points) for body in bodies], axis=0)
    else:
        distance = np.full(len(points), float(np.ptp(vessel_points, axis=0).max()))
    extent = float(np.linalg.norm(np.ptp(vessel_points, axis=0)))
    sizes = _VESSEL_SIZE * np.maximum(distance, 0.02 * extent)
    return _source(points, points, sizes)


def _source(starts: FloatArray, ends: FloatArray, sizes: FloatArray) -> SizeSources:
    return SizeSources(
        starts=MM * starts,
        ends=MM * ends,
        sizes=MM * sizes,
        growths=np.full(len(sizes), _GROWTH),
        largest=np.inf,
    )


def _thin_out(points: FloatArray, n: int) -> FloatArray:
    """At most about `n` of `points`, spread over them: one per cell of a cubic grid."""
    low, extent = points.min(axis=0), float(np.ptp(points, axis=0).max())
    pitch = extent / 64.0
    while True:
        keys = np.floor((points - low) / pitch).astype(np.int64)
        _, first = np.unique(keys, axis=0, return_index=True)
        if len(first) <= n:
            return points[np.sort(first)]
        pitch *= 1.3

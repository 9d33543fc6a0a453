"""How fine the field mesh is where.

The sizes follow the distance from the edges of magnets and iron, because the derivatives of the
field do: h = h_edge + g · distance, and around the vessel a fraction of its distance to the
nearest one.
The sizes at edges and vessel are then scaled (not the growth g) so that the mesh has about the
number of cells that the resolution stands for, whatever the arrangement; explicit sizes of the
case are taken as they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Mesh
from magcap.geometry.bodies import Body, edge_segments, signed_distance
from magcap.geometry.scene import IronBody, MagneticScene

from .air import Air
from .cloud import SizeCloud, SizeSegments, expected_cells, joined
from .gaps import edge_size, gap_points, plate_points
from .plan import MM

#: Cells of a mesh with one magnet at order 3, and of every further block.
_CELLS = {"coarse": (9_000, 150), "medium": (28_000, 300), "fine": (115_000, 600)}
#: Further cells with iron, and of every further part of it.
_IRON_CELLS = {"coarse": (5_000, 800), "medium": (16_000, 3_000), "fine": (65_000, 12_000)}
#: Cells at other orders of the potential, relative to order 3.
_ORDER_FACTOR = {1: 4.0, 2: 2.0, 3: 1.0, 4: 0.6}
#: Growth of the size with distance.
_GROWTH = {"coarse": 0.5, "medium": 0.35, "fine": 0.22}
#: Largest size over the radius of the air.
_LARGEST = {"coarse": 0.4, "medium": 0.3, "fine": 0.2}
#: Size at an edge over the cube root of the body's volume, before scaling. With 0.18 instead of
#: 0.08 the force 8-35 mm from a 20 mm cube is twice as exact on as many cells (0.4 %, median).
_EDGE_SIZE = 0.18
#: Size at the vessel over its distance to the nearest magnet, before scaling.
_VESSEL_SIZE = 0.25
#: Real cells per expected cell: HXT's are larger than the regular tetrahedron of the size asked.
_HXT_FACTOR = 0.54
#: Bounds of the scaling.
_SCALE = (0.1, 4.0)


def size_segments(
    scene: MagneticScene,
    vessel_points: FloatArray,
    mesh: Mesh,
    air: Air,
    *,
    order: int,
    sizes: SizeCloud | None = None,
) -> SizeSegments:
    """Sizes in mm for gmsh."""
    growth = _GROWTH[mesh.resolution]
    largest = _LARGEST[mesh.resolution] * MM * air.radius
    cloud = None if sizes is None else _cloud_segments(sizes, growth)
    if cloud is not None and sizes is not None and sizes.alone:
        return joined([cloud], largest=largest)
    bodies = [body for _, body in scene.solids]
    vessel = _vessel_segments(bodies, vessel_points, growth)
    edges, iron = _edge_segments(scene, growth), _iron_segments(scene, growth)

    def at_scale(scale: float) -> SizeSegments:
        parts = [_sized(vessel, scale, mesh.field_size)]
        if edges is not None:
            parts.append(_sized(edges, scale, mesh.magnet_size))
        if iron is not None:
            asked = np.inf if mesh.magnet_size is None else MM * mesh.magnet_size
            parts.append(replace(iron, sizes=np.minimum(iron.sizes * scale, asked)))
        return joined(parts, largest=largest)

    wanted = _wanted_cells(scene, mesh, order)
    center, radius = MM * air.center, MM * air.radius

    def excess(log_scale: float) -> float:
        cells = expected_cells(at_scale(math.exp(log_scale)), center, radius)
        return math.log(max(cells, 1.0) * _HXT_FACTOR / wanted)

    low, high = (math.log(value) for value in _SCALE)
    for _ in range(8):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if excess(middle) > 0.0 else (low, middle)
    segments = at_scale(math.exp(0.5 * (low + high)))
    return segments if cloud is None else joined([segments, cloud], largest=largest)


def _wanted_cells(scene: MagneticScene, mesh: Mesh, order: int) -> float:
    """Cells that the resolution stands for."""
    base, per_block = _CELLS[mesh.resolution]
    cells = base + per_block * max(0, len(scene.magnets) - 1)
    if scene.iron:
        first, further = _IRON_CELLS[mesh.resolution]
        cells += first + further * (len(scene.iron) - 1)
    return cells * _ORDER_FACTOR[order]


def _cloud_segments(cloud: SizeCloud, growth: float) -> SizeSegments:
    """Sizes at points, in mm."""
    slope = growth if cloud.growth is None else cloud.growth
    return _segments(cloud.points, cloud.points, cloud.sizes, slope)


def _sized(segments: SizeSegments, scale: float, explicit: float | None) -> SizeSegments:
    """Sizes times `scale`, or the explicit size in m."""
    sizes = (
        segments.sizes * scale if explicit is None else np.full_like(segments.sizes, MM * explicit)
    )
    return replace(segments, sizes=sizes)


def _edge_segments(scene: MagneticScene, growth: float) -> SizeSegments | None:
    """Small cells along the edges of solids; what touching ones share counts once.

    The blocks of an array are taken coarser, by the fourth root of their number: their field is
    wanted at a distance, and their edges fill the array.
    """
    if not scene.solids:
        return None
    crowd = len(scene.magnets) ** 0.25
    starts, ends, sizes = [], [], []
    for body in (*scene.magnets, *scene.iron):
        p, q = edge_segments(body)
        if isinstance(body, IronBody):
            size = edge_size(body, _EDGE_SIZE)
        else:
            extent = np.ptp((np.concatenate([p, q]) - body.center) @ body.rotation, axis=0)
            size = crowd * _EDGE_SIZE * float(np.prod(extent)) ** (1.0 / 3.0)
        starts.append(p)
        ends.append(q)
        sizes.append(np.full(len(p), size))
    all_starts, all_ends, all_sizes = (np.concatenate(part) for part in (starts, ends, sizes))
    key = np.concatenate([0.5 * (all_starts + all_ends), np.abs(all_ends - all_starts)], axis=1)
    order = np.argsort(all_sizes, kind="stable")
    _, first = np.unique(key[order].round(7), axis=0, return_index=True)
    first = np.sort(order[first])
    return _segments(all_starts[first], all_ends[first], all_sizes[first], growth)


def _iron_segments(scene: MagneticScene, growth: float) -> SizeSegments | None:
    """Small cells on thin iron and in narrow gaps beside iron."""
    parts = [plate_points(body) for body in scene.iron]
    if scene.iron:
        parts.append(gap_points([body for _, body in scene.solids], scene.iron, _EDGE_SIZE))
    parts = [part for part in parts if len(part[1])]
    if not parts:
        return None
    points, sizes = (np.concatenate(part) for part in zip(*parts, strict=True))
    return _segments(points, points, sizes, growth)


def _vessel_segments(
    bodies: Sequence[Body], vessel_points: FloatArray, growth: float
) -> SizeSegments:
    """Small cells around the vessel, finer where a magnet is near."""
    points = _thin_out(vessel_points, 150)
    if bodies:
        distance = np.min([signed_distance(body, points) for body in bodies], axis=0)
    else:
        distance = np.full(len(points), float(np.ptp(vessel_points, axis=0).max()))
    extent = float(np.linalg.norm(np.ptp(vessel_points, axis=0)))
    sizes = _VESSEL_SIZE * np.maximum(distance, 0.02 * extent)
    return _segments(points, points, sizes, growth)


def _segments(
    starts: FloatArray, ends: FloatArray, sizes: FloatArray, growth: float
) -> SizeSegments:
    return SizeSegments(
        starts=MM * starts,
        ends=MM * ends,
        sizes=MM * sizes,
        growths=np.full(len(sizes), growth),
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

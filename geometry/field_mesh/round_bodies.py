"""Flat facets with the right volume: round surfaces of the field mesh are moved outwards a little.

Facets whose corners lie on a circle enclose too little: a cylinder with 30 facets around it has
0.7 % less volume, hence less magnetic moment, than the magnet. So the corners on each round
surface are moved radially by one factor s that makes the volume behind the surface exact,

    W = ½∫(x n_x + y n_y) dS (cylinders; exactly ½ R² Δφ h; frusta: their volume),
                                                               s² = W_exact / W_mesh,
    W = ⅓∫ x·n dS (spheres; exactly ⁴⁄₃ π R³),                 s³ = W_exact / W_mesh,

by the divergence theorem (flat ends and radial faces give nothing). Triangulated bodies are
inflated along their normals. With this the field of a
cylinder on flat cells converges as that of a cuboid does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.bodies import Body, BodyShape, RoundSurface, round_surfaces, volume
from magcap.geometry.mesh import TetMesh, volumes

from .air import Air

#: Nodes within this fraction of the radius are on the surface.
_ON = 1e-5
#: Largest motion over the radius.
_FARTHEST = 0.1


def with_true_volumes(mesh: TetMesh, bodies: Sequence[tuple[int, Body]], air: Air) -> TetMesh:
    """Move the nodes on round surfaces so that every body has its volume.

    Parameters
    ----------
    mesh : TetMesh
    bodies : sequence of (int, Body)
        Region tag and body.
    air : Air
        Its sphere is corrected, too.
    """
    facets = _facets_by_region(mesh)
    groups: dict[tuple[float, ...], list[tuple[int, RoundSurface]]] = {}
    for region, body in bodies:
        for surface in round_surfaces(body):
            groups.setdefault(surface.key, []).append((region, surface))
    points = mesh.points.copy()
    for region, body in bodies:
        if body.shape is BodyShape.SURFACE:
            for _ in range(3):
                _inflate(points, mesh, region, facets[region], volume(body))
    for surfaces in groups.values():
        _correct_group(points, mesh.points, surfaces, facets)
    content = 4.0 / 3.0 * math.pi * air.radius**3
    sphere = RoundSurface(center=air.center, axis=None, radius=air.radius, content=content)
    outer, everywhere = _lateral(mesh.points, sphere, mesh.facets), np.ones(len(points), dtype=bool)
    _correct(points, sphere, outer, sphere.content, everywhere)
    return replace(mesh, points=_without_crushed_cells(mesh, points))


def _without_crushed_cells(mesh: TetMesh, points: FloatArray) -> FloatArray:
    """The moved points, but where a cell would lose most of its volume the old ones."""
    before = volumes(mesh.points, mesh.cells)
    for _ in range(20):
        crushed = volumes(points, mesh.cells) < 0.3 * before
        if not crushed.any():
            return points
        nodes = np.unique(mesh.cells[crushed])
        points[nodes] = mesh.points[nodes]
    return mesh.points


def _inflate(
    points: FloatArray, mesh: TetMesh, region: int, facets: IntArray, exact: float
) -> None:
    """Move the surface of a triangulated body along its normals to the exact volume."""
    cells = mesh.cells[mesh.cell_tags == region]
    missing = exact - float(volumes(points, cells).sum())
    inside = points[cells].mean(axis=1)
    a, b, c = (points[facets[:, i]] for i in range(3))
    vectors = 0.5 * np.cross(b - a, c - a)
    area = float(np.linalg.norm(vectors, axis=1).sum())
    # Facets are turned away from the centroid of the nearest cell of the body.
    _, nearest = cKDTree(inside).query((a + b + c) / 3.0)
    outwards = np.sign(np.einsum("ij,ij->i", vectors, (a + b + c) / 3.0 - inside[nearest]))
    normals = np.zeros_like(points)
    for corner in range(3):
        np.add.at(normals, facets[:, corner], vectors * outwards[:, None])
    nodes = np.unique(facets)
    length = np.linalg.norm(normals[nodes], axis=1, keepdims=True)
    points[nodes] += missing / area * normals[nodes] / np.maximum(length, 1e-300)


def _facets_by_region(mesh: TetMesh) -> dict[int, IntArray]:
    """Facets between each region but the air (tag 1) and the rest, shape (k, 3) each."""
    faces = mesh.cells[:, [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]].reshape(-1, 3)
    owner = np.repeat(mesh.cell_tags, 4)
    keys = np.sort(faces, axis=1)
    order = np.lexsort(keys.T)
    same = (keys[order[1:]] == keys[order[:-1]]).all(axis=1)
    first, second = order[:-1][same], order[1:][same]
    between = owner[first] != owner[second]
    first, second = first[between], second[between]
    found: dict[int, IntArray] = {}
    for region in np.unique(mesh.cell_tags):
        if region != 1:
            mine = (owner[first] == region) | (owner[second] == region)
            found[int(region)] = faces[first[mine]]
    return found


def _free_to_move(points: FloatArray, surface: RoundSurface, others: IntArray) -> NDArray[np.bool_]:
    """Nodes whose radial motion stays in the plane of every facet of other bodies at them."""
    free = np.ones(len(points), dtype=bool)
    a, b, c = (points[others[:, i]] for i in range(3))
    normals = np.cross(b - a, c - a)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-300)
    radial = surface.radial(points) / surface.radius
    for corner in range(3):
        across = np.abs(np.einsum("ij,ij->i", normals, radial[others[:, corner]])) > 1e-6
        free[others[across, corner]] = False
    return free


def _correct_group(
    points: FloatArray,
    before: FloatArray,
    surfaces: Sequence[tuple[int, RoundSurface]],
    facets: dict[int, IntArray],
) -> None:
    """Move the nodes of surfaces that coincide: together, then each where it is alone.

    A surface is alone, too, where a larger one has its facets (a ring around two stacked
    cylinders): that one has its content when they have. `before` are the points before any was
    moved, which tell what is on a surface.
    """
    regions = {region for region, _ in surfaces}
    first = surfaces[0][1]
    others = [facets[r] for r in facets if r not in regions]
    movable = _free_to_move(before, first, np.concatenate([*others, np.empty((0, 3), int)]))
    mine = {region: _lateral(before, first, facets[region]) for region in sorted(regions)}
    content = sum(surface.content for _, surface in surfaces)
    _correct(points, first, np.concatenate(list(mine.values())), content, movable)
    if len(regions) < 2:
        return
    keys = {
        region: {tuple(sorted(facet)) for facet in own.tolist()} for region, own in mine.items()
    }
    for region, surface in sorted(surfaces, key=lambda one: one[1].content):
        alone = movable.copy()
        for other, beside in surfaces:
            larger = beside.content > surface.content * (1.0 + 1e-9)
            around = larger and bool(keys[other] & keys[region])
            if beside is not surface and not around:
                alone[mine[other]] = False
        _correct(points, surface, mine[region], surface.content, alone)


def _lateral(points: FloatArray, surface: RoundSurface, facets: IntArray) -> IntArray:
    """The facets that lie on a round surface."""
    off = np.linalg.norm(surface.radial(points), axis=1) - surface.radius_at(points)
    on = np.abs(off) < _ON * surface.radius
    mine = facets[on[facets].all(axis=1)]
    if surface.axis is None:
        return mine
    a, b, c = (points[mine[:, i]] for i in range(3))
    vectors = np.cross(b - a, c - a)
    flat = math.hypot(1.0, surface.slope)  # |slope| over it: cosine of the side's normal and axis
    upright = 0.5 * (1.0 + abs(surface.slope) / flat)
    return mine[np.abs(vectors @ surface.axis) < upright * np.linalg.norm(vectors, axis=1)]


def _correct(
    points: FloatArray,
    surface: RoundSurface,
    facets: IntArray,
    exact: float,
    movable: NDArray[np.bool_],
) -> None:
    """Move the movable nodes of one round surface in place, radially by one factor.

    The factor is found by secants: where some nodes may not move the content is not its power.
    """
    nodes = np.unique(facets)
    nodes = nodes[movable[nodes]]
    if len(nodes) == 0:
        return
    start = points[nodes].copy()
    radial = surface.radial(start)
    dimension = 3 if surface.axis is None else 2
    factor, last = 0.0, _content(points, surface, facets) / dimension
    step = (exact / last) ** (1.0 / dimension) - 1.0
    for _ in range(8):
        if abs(factor + step) > _FARTHEST:
            points[nodes] = start
            return
        factor += step
        points[nodes] = start + factor * radial
        now = _content(points, surface, facets) / dimension
        if now == last or abs(now - exact) < 1e-13 * exact:
            return
        step *= (exact - now) / (now - last)
        last = now


def _content(points: FloatArray, surface: RoundSurface, facets: IntArray) -> float:
    """∫x·n dS with x from the axis or the centre of the surface."""
    a, b, c = (points[facets[:, i]] for i in range(3))
    vectors = 0.5 * np.cross(b - a, c - a)
    middle = surface.radial((a + b + c) / 3.0)
    return float(np.abs(np.einsum("ij,ij->i", middle, vectors)).sum())

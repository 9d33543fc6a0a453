"""Edges of a lumen surface that are meant to be sharp, and normals that do not average over them.

An edge is sharp where its two triangles turn by more than `SHARP`: a duct drawn in CAD has right
angles, a round tube of nine sides or more has none. Normals belong to the corners of triangles, and
are averaged over the triangles around a point that no sharp edge parts, weighted by angle and the
square of the area: a large flat face beside a fillet of thin strips keeps its own normal.

A segmentation that was not smoothed has steps of voxels, sharp edges everywhere. They are told
from a duct by the patches between them: those of a duct are as wide as it is, those of voxels are
narrow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.surfaces import (
    Edges,
    TriangleSurface,
    corner_angles,
)

#: Triangles that turn by more than this at an edge make it sharp, in rad: more than the 40° of a
#: regular prism of nine sides, which is taken for a round tube, less than the 45° of eight.
SHARP = math.radians(42.0)
#: Patches narrower than this in radii of the openings are steps.
NARROW = 0.5
#: Sharp edges are those of a duct if length × radius / area is at least this: 0.16 for a tube with
#: one edge along all of it, 0.4 for a flat duct.
LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Creases:
    """The sharp edges of a surface.

    Attributes
    ----------
    segments : ndarray of int, shape (k, 2)
        Their end points.
    length : float
        In m.
    kept : bool
        They are edges of a duct, which stay in the mesh.
    stepped : bool
        They are steps of voxels, which the mesh smooths.
    """

    segments: IntArray
    length: float
    kept: bool
    stepped: bool


def creases_of(surface: TriangleSurface, radius: float) -> Creases:
    """The sharp edges of a lumen's wall, and what they are taken for.

    Parameters
    ----------
    surface : TriangleSurface
        Turned the same way.
    radius : float
        Of the smallest opening in m.
    """
    edges = surface.edges
    sharp = sharp_edges(surface, edges)
    ends = surface.points[edges.nodes]
    lengths = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    length, area = float(lengths[sharp].sum()), surface.areas
    patch = _patches(surface, edges, sharp)
    # Twice the area over the perimeter: the width of a long strip.
    rim = np.zeros(int(patch.max()) + 1)
    border = (sharp | (edges.count == 1))[edges.of_triangle]
    np.add.at(rim, patch, (lengths[edges.of_triangle] * border).sum(axis=1))
    whole = np.bincount(patch, weights=area)
    narrow = 2.0 * whole < NARROW * radius * rim
    stepped = bool(whole[narrow].sum() > 0.5 * whole.sum())
    share = length * radius / float(area.sum())
    return Creases(
        segments=edges.nodes[sharp],
        length=length,
        kept=share >= LEAST_SHARE and not stepped,
        stepped=share >= LEAST_SHARE and stepped,
    )


def sharp_edges(surface: TriangleSurface, edges: Edges) -> np.ndarray:
    """Mask of the edges at which two triangles turn by more than `SHARP`."""
    inner, pairs = edges.pairs
    normals = _unit(surface.area_vectors)
    cosine = np.einsum("ij,ij->i", normals[pairs[:, 0]], normals[pairs[:, 1]])
    sharp = np.zeros(len(edges.nodes), dtype=bool)
    sharp[inner] = cosine < math.cos(SHARP)
    return sharp


def _patches(surface: TriangleSurface, edges: Edges, sharp: np.ndarray) -> IntArray:
    """Number of the smooth patch of each triangle."""
    inner, pairs = edges.pairs
    joined = pairs[~sharp[inner]]
    number = len(surface.triangles)
    graph = coo_array((np.ones(len(joined)), joined.T), shape=(number, number))
    _, label = connected_components(graph, directed=False)
    return np.asarray(label, dtype=np.int64)


def corner_normals(surface: TriangleSurface, edges: Edges) -> FloatArray:
    """Unit normals at the corners of the triangles, shape (m, 3, 3); see the module's text."""
    vectors = surface.area_vectors
    size = np.linalg.norm(vectors, axis=1)
    angles = corner_angles(surface)
    fan = _fans(surface.triangles, edges, sharp_edges(surface, edges))
    total = np.zeros((int(fan.max()) + 1, 3))
    for corner in range(3):
        np.add.at(total, fan[:, corner], (angles[:, corner] * size)[:, None] * vectors)
    return _unit(total)[fan]


def _fans(triangles: IntArray, edges: Edges, sharp: np.ndarray) -> IntArray:
    """Number of the fan of each corner: triangles at a point that no sharp edge parts."""
    inner, pairs = edges.pairs
    smooth = ~sharp[inner]
    number = 3 * len(triangles)
    rows, columns = [], []
    for end in range(2):
        node = edges.nodes[inner[smooth], end]
        one, other = (
            3 * triangle + np.argmax(triangles[triangle] == node[:, None], axis=1)
            for triangle in pairs[smooth].T
        )
        rows.append(one)
        columns.append(other)
    joined = np.concatenate(rows), np.concatenate(columns)
    graph = coo_array((np.ones(len(joined[0])), joined), shape=(number, number))
    _, label = connected_components(graph, directed=False)
    return np.asarray(label, dtype=np.int64).reshape(-1, 3)


def _unit(vectors: FloatArray) -> FloatArray:
    unit: FloatArray = vectors / np.maximum(np.linalg.norm(vectors, axis=1), 1e-300)[:, None]
    return unit

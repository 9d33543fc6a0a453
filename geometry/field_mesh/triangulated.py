"""Triangulated bodies in the field mesh, in a gmsh session (millimetres).

A triangulated body is embedded: its surface is parametrised, meshed anew with the wanted sizes
and forced into the mesh of the air (gmsh's Delaunay can, HXT cannot); the cells inside are found
afterwards by their centroids.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.bodies import Body

from .cloud import SizeSegments, gmsh_callback
from .plan import MM

#: Edges between triangles that meet at more than this are kept.
_SHARP = math.radians(30.0)


def remeshed(gmsh: Any, body: Body, segments: SizeSegments) -> tuple[FloatArray, IntArray]:
    """The surface of a triangulated body, meshed anew with the wanted sizes.

    Works in a model of its own, for gmsh's classification takes every surface of a model.

    Returns
    -------
    points : ndarray, shape (n, 3)
        In mm.
    triangles : ndarray of int, shape (k, 3)
    """
    home = gmsh.model.getCurrent()
    gmsh.model.add("surface of a body")
    try:
        points = MM * (body.vertices @ body.rotation.T + body.center)
        _add_triangles(gmsh, points, body.triangles)
        gmsh.model.mesh.classifySurfaces(_SHARP, True, True, math.pi)
        gmsh.model.mesh.createGeometry()
        gmsh.option.setNumber("Mesh.MeshSizeExtendFromBoundary", 0)
        gmsh.option.setNumber("Mesh.MeshSizeFromPoints", 0)
        gmsh.option.setNumber("Mesh.Algorithm", 6)
        gmsh.model.mesh.setSizeCallback(gmsh_callback(segments))
        gmsh.model.mesh.generate(2)
        tags, coordinates, _ = gmsh.model.mesh.getNodes()
        _, triangles = gmsh.model.mesh.getElementsByType(2)
        number = np.zeros(int(tags.max()) + 1, dtype=np.int64)
        number[tags.astype(np.int64)] = np.arange(len(tags))
        return coordinates.reshape(-1, 3), number[triangles.astype(np.int64)].reshape(-1, 3)
    finally:
        gmsh.model.remove()
        gmsh.model.setCurrent(home)


def embed_surfaces(
    gmsh: Any, bodies: Sequence[Body], air: Sequence[int], segments: SizeSegments
) -> None:
    """Force the surfaces of triangulated bodies into the volumes `air` that hold them."""
    for body in bodies:
        points, triangles = remeshed(gmsh, body, segments)
        surface = _add_triangles(gmsh, points, triangles)
        home = next((tag for tag in air if gmsh.model.isInside(3, tag, points[0].tolist())), air[0])
        gmsh.model.mesh.embed(2, [surface], 3, home)


def _add_triangles(gmsh: Any, points: FloatArray, triangles: IntArray) -> int:
    """A discrete surface of the current model."""
    surface = int(gmsh.model.addDiscreteEntity(2))
    first = int(gmsh.model.mesh.getMaxNodeTag()) + 1
    used, numbers = np.unique(triangles, return_inverse=True)
    gmsh.model.mesh.addNodes(2, surface, np.arange(first, first + len(used)), points[used].ravel())
    gmsh.model.mesh.addElementsByType(surface, 2, [], (numbers.ravel() + first).astype(np.uint64))
    return surface

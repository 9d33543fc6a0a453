"""The skin in front of the sources, where the field of a person's surface is judged."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import SlabTissue
from magcap.geometry.bodies import surface_mesh
from magcap.geometry.scene import SourceHull, skin_plane

from .observer import Observer, Site
from .planes import plane_grid

#: Points along a side of the grid, points near the bodies; least distance to a body in m.
_SIDE, _MOST_NEAR, _LEAST = 41, 1500, 1e-4


def skin_observers(site: Site) -> Iterator[Observer]:
    """``"skin"``: a grid in front of the sources; ``"skin near"``: below their edges.

    0.1 mm below the skin where a body touches it: |B| has no bound at an edge itself.
    """
    tissue, hull, line = site.case.tissue, site.hull, site.line
    if hull is None or line is None or not isinstance(tissue, SlabTissue):
        return
    skin, normal = skin_plane(tissue)
    middle = hull.center - ((hull.center - skin) @ normal) * normal
    half = hull.reach_across(middle, normal) + 0.01
    grid = plane_grid(None, middle, normal, half, _SIDE)
    vertices = np.vstack([surface_mesh(body, pieces=48)[0] for body in hull.solids])
    height = (vertices - skin) @ normal
    nearest = np.argsort(np.abs(height), kind="stable")[:_MOST_NEAR]
    near = vertices[nearest] - height[nearest, None] * normal
    yield Observer(name="skin", points=_off_bodies(grid, hull, normal))
    yield Observer(name="skin near", points=_off_bodies(near, hull, normal))


def _off_bodies(points: FloatArray, hull: SourceHull, normal: FloatArray) -> FloatArray:
    """The plane of points, 0.1 mm deeper where a body comes nearer than that from outside."""
    gap = hull.distance(points)
    touching = (gap > -_LEAST) & (gap < _LEAST)
    return points - (_LEAST * normal if touching.any() else 0.0)

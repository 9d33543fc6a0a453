"""A wall surface remeshed to a wanted size: gmsh's parametrisation of discrete surfaces.

The recipe (gmsh's tutorial 13): split the surface along sharp creases and into patches that can be
flattened (`classifySurfaces`), parametrise them (`createGeometry`), mesh anew. Every attempt has a
limited time and is checked as a surface; when one fails the next way is tried.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.errors import SolverError
from magcap.geometry.mesh import gmsh_session, within
from magcap.geometry.surfaces import TriangleSurface, intersecting_triangles, merge_points, shape_of

from .creases import SHARP, Creases
from .refine import Sizes
from .wall import LumenSurface, closed_volume, with_wall

logger = logging.getLogger(__name__)

#: Change of the enclosed volume that flat triangles on a round wall may bring.
VOLUME_CHANGE = 0.1
#: Share of the length of sharp edges that must be left.
EDGES_LEFT = 0.9
#: Processor time in s that a try may take: at least, and per triangle of the surface.
_PATIENCE = (60.0, 3e-3)
#: Shape (`topology.shape_of`) of a new triangle at least.
SHAPE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to remesh: crease angle in rad and gmsh's number of the 2-D algorithm."""

    angle: float
    algorithm: int


WAYS = (
    Way(angle=SHARP, algorithm=6),
    Way(angle=math.pi, algorithm=6),
    Way(angle=SHARP, algorithm=1),
    Way(angle=math.radians(60.0), algorithm=5),
    Way(angle=math.pi, algorithm=1),
)


def remesh_wall(
    lumen: LumenSurface, sizes: Sizes, creases: Creases, *, factor: float = 1.0
) -> LumenSurface:
    """The same lumen with triangles of the wanted size.

    Parameters
    ----------
    lumen : LumenSurface
    sizes : Sizes
        Wanted edge lengths.
    creases : Creases
        Edges of a duct stay edges.
    factor : float
        Times the wanted lengths.

    Raises
    ------
    SolverError
        If no way gave a proper surface; with the reason of the last one.
    """
    reason = ""
    base, each = _PATIENCE
    seconds = base + each * (len(lumen.wall.triangles) + len(sizes.wall.triangles))
    for number, way in enumerate(WAYS, start=1):
        logger.info(
            "remeshing of the wall: way %d of %d (edges above %.0f degrees kept, algorithm %d)",
            number,
            len(WAYS),
            math.degrees(way.angle),
            way.algorithm,
        )
        try:
            wall = within(seconds, _remesh, lumen.wall, sizes, way, factor)
            remeshed = with_wall(lumen, wall)
            reason = _fault(lumen, remeshed, creases)
        except SolverError as error:
            reason = str(error)
        if not reason:
            return remeshed
        logger.info("way %d of %d failed: %s", number, len(WAYS), reason)
    raise SolverError(
        f"The wall of the lumen could not be meshed anew in any of {len(WAYS)} ways; the last "
        f"one: {reason} Smooth the surface or remesh it evenly, e.g. with MeshLab or VMTK."
    )


def _fault(before: LumenSurface, after: LumenSurface, creases: Creases) -> str:
    change = closed_volume(after) / closed_volume(before) - 1.0
    if abs(change) > VOLUME_CHANGE:
        return f"The volume changed by {100 * change:.1f} %."
    if creases.kept:
        left = after.creases.length
        if left < EDGES_LEFT * creases.length:
            return f"Of {1e3 * creases.length:.3g} mm of sharp edges {1e3 * left:.3g} mm are left."
    shape = float(shape_of(after.wall.points, after.wall.triangles).min())
    if shape < SHAPE:
        return f"The new surface has a flat triangle (shape {shape:.2g})."
    cuts = len(intersecting_triangles(after.wall))
    return f"The new surface cuts itself in {cuts} places." if cuts else ""


def _remesh(wall: TriangleSurface, sizes: Sizes, way: Way, factor: float) -> TriangleSurface:
    # Sizes on discrete surfaces are cut off at 1 (gmsh 4.15), whatever the options say.
    unit = 0.5 / float(factor * sizes.length.max())
    with gmsh_session() as gmsh:
        add_discrete_surface(gmsh, unit * wall.points, wall.triangles)
        gmsh.model.mesh.classifySurfaces(way.angle, True, True, math.pi)
        gmsh.model.mesh.createGeometry()
        set_sizes(gmsh, unit * sizes.wall.points, unit * factor * sizes.length)
        gmsh.option.setNumber("Mesh.Algorithm", way.algorithm)
        gmsh.model.mesh.generate(2)
        points, triangles = triangles_of(gmsh)
    return merge_points(TriangleSurface(points=points / unit, triangles=triangles))


def add_discrete_surface(gmsh: Any, points: FloatArray, triangles: np.ndarray) -> int:
    """Add triangles as a discrete surface; returns its tag. Node tags are indices + 1."""
    tag = int(gmsh.model.addDiscreteEntity(2))
    gmsh.model.mesh.addNodes(2, tag, np.arange(1, len(points) + 1), points.ravel())
    gmsh.model.mesh.addElementsByType(tag, 2, [], (triangles + 1).ravel())
    return tag


def set_sizes(gmsh: Any, points: FloatArray, sizes: FloatArray) -> None:
    """Take the mesh size of the nearest of `points` everywhere."""
    view = gmsh.view.add("sizes")
    data = np.column_stack([points, sizes])
    gmsh.view.addListData(view, "SP", len(points), data.ravel())
    field = gmsh.model.mesh.field.add("PostView")
    gmsh.model.mesh.field.setNumber(field, "ViewTag", view)
    gmsh.model.mesh.field.setNumber(field, "UseClosest", 1)
    gmsh.model.mesh.field.setAsBackgroundMesh(field)
    for option in ("FromPoints", "ExtendFromBoundary", "FromCurvature"):
        gmsh.option.setNumber(f"Mesh.MeshSize{option}", 0)


def triangles_of(gmsh: Any) -> tuple[FloatArray, np.ndarray]:
    """Nodes and triangles of all surfaces of the model."""
    tags, coordinates, _ = gmsh.model.mesh.getNodes()
    _, nodes = gmsh.model.mesh.getElementsByType(2)
    if not len(nodes):
        raise SolverError("gmsh made no triangles.")
    index = np.zeros(int(tags.max()) + 1, dtype=np.int64)
    index[tags.astype(np.int64)] = np.arange(len(tags))
    return coordinates.reshape(-1, 3), index[nodes.astype(np.int64)].reshape(-1, 3)

"""The mesh of the magnetic field: magnets, tissue where it matters, and a sphere of air.

gmsh with the OpenCASCADE kernel in millimetres: the bodies are fragmented with the sphere, so
touching magnets conform, and meshed by HXT with the sizes of `magcap.geometry.field_size`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.case import Mesh, Tissue
from magcap.errors import SolverError
from magcap.geometry.field_occ import MM, add_body
from magcap.geometry.field_size import SizeSources, gmsh_callback
from magcap.geometry.field_sources import Air, air_sphere, size_sources
from magcap.geometry.gmsh_session import gmsh_session
from magcap.geometry.magnet import MagnetBody
from magcap.geometry.mesh import FieldMesh, TetMesh
from magcap.geometry.quality import mesh_quality, volumes

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

logger = logging.getLogger(__name__)

AIR, OUTER = 1, 1
_HXT, _DELAUNAY = 10, 1


def build_field_mesh(
    bodies: Sequence[MagnetBody],
    vessel_points: FloatArray,
    tissue: Tissue | None,
    mesh: Mesh,
    *,
    order: int = 3,
    air_factor: float = 2.75,
) -> FieldMesh:
    """Mesh the space around magnets and vessel.

    Parameters
    ----------
    bodies : sequence of MagnetBody
        They may touch, not overlap (see `magcap.geometry.checks`).
    vessel_points : ndarray, shape (n, 3)
        Points on the lumen's wall in m.
    tissue : Tissue or None
        Layers with a susceptibility become regions.
    mesh : magcap.case.Mesh
    order : int
        Polynomial order of the potential: a lower order gets more cells.
    air_factor : float
        Radius of the sphere of air over the radius of the ball around the magnets.

    Raises
    ------
    SolverError
        If no mesh can be made.
    """
    started = time.perf_counter()
    air = air_sphere(bodies, vessel_points, mesh, air_factor=air_factor)
    sources = size_sources(bodies, vessel_points, mesh, air, order=order)
    tets = _mesh_with_retries(bodies, air, sources)
    quality = mesh_quality(tets)
    logger.info(
        "Field mesh: %d tetrahedra, worst quality %.2g, in %.1f s.",
        quality.cells,
        quality.worst,
        time.perf_counter() - started,
    )
    x, y, z = (float(v) for v in air.center)
    return FieldMesh(mesh=tets, center=(x, y, z), radius=air.radius, quality=quality)


def _mesh_with_retries(bodies: Sequence[MagnetBody], air: Air, sources: SizeSources) -> TetMesh:
    """HXT, then Delaunay."""
    reasons = []
    for algorithm in (_HXT, _DELAUNAY):
        try:
            with gmsh_session() as gmsh:
                return _mesh_once(gmsh, bodies, air, sources, algorithm)
        except SolverError as error:
            logger.debug("Meshing with algorithm %d failed: %s", algorithm, error)
            reasons.append(str(error))
    raise SolverError(reasons[-1])


def _mesh_once(
    gmsh: Any, bodies: Sequence[MagnetBody], air: Air, sources: SizeSources, algorithm: int
) -> TetMesh:
    """Build the model, mesh it and read it out."""
    regions = {"air": AIR} | {f"magnet_{i}": AIR + i for i in range(1, len(bodies) + 1)}
    volumes = _build_model(gmsh, bodies, air)
    for (name, tag), members in zip(regions.items(), volumes, strict=True):
        gmsh.model.addPhysicalGroup(3, members, tag, name)
    outer = gmsh.model.getBoundary([(3, v) for group in volumes for v in group], oriented=False)
    gmsh.model.addPhysicalGroup(2, [tag for _, tag in outer], OUTER, "outer")
    for option, value in (
        ("Mesh.MeshSizeExtendFromBoundary", 0),
        ("Mesh.MeshSizeFromPoints", 0),
        ("Mesh.MeshSizeFromCurvature", 0),
        ("Mesh.Algorithm", 6),
        ("Mesh.Algorithm3D", algorithm),
    ):
        gmsh.option.setNumber(option, value)
    gmsh.model.mesh.setSizeCallback(gmsh_callback(sources))
    gmsh.model.mesh.generate(3)
    return _read_out(gmsh, regions)


def _build_model(gmsh: Any, bodies: Sequence[MagnetBody], air: Air) -> list[list[int]]:
    """Volumes of the air and of each body after fragmenting."""
    occ = gmsh.model.occ
    x, y, z = MM * air.center
    sphere = occ.addSphere(x, y, z, MM * air.radius)
    tools = [(3, add_body(gmsh, body)) for body in bodies]
    if tools:
        _, parts = occ.fragment([(3, sphere)], tools)
    else:
        parts = [[(3, sphere)]]
    occ.synchronize()
    groups = [[tag for _, tag in part] for part in parts]
    magnets = {tag for group in groups[1:] for tag in group}
    if len(magnets) != sum(len(group) for group in groups[1:]):
        raise SolverError(
            "The field mesh could not be made: two magnets overlap. Move them apart or let them "
            "only touch."
        )
    return [[tag for tag in groups[0] if tag not in magnets], *groups[1:]]


def _read_out(gmsh: Any, regions: dict[str, int]) -> TetMesh:
    """The mesh in m with its tags, cells positively oriented."""
    node_tags, coordinates, _ = gmsh.model.mesh.getNodes()
    number = np.zeros(int(node_tags.max()) + 1, dtype=np.int64)
    used = np.zeros(len(number), dtype=bool)
    cells, cell_tags = _elements(gmsh, 3, regions.values())
    facets, facet_tags = _elements(gmsh, 2, [OUTER])
    used[cells.ravel()] = True
    keep = used[node_tags.astype(np.int64)]
    number[node_tags[keep].astype(np.int64)] = np.arange(int(keep.sum()))
    points = coordinates.reshape(-1, 3)[keep] / MM
    cells = number[cells]
    flipped = volumes(points, cells) < 0.0
    cells[flipped] = cells[flipped][:, [0, 2, 1, 3]]
    return TetMesh(
        points=points,
        cells=cells,
        cell_tags=cell_tags,
        facets=number[facets],
        facet_tags=facet_tags,
        regions=regions,
        boundaries={"outer": OUTER},
    )


def _elements(gmsh: Any, dim: int, groups: Any) -> tuple[IntArray, IntArray]:
    """Nodes of the simplices of physical groups, and the group of each."""
    nodes, tags = [], []
    for group in groups:
        for entity in gmsh.model.getEntitiesForPhysicalGroup(dim, group):
            _, _, element_nodes = gmsh.model.mesh.getElements(dim, entity)
            for block in element_nodes:
                cells = block.astype(np.int64).reshape(-1, dim + 1)
                nodes.append(cells)
                tags.append(np.full(len(cells), group, dtype=np.int64))
    if not nodes:
        raise SolverError("The field mesh could not be made: a region has no cells.")
    return np.concatenate(nodes), np.concatenate(tags)

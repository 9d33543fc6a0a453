"""The mesh of the magnetic field: magnets, iron, tissue where it matters, a sphere of air.

gmsh with the OpenCASCADE kernel in millimetres: the bodies are fragmented with the sphere, so
touching bodies conform, and meshed by HXT with the sizes of `geometry.field_mesh.cloud`.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Mesh, Tissue
from magcap.errors import SolverError
from magcap.geometry.bodies import Body, bounding_box, contains, gap
from magcap.geometry.mesh import (
    FieldMesh,
    TetMesh,
    gmsh_session,
    mesh_quality,
    radius_ratio,
    volumes as volumes_of,
)
from magcap.geometry.scene import MagneticScene, without_block

from .air import air_sphere
from .cloud import SizeCloud, SizeSegments, finer, gmsh_callback
from .gaps import least_size, thickness
from .occ import add_body, add_slab
from .plan import MM, FieldPlan, make_plan, wall_distance
from .round_bodies import with_true_volumes
from .sizes import size_segments
from .triangulated import embed_surfaces

logger = logging.getLogger(__name__)

AIR, OUTER = 1, 1
_HXT, _DELAUNAY = 10, 1
#: Bodies nearer than this fraction of the smaller one's size count as touching.
_CONTACT = 0.02
#: Bodies with a smaller ratio of thickness and extent are foils or wires.
_FOIL = 0.03
#: A mesh with a worse cell is made again by the next way.
_POOR = 1e-3
#: A mesh with a worse cell is improved.
_BAD = 1e-2
#: Least number of facets around a full circle.
_FACETS_AROUND = 20
#: Fuzziness of the fragmentation in mm: magnets that touch but for rounding conform.
_TOLERANCE = 2e-4


def build_field_mesh(
    scene: MagneticScene,
    vessel_points: FloatArray,
    tissue: Tissue | None,
    mesh: Mesh,
    *,
    order: int = 3,
    air_factor: float = 2.75,
    vessel_triangles: IntArray | None = None,
    sizes: SizeCloud | None = None,
) -> FieldMesh:
    """Mesh the space around magnets, iron and vessel.

    Parameters
    ----------
    scene : MagneticScene
        Its magnets and iron are meshed; they may touch, not overlap (see
        `magcap.reading.checks.overlaps`).
    vessel_points : ndarray, shape (n, 3)
        Points on the lumen's wall in m.
    tissue : Tissue or None
        Layers with a susceptibility become regions: slabs with their own faces; shells by the
        distance of the cells' centroids to the wall.
    mesh : magcap.case.Mesh
    order : int
        Polynomial order of the potential: a lower order gets more cells.
    air_factor : float
        Radius of the sphere of air over the radius of the ball around the solids.
    vessel_triangles : ndarray of int, shape (k, 3), optional
        Closed surface of the lumen on `vessel_points`; without it a shell of tissue takes the
        lumen in, too.
    sizes : SizeCloud, optional
        Sizes wanted at points, as of an error estimate; beside or in place of the sizes that
        follow from the geometry.

    Raises
    ------
    CaseError
        If `mesh.air_radius` does not hold the solids and the vessel.
    SolverError
        If no mesh can be made.
    """
    started = time.perf_counter()
    bodies = [body for _, body in scene.solids]
    air = air_sphere(bodies, vessel_points, mesh, air_factor=air_factor)
    segments = size_segments(scene, vessel_points, mesh, air, order=order, sizes=sizes)
    plan = make_plan(scene.solids, tissue, air)
    tets = _with_inner_regions(
        _mesh_with_retries(plan, segments), plan, vessel_points, vessel_triangles
    )
    tets = with_true_volumes(tets, plan.numbered, air)
    quality = mesh_quality(tets)
    logger.info(
        "Field mesh: %d tetrahedra, worst quality %.2g, in %.1f s.",
        quality.cells,
        quality.worst,
        time.perf_counter() - started,
    )
    x, y, z = (float(v) for v in air.center)
    return FieldMesh(mesh=tets, center=(x, y, z), radius=air.radius, quality=quality)


def _mesh_with_retries(plan: FieldPlan, segments: SizeSegments) -> TetMesh:
    """HXT where it is safe, Delaunay, and Delaunay with smaller cells.

    HXT corrupts its memory where two faces meet at a vanishing angle (seen with a cylinder that
    touches a cube along a line), it takes no embedded surfaces, and it improves the cells of foils
    and wires for minutes.
    """
    attempts = [(_DELAUNAY, 1.0), (_DELAUNAY, 0.6)]
    bodies = [body for _, body in plan.solids]
    special = bool(plan.surfaces or plan.slabs) or any(map(_slender, bodies))
    if not special and not _any_contact(bodies):
        attempts.insert(0, (_HXT, 1.0))
    best: TetMesh | None = None
    best_quality, reason = 0.0, ""
    for algorithm, factor in attempts:
        try:
            with gmsh_session() as gmsh:
                made = _mesh_once(gmsh, plan, finer(segments, factor), algorithm)
        except SolverError as error:
            logger.debug("Meshing with algorithm %d failed: %s", algorithm, error)
            reason = str(error)
            continue
        quality = float(radius_ratio(made.points, made.cells).min())
        if quality > best_quality:
            best, best_quality = made, quality
        if quality > _POOR:
            break
    if best is None:
        raise SolverError(
            f"{reason} Bodies that almost touch are a frequent cause: let them touch, or move "
            "them apart."
        )
    return best


def _slender(body: Body) -> bool:
    """Is a body a foil or a wire?"""
    return thickness(body) < _FOIL * float(np.ptp(bounding_box(body), axis=0).max())


def _any_contact(bodies: Sequence[Body]) -> bool:
    """Do bodies of different tables of the case touch or almost touch?"""
    for first, second in itertools.combinations(bodies, 2):
        if without_block(first.name) != without_block(second.name):
            size = min(float(np.ptp(bounding_box(body), axis=0).max()) for body in (first, second))
            if gap(first, second) < _CONTACT * size:
                return True
    return False


def _mesh_once(gmsh: Any, plan: FieldPlan, segments: SizeSegments, algorithm: int) -> TetMesh:
    """Build the model, mesh it and read it out."""
    gmsh.option.setNumber("Geometry.ToleranceBoolean", _TOLERANCE)
    volumes = _build_model(gmsh, plan)
    every = [(3, tag) for group in volumes.values() for tag in group]
    outer = gmsh.model.getBoundary(every, oriented=False)
    if plan.surfaces:
        embed_surfaces(gmsh, [body for _, body in plan.surfaces], volumes["air"], segments)
    for name, members in volumes.items():
        gmsh.model.addPhysicalGroup(3, members, plan.regions[name], name)
    gmsh.model.addPhysicalGroup(2, [tag for _, tag in outer], OUTER, "outer")
    for option, value in (
        ("Mesh.MeshSizeExtendFromBoundary", 0),
        ("Mesh.MeshSizeFromPoints", 0),
        ("Mesh.MeshSizeFromCurvature", _FACETS_AROUND),
        ("Mesh.MeshSizeMin", MM * least_size([body for _, body in plan.simple])),
        ("Mesh.Algorithm", 6),
        ("Mesh.Algorithm3D", algorithm),
    ):
        gmsh.option.setNumber(option, value)
    gmsh.model.mesh.setSizeCallback(gmsh_callback(segments))
    gmsh.model.mesh.generate(3)
    return _improved(gmsh, plan, [plan.regions[name] for name in volumes])


def _improved(gmsh: Any, plan: FieldPlan, groups: Sequence[int]) -> TetMesh:
    """The mesh, with Netgen's improvement where a cell is bad and that helps."""
    made = _read_out(gmsh, plan, groups)
    worst = float(radius_ratio(made.points, made.cells).min())
    if worst > _BAD or plan.surfaces:
        return made
    gmsh.model.mesh.optimize("Netgen")
    better = _read_out(gmsh, plan, groups)
    return better if float(radius_ratio(better.points, better.cells).min()) > worst else made


def _build_model(gmsh: Any, plan: FieldPlan) -> dict[str, list[int]]:
    """Volumes of the air, of each OCC body and of each slab, after fragmenting."""
    occ = gmsh.model.occ
    x, y, z = (MM * plan.air.center).tolist()
    sphere = (3, occ.addSphere(x, y, z, MM * plan.air.radius))
    names = [name for name, _ in plan.simple]
    tools = [(3, add_body(gmsh, body)) for _, body in plan.simple]
    for slab in plan.slabs:
        tag = add_slab(gmsh, slab, plan.air)
        if tag:
            names.append(f"tissue_{slab.layer.number}")
            tools.append((3, tag))
    parts = [[sphere]]
    if tools:
        _, parts = occ.fragment([sphere], tools)
    occ.synchronize()
    taken: set[int] = set()
    volumes: dict[str, list[int]] = {}
    for name, part in zip(names, parts[1:], strict=True):
        volumes[name] = [tag for _, tag in part if tag not in taken]
        taken.update(volumes[name])
        if not volumes[name]:
            raise SolverError(
                f"The field mesh could not be made: {name} lies inside another body. Look at "
                "what `magcap check` says of overlaps."
            )
    return {"air": [tag for _, tag in parts[0] if tag not in taken], **volumes}


def _read_out(gmsh: Any, plan: FieldPlan, groups: Sequence[int]) -> TetMesh:
    """The mesh in m with its tags, cells positively oriented."""
    node_tags, coordinates, _ = gmsh.model.mesh.getNodes()
    cells, cell_tags = _elements(gmsh, 3, groups)
    facets, facet_tags = _elements(gmsh, 2, [OUTER])
    number = np.full(int(node_tags.max()) + 1, -1, dtype=np.int64)
    number[cells.ravel()] = 0
    keep = number[node_tags.astype(np.int64)] == 0
    number[node_tags[keep].astype(np.int64)] = np.arange(int(keep.sum()))
    points = coordinates.reshape(-1, 3)[keep] / MM
    cells = number[cells]
    flipped = volumes_of(points, cells) < 0.0
    cells[flipped] = cells[flipped][:, [0, 2, 1, 3]]
    return TetMesh(
        points=points,
        cells=cells,
        cell_tags=cell_tags,
        facets=number[facets],
        facet_tags=facet_tags,
        regions=dict(plan.regions),
        boundaries={"outer": OUTER},
    )


def _elements(gmsh: Any, dim: int, groups: Sequence[int]) -> tuple[IntArray, IntArray]:
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
        raise SolverError("The field mesh could not be made: it has no cells.")
    return np.concatenate(nodes), np.concatenate(tags)


def _with_inner_regions(
    mesh: TetMesh, plan: FieldPlan, wall: FloatArray, triangles: IntArray | None
) -> TetMesh:
    """Regions that are found by the cells' centroids: triangulated bodies, shells of tissue."""
    if not plan.surfaces and not plan.shells:
        return mesh
    tags = mesh.cell_tags.copy()
    in_air = np.flatnonzero(tags == AIR)
    centroids = mesh.points[mesh.cells[in_air]].mean(axis=1)
    if plan.shells:
        distance = wall_distance(centroids, wall, triangles)
        for layer in plan.shells:
            within = (distance > layer.start) & (distance <= layer.end)
            tags[in_air[within]] = plan.regions[f"tissue_{layer.number}"]
    for name, body in plan.surfaces:
        tags[in_air[contains(body, centroids)]] = plan.regions[name]
    return replace(mesh, cell_tags=tags)

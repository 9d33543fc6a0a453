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

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Mesh, Tissue
from magcap.errors import SolverError
from magcap.geometry.bodies import Body, bounding_box, contains, gap
from magcap.geometry.mesh import (
    FieldMesh,
    TetMesh,
    TimeIsUp,
    mesh_quality,
    radius_ratio,
    within,
)
from magcap.geometry.scene import MagneticScene, without_block

from .air import air_sphere
from .cloud import SizeCloud, SizeSegments, expected_cells, finer
from .gaps import thickness
from .once import AIR, DELAUNAY, HXT, try_to_mesh
from .plan import MM, FieldPlan, make_plan, wall_distance
from .round_bodies import with_true_volumes
from .sizes import size_segments

logger = logging.getLogger(__name__)

#: Processor time in s of a try by its algorithm: at least, and per expected cell (HXT takes 6e-5,
#: Delaunay 1e-4).
_PATIENCE = {HXT: (15.0, 2e-4), DELAUNAY: (120.0, 5e-3)}
#: Bodies nearer than this fraction of the smaller one's size count as touching.
_CONTACT = 0.02
#: Bodies with a smaller ratio of thickness and extent are foils or wires.
_FOIL = 0.03
#: A mesh with a worse cell is made again by the next way.
_POOR = 1e-3


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
    """HXT where it is safe, Delaunay, and Delaunay with smaller cells, each within its time.

    HXT corrupts its memory where two faces meet at a vanishing angle (seen with a cylinder that
    touches a cube along a line), it takes no embedded surfaces, and it improves the cells of foils
    and wires for minutes.
    """
    attempts = [(DELAUNAY, 1.0), (DELAUNAY, 0.6)]
    bodies = [body for _, body in plan.solids]
    special = bool(plan.surfaces or plan.slabs) or any(map(_slender, bodies))
    if not special and not _any_contact(bodies):
        attempts.insert(0, (HXT, 1.0))
    best: TetMesh | None = None
    best_quality, reason = 0.0, ""
    for number, (algorithm, factor) in enumerate(attempts):
        sizes = finer(segments, factor)
        try:
            made = within(_time_for(plan, sizes, algorithm), try_to_mesh, plan, sizes, algorithm)
        except SolverError as error:
            reason = str(error)
            _say_next(algorithm, error, last=number == len(attempts) - 1)
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


def _time_for(plan: FieldPlan, segments: SizeSegments, algorithm: int) -> float:
    """Processor time in s that a try may take: many times what its cells should."""
    cells = expected_cells(segments, MM * plan.air.center, MM * plan.air.radius)
    base, per_cell = _PATIENCE[algorithm]
    return base + per_cell * cells


def _say_next(algorithm: int, error: SolverError, *, last: bool) -> None:
    name = {HXT: "HXT", DELAUNAY: "Delaunay"}[algorithm]
    if isinstance(error, TimeIsUp) and not last:
        logger.info("gmsh's %s did not end in its time; the next way is Delaunay.", name)
    logger.debug("Meshing by %s failed: %s", name, error)


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

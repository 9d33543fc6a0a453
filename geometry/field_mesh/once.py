"""One try to mesh a plan with gmsh: the model, the cells, the worst of them improved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from magcap.arrays import IntArray
from magcap.errors import SolverError
from magcap.geometry.mesh import TetMesh, gmsh_session, radius_ratio, volumes as volumes_of

from .cloud import SizeSegments, gmsh_callback
from .gaps import least_size
from .occ import add_body, add_slab
from .plan import MM, FieldPlan
from .triangulated import embed_surfaces

#: Tags of the air and of the outer boundary.
AIR, OUTER = 1, 1
#: gmsh's numbers of its algorithms.
HXT, DELAUNAY = 10, 1
#: A mesh with a worse cell is improved.
_BAD = 1e-2
#: Least number of facets around a full circle.
_FACETS_AROUND = 20
#: Fuzziness of the fragmentation in mm: magnets that touch but for rounding conform.
_TOLERANCE = 2e-4


def try_to_mesh(plan: FieldPlan, segments: SizeSegments, algorithm: int) -> TetMesh:
    """Mesh a plan by one of gmsh's algorithms in a session of its own.

    Raises
    ------
    SolverError
        If gmsh fails.
    """
    with gmsh_session() as gmsh:
        return mesh_once(gmsh, plan, segments, algorithm)


def mesh_once(gmsh: Any, plan: FieldPlan, segments: SizeSegments, algorithm: int) -> TetMesh:
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

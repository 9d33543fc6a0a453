"""Field meshes for tests: one or more magnets in a sphere of air, straight from gmsh."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gmsh
import numpy as np
from numpy.typing import NDArray

from magcap.geometry.mesh import FieldMesh, MeshQuality, TetMesh

#: gmsh's second-order tetrahedron ends with the edges 23, 13; VTK's with 13, 23.
_GMSH_TO_VTK = np.array([0, 1, 2, 3, 4, 5, 6, 7, 9, 8])


def extract(
    regions: Mapping[str, Sequence[int]],
    boundaries: Mapping[str, Sequence[int]],
    order: int = 1,
    scale: float = 1.0,
) -> TetMesh:
    """The current gmsh model as a `TetMesh`: names to volume and to surface tags."""
    tags, coordinates, _ = gmsh.model.mesh.getNodes()
    row = np.full(int(tags.max()) + 1, -1, dtype=np.int64)
    row[tags] = np.arange(len(tags))
    points = coordinates.reshape(-1, 3) * scale

    def collect(
        groups: Mapping[str, Sequence[int]], dim: int, kind: int, nodes: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        found, values = [], []
        for value, entities in enumerate(groups.values(), start=1):
            for entity in entities:
                _, raw = gmsh.model.mesh.getElementsByType(kind, entity)
                cells = row[raw.reshape(-1, nodes)]
                found.append(cells)
                values.append(np.full(len(cells), value, dtype=np.int64))
        return np.concatenate(found), np.concatenate(values)

    tets = (4, 4) if order == 1 else (11, 10)
    triangles = (2, 3) if order == 1 else (9, 6)
    cells, cell_tags = collect(regions, 3, *tets)
    facets, facet_tags = collect(boundaries, 2, *triangles)
    if order == 2:
        cells = cells[:, _GMSH_TO_VTK]
    used, inverse = np.unique(np.concatenate([cells.ravel(), facets.ravel()]), return_inverse=True)
    return TetMesh(
        points=np.ascontiguousarray(points[used]),
        cells=inverse[: cells.size].reshape(cells.shape),
        cell_tags=cell_tags,
        facets=inverse[cells.size :].reshape(facets.shape),
        facet_tags=facet_tags,
        regions={name: value for value, name in enumerate(regions, start=1)},
        boundaries={name: value for value, name in enumerate(boundaries, start=1)},
    )


def field_mesh(
    magnets: Sequence[Callable[[Any], int]],
    *,
    center: tuple[float, float, float],
    radius: float,
    magnet_size: float,
    air_size: float,
    balls: Sequence[tuple[tuple[float, float, float], float, float]] = (),
    order: int = 1,
) -> FieldMesh:
    """Magnets (functions of `gmsh.model.occ` that return a volume) in a sphere of air.

    Lengths in m. A later magnet replaces what it covers of an earlier one. `balls` are regions of
    finer mesh: centre, radius, size.
    """
    gmsh.initialize(interruptible=False)
    try:
        gmsh.option.setNumber("General.Verbosity", 1)
        occ = gmsh.model.occ
        scale = radius
        volumes = [make(_Scaled(occ, scale)) for make in magnets]
        c = [x / scale for x in center]
        air = occ.addSphere(*c, 1.0)
        if volumes:
            _, parts = occ.fragment([(3, air)], [(3, v) for v in volumes])
            bodies = [[tag for _, tag in p] for p in parts[1:]]
            for number, body in enumerate(bodies):  # a body inside another one cuts a hole
                later = {t for other in bodies[number + 1 :] for t in other}
                bodies[number] = [t for t in body if t not in later]
            inside = {t for b in bodies for t in b}
            air_volumes = [t for _, t in parts[0] if t not in inside]
        else:
            bodies, air_volumes = [], [air]
        occ.synchronize()
        outer = [
            tag
            for _, tag in gmsh.model.getEntities(2)
            if abs(max(gmsh.model.getBoundingBox(2, tag)[3:]) - max(c) - 1.0) < 1e-3
        ]
        fields = []
        for body in bodies:
            f = gmsh.model.mesh.field
            surfaces = [
                tag for _, tag in gmsh.model.getBoundary([(3, t) for t in body], oriented=False)
            ]
            distance = f.add("Distance")
            f.setNumbers(distance, "SurfacesList", surfaces)
            f.setNumber(distance, "Sampling", 40)
            threshold = f.add("Threshold")
            f.setNumber(threshold, "InField", distance)
            f.setNumber(threshold, "SizeMin", magnet_size / scale)
            f.setNumber(threshold, "SizeMax", air_size / scale)
            f.setNumber(threshold, "DistMin", magnet_size / scale)
            f.setNumber(threshold, "DistMax", 1.0)
            fields.append(threshold)
        for where, extent, size in balls:
            f = gmsh.model.mesh.field
            ball = f.add("Ball")
            for key, value in zip(("XCenter", "YCenter", "ZCenter"), where, strict=True):
                f.setNumber(ball, key, value / scale)
            f.setNumber(ball, "Radius", extent / scale)
            f.setNumber(ball, "Thickness", 3 * extent / scale)
            f.setNumber(ball, "VIn", size / scale)
            f.setNumber(ball, "VOut", air_size / scale)
            fields.append(ball)
        if fields:
            smallest = gmsh.model.mesh.field.add("Min")
            gmsh.model.mesh.field.setNumbers(smallest, "FieldsList", fields)
            gmsh.model.mesh.field.setAsBackgroundMesh(smallest)
        for name in ("FromPoints", "FromCurvature", "ExtendFromBoundary"):
            gmsh.option.setNumber(f"Mesh.MeshSize{name}", 0)
        gmsh.option.setNumber("Mesh.MeshSizeMax", air_size / scale)
        gmsh.option.setNumber("Mesh.Algorithm3D", 10)
        gmsh.option.setNumber("General.NumThreads", 1)
        gmsh.model.mesh.generate(3)
        if order == 2:
            gmsh.model.mesh.setOrder(2)
        regions = {"air": air_volumes}
        regions.update({f"magnet_{i}": b for i, b in enumerate(bodies, start=1)})
        mesh = extract(regions, {"outer": outer}, order, scale)
    finally:
        gmsh.finalize()
    quality = MeshQuality(
        cells=len(mesh.cells), worst=0.0, median=0.0, smallest_edge=0.0, largest_edge=0.0
    )
    return FieldMesh(mesh=mesh, center=center, radius=radius, quality=quality)


class _Scaled:
    """`gmsh.model.occ` with all lengths divided by a scale."""

    def __init__(self, occ: Any, scale: float) -> None:
        self._occ = occ
        self._scale = scale

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._occ, name)
        return lambda *lengths: method(*(x / self._scale for x in lengths))

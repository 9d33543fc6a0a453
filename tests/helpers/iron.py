"""Iron bodies, materials with closed forms, and meshes of spheres of the true volume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from helpers.gmsh_fields import field_mesh
from helpers.magnets import options, solution_of
from magcap.arrays import FloatArray
from magcap.constants import MU_0
from magcap.geometry.bodies import BodyShape
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import IronBody, MagneticScene
from magcap.library import SoftMaterial, linear_material
from magcap.solvers.magnetostatics import FieldSolution

#: Steel37 of Radia's material library: J = Σ Ms tanh(k μ0 H/Ms), Ms in T.
STEEL37 = np.array([(1.1488, 1596.3), (0.4268, 133.11), (0.4759, 18.713)])


def iron_body(
    material: SoftMaterial | float, shape: BodyShape, dimensions: Sequence[float], **changes: Any
) -> IronBody:
    """A body at the origin along the axes unless `changes` say otherwise."""
    if not isinstance(material, SoftMaterial):
        material = linear_material(material)
    values: dict[str, Any] = {"name": "iron[1]", "center": np.zeros(3), "rotation": np.eye(3)}
    values |= {"vertices": np.empty((0, 3)), "triangles": np.empty((0, 3), dtype=np.int64)}
    values |= {k: np.asarray(v) if k in ("center", "rotation") else v for k, v in changes.items()}
    return IronBody(shape=shape, dimensions=tuple(dimensions), material=material, **values)


def steel37(points: int = 200) -> SoftMaterial:
    """The table of Steel37."""
    H = np.concatenate([[0.0], np.geomspace(0.5, 3e6, points)])
    J = (STEEL37[:, 0] * np.tanh(MU_0 * H[:, None] * STEEL37[:, 1] / STEEL37[:, 0])).sum(axis=1)
    return SoftMaterial(name="Steel37", relative_permeability=None, H=H, B=MU_0 * H + J)


def spheres(
    radii: Sequence[float], iron: Sequence[bool], *, size: float, radius: float = 0.04
) -> FieldMesh:
    """Concentric balls of falling radii, each iron or air, whose facets enclose the true volume."""
    makers: list[Any] = [(lambda occ, r=r: occ.addSphere(0, 0, 0, r)) for r in radii]
    mesh = field_mesh(
        makers, center=(0.0, 0.0, 0.0), radius=radius, magnet_size=size, air_size=radius / 7
    )
    tets = mesh.mesh
    tags, regions = tets.cell_tags.copy(), {"air": tets.regions["air"]}
    for number, is_iron in enumerate(iron, start=1):
        tag = tets.regions[f"magnet_{number}"]
        if is_iron:
            regions[f"iron_{number}"] = tag
        else:
            tags[tags == tag] = regions["air"]
    points = tets.points * _stretch(tets.points, tets.cells, sorted(radii), radius)[:, None]
    tets = replace(tets, points=points, cell_tags=tags, regions=regions)
    return replace(mesh, mesh=tets)


def _stretch(points: FloatArray, cells: Any, radii: Sequence[float], outer: float) -> FloatArray:
    """Factor of each node, so that the polyhedra have the volumes of the balls."""
    r = np.linalg.norm(points, axis=1)
    corners = points[cells]
    volumes = np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1])) / 6.0
    factors = []
    for a in (*radii, outer):
        inside = (r[cells] <= a * (1 + 1e-6)).all(axis=1)
        factors.append(float((4 * np.pi / 3 * a**3 / volumes[inside].sum()) ** (1 / 3)))
    return np.interp(r, [0.0, *radii, outer], [factors[0], *factors])


def solved(
    mesh: FieldMesh, scene: MagneticScene, order: int = 3, formulation: str = "reduced"
) -> FieldSolution:
    """The field alone, on one rank."""
    return solution_of(mesh, scene, options(order, formulation))


def rms(values: FloatArray, reference: FloatArray) -> float:
    """Relative RMS difference."""
    reference = np.broadcast_to(reference, values.shape)
    return float(np.linalg.norm(values - reference) / np.linalg.norm(reference))

"""The field at points from an integral over a layer of air: extraction of the potential.

A finite-element gradient at a point carries the interpolation error of the cell that holds the
point. The same solution has a more exact answer, which uses it only in a layer of air between
the iron and the point (Babuška and Miller, Int. J. Numer. Meth. Eng. 20 (1984) 1085): with a
smooth step χ, 0 at the bodies and 1 at the point x, and N(x, y) = 1/(4π|x − y|),

    ψ(x) = ∫_layer [ψ ∇χ·∇_y N − N ∇χ·∇ψ] dy

for every ψ that is harmonic in the layer and vanishes at infinity. The points of the quadrature
act as dipoles ψ∇χ and charges −∇χ·∇ψ; B = −∇ψ and its gradient follow in closed form. What is
left is the error that comes from elsewhere ("pollution": edges and corners of the iron, its
nonlinearity), of the order of the energy error squared; the outer boundary's part is gone, too.

The step: χ = s(t), s the quintic of Perlin, t rising linearly from 0 to 1 between `START` and
`END` times the distance from the bodies to the nearest of the points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.bodies import signed_distance
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import MagneticScene
from magcap.solvers.fem import FEMesh
from magcap.solvers.magnetostatics import FieldSolution, RecoveredField, exact_sample

#: The layer over the distance of the nearest point from the bodies.
START, END = 0.15, 0.7
#: Tissue of a susceptibility below this counts as air.
_WEAK = 1e-3
#: The layer ends within this fraction of the distance to the outer sphere.
_OUTER = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class AirLayer:
    """The layer on this rank.

    Attributes
    ----------
    cells : ndarray of int, shape (c,)
        Local cells, each owned by one rank.
    places : ndarray, shape (c, q, 3)
        Points of the quadrature in m.
    slopes : ndarray, shape (c, q, 3)
        ∇χ in 1/m times the weight in m³.
    inverse : ndarray, shape (c, 3, 3)
        ∂X/∂x in 1/m.
    reference : ndarray, shape (q, 3)
        Points of the quadrature in the reference cell.
    """

    cells: IntArray
    places: FloatArray
    slopes: FloatArray
    inverse: FloatArray
    reference: FloatArray


def distance_to_solids(scene: MagneticScene, points: FloatArray) -> FloatArray:
    """Distance in m of points, shape (n, 3), to the nearest meshed body; negative inside."""
    if not scene.solids:
        return np.full(len(points), np.inf)
    distances = [signed_distance(body, points) for _, body in scene.solids]
    return np.asarray(np.min(distances, axis=0))


def build_layer(
    field_mesh: FieldMesh, femesh: FEMesh, scene: MagneticScene, points: FloatArray, degree: int
) -> AirLayer:
    """The layer between the bodies and `points`, shape (n, 3) in m, all of them outside.

    Parameters
    ----------
    degree : int
        Of the quadrature.
    """
    import basix

    geometry = femesh.mesh.geometry
    owned = femesh.mesh.topology.index_map(3).size_local
    nodes = geometry.dofmaps[0][:owned, :4]
    x = geometry.x * femesh.length_scale
    gap = _gap(field_mesh, scene, points)
    t = (np.maximum(distance_to_solids(scene, x), 0.0) / gap - START) / (END - START)
    solid = [femesh.regions[name] for name, _ in scene.solids]
    tags = _cell_tags(femesh, owned)
    within = (t[nodes].max(axis=1) > 0.0) & (t[nodes].min(axis=1) < 1.0)
    cells = np.flatnonzero(within & ~np.isin(tags, solid))
    X, weights = basix.make_quadrature(basix.CellType.tetrahedron, degree)
    shapes = np.stack([1.0 - X.sum(axis=1), *X.T])
    corners, values = x[nodes[cells]], t[nodes[cells]]
    jacobian = (corners[:, 1:] - corners[:, :1]).transpose(0, 2, 1)
    inverse = np.linalg.inv(jacobian)
    volume = np.abs(np.linalg.det(jacobian))
    slope_t = np.einsum("ck,ckd->cd", values[:, 1:] - values[:, :1], inverse)
    step = np.clip(values @ shapes, 0.0, 1.0)
    rise = 30.0 * step**2 * (1.0 - step) ** 2 * weights * volume[:, None]
    return AirLayer(
        cells=cells,
        places=np.einsum("kq,ckd->cqd", shapes, corners),
        slopes=rise[..., None] * slope_t[:, None],
        inverse=inverse,
        reference=X,
    )


def _gap(field_mesh: FieldMesh, scene: MagneticScene, points: FloatArray) -> float:
    """Distance of the nearest point from the bodies, or less where the air ends before."""
    mesh = field_mesh.mesh
    outer = mesh.points[np.unique(mesh.facets_of("outer")[:, :3])]
    reach = _OUTER / END * float(distance_to_solids(scene, outer).min())
    return min(float(distance_to_solids(scene, points).min()), reach)


def _cell_tags(femesh: FEMesh, owned: int) -> IntArray:
    tags = np.zeros(owned, dtype=np.int64)
    known = femesh.cell_tags.indices < owned
    tags[femesh.cell_tags.indices[known]] = femesh.cell_tags.values[known]
    return tags


def reacts_around(solution: FieldSolution) -> bool:
    """Whether something but the bodies has a permeability that tells (tissue does not)."""
    bodies = {name for name, _ in solution.scene.solids}
    others = [mu for name, mu in solution.permeability.items() if name not in bodies]
    return not bodies or any(abs(mu - 1.0) > _WEAK for mu in others)


def extracted_field(
    solution: FieldSolution, layer: AirLayer, points: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """B in T and ∂B_i/∂x_j in T/m at points in m: exact sources and what is extracted.

    Collective; the points lie outside of the layer, in air.
    """
    comm = solution.femesh.mesh.comm
    part = solution.potentials[solution.formulation]
    bare = exact_sample(solution.driving_scene(part), points, comm)
    B, gradient = extract(layer, part.recovered, points, comm)
    return bare.B + B, bare.grad_B + gradient


def extract(
    layer: AirLayer, field: RecoveredField, points: FloatArray, comm: MPI.Intracomm
) -> tuple[FloatArray, FloatArray]:
    """−∇ψ in T, shape (n, 3), and −∇∇ψ in T/m, shape (n, 3, 3), at points in m; collective."""
    from magcap.solvers.reaction import fields

    psi, slope = values_in(layer, field)
    dipoles = psi[..., None] * layer.slopes
    charges = -np.einsum("cqi,cqi->cq", slope, layer.slopes)
    used = np.flatnonzero(np.abs(layer.slopes).sum(axis=2).ravel() > 0.0)
    rows = [*layer.places.reshape(-1, 3)[used].T, *dipoles.reshape(-1, 3)[used].T]
    sources = np.ascontiguousarray([*rows, charges.ravel()[used]])
    result = fields(np.ascontiguousarray(points), sources)
    comm.Allreduce(MPI.IN_PLACE, result)
    return result[:, :3], result[:, 3:].reshape(-1, 3, 3)


def values_in(layer: AirLayer, field: RecoveredField) -> tuple[FloatArray, FloatArray]:
    """ψ in T m, shape (c, q), and ∇ψ in T, shape (c, q, 3), at the points of the layer."""
    space, coefficients, length_scale = field.potential
    table = space.element.basix_element.tabulate(1, layer.reference)[..., 0]
    local = coefficients[layer.cells] * length_scale
    psi: FloatArray = local @ table[0].T
    slope: FloatArray = np.einsum("jqd,cd->cqj", table[1:], local, optimize=True) @ layer.inverse
    return psi, slope

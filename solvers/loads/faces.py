"""The layer's surface term where a body touches magnets.

The layer of cells around a body (`magcap.solvers.loads.virtual_work`) may reach into magnets. There
μ0 H is harmonic and its stress T(H) has no divergence; but across the magnet's surface it jumps by
the load f = (1/μ0) s (μ0 H + ½ s n) on the charge s of the magnet (see
`magcap.solvers.loads.contact`). With g = 1 on the body, falling to 0 through the layer,

    F = −∫ T(H) ∇g dV − ∮ g f dS,

the second integral over the surfaces of the magnets that meet the layer, contact included.
"""

from __future__ import annotations

import numpy as np

from magcap.arrays import BoolArray, FloatArray, IntArray
from magcap.constants import MU_0
from magcap.geometry.bodies import signed_distance
from magcap.geometry.scene import MagnetBody
from magcap.solvers import exact
from magcap.solvers.fem import neighbors
from magcap.solvers.reaction import Reaction

from .parts import Part
from .stress import wrench

#: Degree of the quadrature rule on a face, its points inside the face.
_DEGREE = 5
#: Share of the way to the cell's centroid by which points are moved into the magnet.
_INWARD = 1e-7


def faces_load(part: Part, reaction: Reaction, on_body: BoolArray, local: IntArray) -> FloatArray:
    """−∮ g f without the exact sources' own part, shape (6,), over this rank's cells.

    Parameters
    ----------
    part : Part
    reaction : Reaction
    on_body : ndarray of bool, shape (points,)
        Nodes of the body: g = 1.
    local : ndarray of int, shape (cells,)
        Local number of each cell of the mesh, −1 for those of other ranks.
    """
    solution = reaction.solution
    mesh = solution.field_mesh.mesh
    magnets = [
        (region, body)
        for region, body in solution.scene.solids
        if isinstance(body, MagnetBody) and region not in part.solids
    ]
    touched = on_body[mesh.cells[:, :4]].any(axis=1) & (local >= 0)
    total = np.zeros(6)
    beside = neighbors(mesh.cells[:, :4])
    for region, body in magnets:
        cells = np.flatnonzero(touched & (mesh.cell_tags == mesh.regions[region]))
        for face in range(4):
            other = beside[cells, face]
            outer = (other < 0) | (mesh.cell_tags[np.maximum(other, 0)] != mesh.regions[region])
            chosen = cells[outer]
            if len(chosen):
                total -= _on_face(part, reaction, body, (chosen, local[chosen]), face, on_body)
    return total


def _on_face(
    part: Part,
    reaction: Reaction,
    magnet: MagnetBody,
    cells: tuple[IntArray, IntArray],
    face: int,
    on_body: BoolArray,
) -> FloatArray:
    """∮ g f over one face of some cells of a magnet, shape (6,)."""
    import basix

    rule = basix.QuadratureType.xiao_gimbutas
    flat, w = basix.make_quadrature(basix.CellType.triangle, _DEGREE, rule=rule)
    barycentric = np.zeros((len(w), 4))
    corners = [k for k in range(4) if k != face]
    barycentric[:, corners] = np.column_stack([1.0 - flat.sum(axis=1), flat])
    mesh = reaction.solution.field_mesh.mesh
    nodes = mesh.cells[cells[0], :4]
    vertices = mesh.points[nodes]
    first = vertices[:, corners[1]] - vertices[:, corners[0]]
    second = vertices[:, corners[2]] - vertices[:, corners[0]]
    area = np.cross(first, second)
    outward = np.einsum("ci,ci->c", area, vertices[:, corners[0]] - vertices[:, face]) > 0.0
    area *= np.where(outward, 1.0, -1.0)[:, None]
    x = np.einsum("qv,cvi->cqi", barycentric, vertices)
    g = np.einsum("qv,cv->cq", barycentric, on_body[nodes].astype(float))
    measure = (g * w * np.linalg.norm(area, axis=1)[:, None]).reshape(-1, 1)
    n = np.repeat(area / np.linalg.norm(area, axis=1)[:, None], len(w), axis=0)
    x = x.reshape(-1, 3)
    middle = np.repeat(vertices.mean(axis=1), len(w), axis=0)
    out = np.maximum(signed_distance(magnet, x), 0.0)[:, None]
    towards = middle - x
    inside = x + (_INWARD + 2.0 * out / np.linalg.norm(towards, axis=1)[:, None]) * towards
    Hs = exact.field_strength(reaction.solution.scene, inside)
    R = reaction.own(*cells, barycentric[:, 1:], x)
    density = charge_density(magnet, Hs, R, n)
    total: FloatArray = wrench(x, density * measure, part.point).sum(axis=0)
    return total


def charge_density(magnet: MagnetBody, Hs: FloatArray, R: FloatArray, n: FloatArray) -> FloatArray:
    """Load of the charges of a magnet's surface without that of the exact sources, in Pa.

    (1/μ0) {s₀ R + s₁ [μ0 H + (s₀ + ½ s₁) n]} with μ0 H = Hs + R, s₀ = Br·n, s₁ = (μr − 1) μ0 H_n.

    Parameters
    ----------
    magnet : MagnetBody
    Hs, R : ndarray, shape (n, 3)
        μ0 H of the exact sources and of the reaction inside of the surface, in T.
    n : ndarray, shape (n, 3)
        Outward normals.
    """
    H = Hs + R
    s0 = (n @ magnet.remanence)[:, None]
    s1 = (magnet.recoil_permeability - 1.0) * np.einsum("ni,ni->n", H, n)[:, None]
    density: FloatArray = (s0 * R + s1 * (H + (s0 + 0.5 * s1) * n)) / MU_0
    return density

"""Working points of magnets against the knee of their demagnetisation curve.

Inside a magnet μ0 H = (B − Br)/μr, with B of everything: the magnet itself, its neighbours, iron,
coils and the background. Below the knee field H_knee(T) = −(Hk/HcJ) HcJ(T), along the
magnetisation, a magnet loses magnetisation for good (`geometry.scene.magnets.MagnetBody.knee`).

H is taken at quadrature points inside the cells of the magnets, exact sources and the element-wise
reaction. Along the edges of touching blocks the exact field of rigid magnets is infinite in no
volume at all; so the worst field is a percentile: 1 % of the body's volume is worse. The share of
the volume beyond the knee counts every point.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray, IntArray
from magcap.constants import MU_0, ZERO_CELSIUS
from magcap.geometry.bodies import contains, signed_distance, surface_mesh
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import MagnetBody, MagneticScene, table_name
from magcap.library import materials
from magcap.parallel import gather_rows
from magcap.solvers import exact
from magcap.solvers.magnetostatics import FieldSolution
from magcap.solvers.reaction import local_cells, reaction_of
from magcap.solvers.results import WorkingPoint

logger = logging.getLogger(__name__)

#: Points in m → μ0 H in T.
Strength = Callable[[FloatArray], FloatArray]

#: Share of the volume that may be worse than the worst field that is reported.
WORST_SHARE = 0.01
#: Share of the volume beyond the knee from which on there is a warning.
WARN_SHARE = 1e-3
#: Degree of the quadrature rule on a cell, its points inside the cell.
_DEGREE = 3
#: Points along each side of a body's box, where there is no mesh, until so many are inside.
_GRID, _FEWEST = (16, 48, 144), 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inside:
    """μ0 H at points in a magnet, shape (n, 3) in T, and the volume of each, shape (n,)."""

    H: FloatArray
    volume: FloatArray


def working_points(
    solution: FieldSolution | None,
    scene: MagneticScene,
    field_mesh: FieldMesh | None = None,
    *,
    comm: MPI.Intracomm,
    strength: Strength | None = None,
) -> tuple[tuple[WorkingPoint, ...], FloatArray]:
    """Working point of every magnet body, and the margin to the knee in every cell; collective.

    Parameters
    ----------
    solution : FieldSolution or None
        None where the field of the sources is exact.
    scene : MagneticScene
    field_mesh : FieldMesh or None
        Of the solution, or to average over where there is none.
    comm : MPI communicator
        Arguments are the same on every rank and so is the result.
    strength : callable, optional
        Without a solution: points in m, shape (n, 3) → μ0 H in T there, with the reaction of the
        magnets; default: the exact field of rigid ones.

    Returns
    -------
    tuple of WorkingPoint
        In the order of the scene's magnets.
    ndarray, shape (cells,)
        (H·m − H_knee)/|H_knee| in magnets, below 0 beyond the knee; nan elsewhere. Empty without
        magnets or mesh.
    """
    if not scene.magnets:
        return (), np.empty(0)
    strength = strength or partial(exact.field_strength, scene)
    if field_mesh is None:
        found = [_on_grid(body, strength) for body in scene.magnets]
        margin = np.empty(0)
    else:
        found, margin = _on_cells(solution, scene, field_mesh, strength, comm)
    points = tuple(
        _working_point(body, inside) for body, inside in zip(scene.magnets, found, strict=True)
    )
    return points, margin


def _working_point(body: MagnetBody, inside: _Inside) -> WorkingPoint:
    Br = float(np.linalg.norm(body.remanence))
    along = inside.H @ (body.remanence / max(Br, 1e-300)) / MU_0
    share = inside.volume / inside.volume.sum()
    order = np.argsort(along)
    rank = int(np.searchsorted(np.cumsum(share[order]), WORST_SHARE))
    mean = float(share @ along)
    B = body.recoil_permeability * MU_0 * mean + Br
    return WorkingPoint(
        name=body.name,
        H_worst=float(along[order[min(rank, len(order) - 1)]]),
        H_knee=body.knee,
        permeance=-B / (MU_0 * mean) if mean != 0.0 else math.inf,
        volume_beyond=float(share[along < body.knee].sum()),
    )


def _on_grid(body: MagnetBody, strength: Strength) -> _Inside:
    """Field on a regular grid along the axes of a body, a finer one where it is thin."""
    own = (surface_mesh(body)[0] - body.center) @ body.rotation
    low, high = own.min(axis=0), own.max(axis=0)
    for count in _GRID:
        shares = (np.arange(count) + 0.5) / count
        sides = [a + (b - a) * shares for a, b in zip(low, high, strict=True)]
        points = np.stack(np.meshgrid(*sides, indexing="ij"), axis=-1).reshape(-1, 3)
        points = points @ body.rotation.T + body.center
        points = points[contains(body, points)]
        if len(points) >= _FEWEST:
            break
    return _Inside(H=strength(points), volume=np.full(len(points), 1.0))


def _on_cells(
    solution: FieldSolution | None,
    scene: MagneticScene,
    field_mesh: FieldMesh,
    strength: Strength,
    comm: MPI.Intracomm,
) -> tuple[list[_Inside], FloatArray]:
    """Field in the cells of every magnet, and the margin of each cell."""
    import basix

    rule = basix.QuadratureType.xiao_gimbutas
    X, w = basix.make_quadrature(basix.CellType.tetrahedron, _DEGREE, rule=rule)
    shapes = np.concatenate([1.0 - X.sum(axis=1, keepdims=True), X], axis=1)
    mesh = field_mesh.mesh
    margin = np.full(len(mesh.cells), np.nan)
    found = []
    for number, body in enumerate(scene.magnets, start=1):
        cells = np.flatnonzero(mesh.cell_tags == mesh.regions[f"magnet_{number}"])
        corners = mesh.points[mesh.cells[cells, :4]]
        volume = np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1]))
        points = np.einsum("qv,cvi->cqi", shapes, corners)
        points = _pulled_in(body, points, corners.mean(axis=1))
        H = _strength(solution, strength, cells, X, points, comm)
        weight = np.outer(volume, w)
        weight[~contains(body, points.reshape(-1, 3)).reshape(weight.shape)] = 0.0
        kept = weight.ravel() > 0.0
        found.append(_Inside(H=H.reshape(-1, 3)[kept], volume=weight.ravel()[kept]))
        m = body.remanence / max(float(np.linalg.norm(body.remanence)), 1e-300)
        total = np.maximum(weight.sum(axis=1), 1e-300)
        mean = np.einsum("cq,cqi,i->c", weight, H, m) / MU_0 / total
        known = weight.any(axis=1)
        margin[cells[known]] = (mean[known] - body.knee) / max(abs(body.knee), 1e-300)
    return found, margin


def _pulled_in(body: MagnetBody, points: FloatArray, centroids: FloatArray) -> FloatArray:
    """Points in cells, those that facets of a round body let out of it moved into it.

    Twice their distance to the body, towards the cell's centroid.
    """
    out = np.maximum(signed_distance(body, points.reshape(-1, 3)), 0.0).reshape(points.shape[:2])
    towards = centroids[:, None] - points
    length = np.maximum(np.linalg.norm(towards, axis=2), 1e-300)
    pulled: FloatArray = points + (2.0 * out / length)[..., None] * towards
    return pulled


def _strength(
    solution: FieldSolution | None,
    strength: Strength,
    cells: IntArray,
    X: FloatArray,
    points: FloatArray,
    comm: MPI.Intracomm,
) -> FloatArray:
    """μ0 H in T at quadrature points of cells, shape (cells, q, 3), each rank its own cells."""
    reaction = reaction_of(solution)
    local = np.full(len(cells), -1)
    if reaction is None:
        local[comm.rank :: comm.size] = 0
    else:
        local = local_cells(reaction.solution.femesh, cells)
    rows = np.flatnonzero(local >= 0)
    x = points[rows].reshape(-1, 3)
    H = strength(x)
    if reaction is not None:
        H += reaction.own(cells[rows], local[rows], X, x)
    gathered = gather_rows(H.reshape(len(rows), 3 * len(X)), rows, len(cells), comm)
    return gathered.reshape(points.shape)


def warn_of_losses(points: Sequence[WorkingPoint], magnets: Sequence[MagnetBody]) -> None:
    """Log a warning for every magnet of which more than 0.1 % of a block is beyond the knee."""
    losing: dict[str, list[tuple[WorkingPoint, MagnetBody]]] = {}
    for point, body in zip(points, magnets, strict=False):
        if point.volume_beyond > WARN_SHARE:
            losing.setdefault(table_name(body.name), []).append((point, body))
    for members in losing.values():
        worst = max(members, key=lambda member: member[0].volume_beyond)
        logger.warning("%s", demagnetization_sentence(*worst, others=len(members) - 1))


def demagnetization_sentence(point: WorkingPoint, body: MagnetBody, *, others: int = 0) -> str:
    """What happens to a magnet beyond its knee, and what to do about it.

    `others` is the number of blocks of the same magnet that lose less.
    """
    grade = stronger_grade(body, point.H_worst)
    advice = f"take a grade of higher coercivity such as {grade}, or " if grade else ""
    more = {0: "", 1: " (and one other block)"}.get(others, f" (and {others} other blocks)")
    return (
        f"{point.name}{more} would lose magnetisation: {100.0 * point.volume_beyond:.2g} % of its "
        f"volume is beyond the knee ({point.H_knee / 1e3:.0f} kA/m) at "
        f"{body.temperature - ZERO_CELSIUS:.3g} degC, 1 % of it beyond "
        f"{point.H_worst / 1e3:.0f} kA/m; {advice}make it longer along its magnetisation, or keep "
        "it cooler."
    )


def stronger_grade(body: MagnetBody, H_worst: float) -> str | None:
    """The grade nearest in remanence that holds `H_worst` at the magnet's temperature.

    Its knee lies beyond the body's own: less than 1 % of a volume may be beyond that, and then
    `H_worst`, its first percentile, is not.
    """
    Br, T = float(np.linalg.norm(body.remanence)), body.temperature
    least = min(H_worst, body.knee)
    fit = [
        (abs(grade.remanence_at(T) - Br), grade.coercivity, name)
        for name, grade in materials().magnets.items()
        if grade.knee_at(T) < least and grade.max_temperature >= T
    ]
    return min(fit)[2] if fit else None

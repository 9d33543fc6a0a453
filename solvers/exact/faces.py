"""Points on the surfaces of magnets, where B has two values, and on edges, where it has none.

On a face B jumps, and where two magnets touch a point is on the surface of both: taken as inside of
each, it would have both polarisations. So such a point is moved a little, once for all bodies, to
the side whose limit is wanted: into the first magnet that has it, or out of all of them. On an edge
or at a corner where charges do not cancel, H grows as the logarithm of the distance r and its
gradient as 1/r. There the gradient a hundred times nearer is a hundred times as large; elsewhere,
on edges within a row of magnets magnetised alike too, it is the same.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from magcap.arrays import BoolArray, FloatArray, IntArray
from magcap.geometry.bodies import TOUCH, Body, bounding_box, fibonacci_sphere, signed_distance
from magcap.geometry.scene import MagnetBody, MagneticScene
from magcap.solvers.results import FieldSample

logger = logging.getLogger(__name__)

#: A point is on a surface that is nearer than this share of the body's size.
_ON = 1e-9
#: How far points are moved off a surface, over the body's size, and in m where they have to leave
#: the overlap or the gap of bodies that touch but for rounding; at most so much of the size.
_STEP, _CLEAR, _MOST = 1e-8, 3.0 * TOUCH, 1e-3
#: So much farther off the gradient is taken again, to see what grows.
_FARTHER = 100.0
#: Growth of the gradient and its least size over that of J/size that only an edge without a bound
#: has.
_GROWS, _STEEP = 10.0, 1e3
#: Directions that are tried.
_DIRECTIONS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """Points on surfaces of magnets, and where they are moved.

    Attributes
    ----------
    rows : ndarray of int, shape (k,)
        Of the points.
    near, farther : ndarray, shape (k, 3)
        Places beside them in m, the second `_FARTHER` times as far off.
    sizes : ndarray, shape (k,)
        Of the bodies in m.
    """

    rows: IntArray
    near: FloatArray
    farther: FloatArray
    sizes: FloatArray


def off_faces(bodies: Sequence[Body], points: FloatArray, *, outwards: bool = False) -> Faces:
    """Points of `points`, shape (n, 3) in m, on surfaces of bodies, and places beside them.

    Parameters
    ----------
    bodies : sequence of Body
    points : ndarray, shape (n, 3)
    outwards : bool
        The places are outside of all bodies, where there is such a side; otherwise inside of the
        first body that has the point.
    """
    owner, slack = _owners(bodies, points)
    rows = np.flatnonzero(owner >= 0)
    near, farther, sizes = points[rows].copy(), points[rows].copy(), np.ones(len(rows))
    for number in np.unique(owner[rows]):
        body = bodies[number]
        mine = np.flatnonzero(owner[rows] == number)
        size = _size(body)
        x = points[rows[mine]]
        apart = slack[rows[mine]] > 0.0
        step = np.where(apart, min(max(_CLEAR, _STEP * size), _MOST * size), _STEP * size)
        around = [b for b in bodies if b is body or _close(b, x)] if outwards else [body]
        away = _directions(around, x, _FARTHER * step, outwards=outwards)
        near[mine] = x + step[:, None] * away
        farther[mine] = x + _FARTHER * step[:, None] * away
        sizes[mine] = size
    return Faces(rows=rows, near=near, farther=farther, sizes=sizes)


def outside(scene: MagneticScene, points: FloatArray) -> FloatArray:
    """`points`, shape (n, 3) in m, those on magnets or iron a little off, as blood is beside them.

    Where bodies touch there is no outside.
    """
    faces = off_faces([body for _, body in scene.solids], points, outwards=True)
    places = points.copy()
    places[faces.rows] = faces.near
    return places


def sampled_off_faces(
    scene: MagneticScene, sample: Callable[[FloatArray], FieldSample], points: FloatArray
) -> FieldSample:
    """`sample` at points, with one value on the surfaces of the magnets of a scene.

    Parameters
    ----------
    scene : MagneticScene
    sample : callable
        From points in m, shape (n, 3), to the field there.
    points : ndarray, shape (n, 3)

    Returns
    -------
    FieldSample
        At `points`: on a surface the limit from inside of the first magnet that has the point; nan
        on edges and corners where the field has no bound.
    """
    faces = off_faces(scene.magnets, points)
    if not len(faces.rows):
        return sample(points)
    places = points.copy()
    places[faces.rows] = faces.near
    found = sample(places)
    B, grad_half_B2, grad_B = found.B.copy(), found.grad_half_B2.copy(), found.grad_B.copy()
    lost = faces.rows[_unbounded(scene.magnets, faces)]
    B[lost] = grad_half_B2[lost] = np.nan
    grad_B[lost] = np.nan
    return FieldSample(points=points, B=B, grad_half_B2=grad_half_B2, grad_B=grad_B)


def warn_of_edges(found: FieldSample, scene: MagneticScene, what: str) -> None:
    """Log a warning for points of `what` on edges of magnets, whose field is nan."""
    lost = np.isnan(found.B[:, 0])
    for one in scene.maps:
        lost &= ~one.outside(found.points)
    if lost.any():
        place = ", ".join(f"{x:.6g}" for x in 1e3 * found.points[np.argmax(lost)])
        text = (
            "%d of %d points of %s lie on an edge or a corner of a magnet, the first at (%s) mm: "
            "the field has no bound there and is given as nan."
        )
        logger.warning(text, lost.sum(), len(lost), what, place)


def _unbounded(magnets: Sequence[MagnetBody], faces: Faces) -> BoolArray:
    """Which of the points lie on edges where the field has no bound."""
    from .field import sample

    scene = MagneticScene(magnets=tuple(magnets))
    near, farther = (
        np.linalg.norm(sample(scene, x).grad_B, axis=(1, 2)) for x in (faces.near, faces.farther)
    )
    strongest = max(float(np.linalg.norm(magnet.remanence)) for magnet in magnets)
    steep = near * faces.sizes > _STEEP * strongest
    grows: BoolArray = steep & (near > _GROWS * farther)
    return grows


def _owners(bodies: Sequence[Body], points: FloatArray) -> tuple[IntArray, FloatArray]:
    """The first body on whose surface a point is, −1 for none, and by how much it is off one.

    That is not positive on one surface but for rounding. Between two bodies that touch but for
    rounding a point is on the surfaces of both, off them by up to that.
    """
    owner = np.full(len(points), -1)
    nearest, farthest = np.full(len(points), math.inf), np.full(len(points), -math.inf)
    crowd = np.zeros(len(points), dtype=np.int64)
    for number, body in enumerate(bodies):
        low, high = bounding_box(body)
        rounding = _ON * _size(body)
        margin = max(TOUCH, rounding)
        rows = np.flatnonzero(((points >= low - margin) & (points <= high + margin)).all(axis=1))
        if not len(rows):
            continue
        off = np.abs(signed_distance(body, points[rows]))
        rows, off = rows[off <= margin], off[off <= margin] - rounding
        crowd[rows] += 1
        nearest[rows] = np.minimum(nearest[rows], off)
        farthest[rows] = np.maximum(farthest[rows], off)
        first = rows[owner[rows] < 0]
        owner[first] = number
    owner[(crowd == 1) & (nearest > 0.0)] = -1
    return owner, farthest


def _size(body: Body) -> float:
    """Longest side of a body's box in m."""
    low, high = bounding_box(body)
    return float((high - low).max())


def _close(body: Body, points: FloatArray) -> bool:
    """Whether some of the points are near the box of a body."""
    low, high = bounding_box(body)
    margin = float((high - low).max())
    return bool(((points >= low - margin) & (points <= high + margin)).all(axis=1).any())


def _directions(
    bodies: Sequence[Body], points: FloatArray, reach: FloatArray, *, outwards: bool
) -> FloatArray:
    """Unit vectors, shape (n, 3), that lead deepest into the bodies, or farthest out of all."""
    tried = _sphere()
    places = (points[:, None] + reach[:, None, None] * tried).reshape(-1, 3)
    distances = [signed_distance(body, places) for body in bodies]
    least = np.min(distances, axis=0).reshape(len(points), -1)
    best = least.argmax(axis=1) if outwards else least.argmin(axis=1)
    chosen: FloatArray = tried[best]
    return chosen


@cache
def _sphere() -> FloatArray:
    """Directions all around, none of them along an axis or a diagonal."""
    from scipy.spatial.transform import Rotation

    turned: FloatArray = Rotation.from_rotvec([0.3, 0.5, 0.7]).apply(fibonacci_sphere(_DIRECTIONS))
    return turned

"""Do magnets and iron overlap each other, the vessel or the tissue, and by how much?

Before anything is meshed: solids are known by their signed distance, the vessel by points of
its wall and by balls that fit in it. Bodies that only touch are fine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray
from magcap.case import ShellTissue, Tissue
from magcap.geometry.bodies import (
    TOUCH,
    Body,
    BodyShape,
    bounding_box,
    gap,
    signed_distance,
    surface_mesh,
)
from magcap.geometry.scene import about_mm, skin_plane, tissue_layers, without_block

#: Overlaps that are said one by one.
MOST_SAID = 20
#: Triangulated bodies that are nearer to others than this in m cannot be meshed.
_SURFACE_GAP = 1e-5


def overlap_faults(
    bodies: Sequence[Body],
    wall: FloatArray,
    tissue: Tissue | None = None,
    *,
    axis: FloatArray | None = None,
    radius: FloatArray | None = None,
) -> list[str]:
    """Overlaps of solids with each other, the vessel and the tissue, each a sentence.

    Parameters
    ----------
    bodies : sequence of Body
        Magnets and iron.
    wall : ndarray, shape (n, 3)
        Points of the lumen's wall in m, close enough for the accuracy wanted.
    tissue : Tissue, optional
    axis, radius : ndarray, shapes (m, 3) and (m,), optional
        Cross-sections of the vessel: centres and radii in m. They find solids that lie wholly
        in the lumen, and sharpen the depth where thin ones cut it.
    """
    centers, radii = _vessel_balls(wall, axis, radius)
    solids = _by_table(bodies)
    return [
        *_between_solids(solids),
        *_with_vessel(solids, centers, radii),
        *(_with_tissue(solids, centers, radii, tissue) if tissue is not None else ()),
    ]


def _by_table(bodies: Sequence[Body]) -> Mapping[str, list[Body]]:
    """The bodies of each table of the case, e.g. all blocks of a Halbach array."""
    groups: dict[str, list[Body]] = {}
    for body in bodies:
        groups.setdefault(without_block(body.name), []).append(body)
    return groups


def _vessel_balls(
    wall: FloatArray, axis: FloatArray | None, radius: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Balls in the lumen: points of the wall, and inscribed balls away from the ends."""
    centers, radii = wall, np.zeros(len(wall))
    if axis is not None and radius is not None:
        to_wall = np.array([np.linalg.norm(wall - p, axis=1).min() for p in axis])
        to_end = np.min([np.linalg.norm(axis - axis[end], axis=1) for end in (0, -1)], axis=0)
        fitting = np.minimum(np.minimum(radius, to_wall), to_end)
        centers, radii = np.concatenate([wall, axis]), np.concatenate([radii, fitting])
    return centers, radii


def _between_solids(solids: Mapping[str, list[Body]]) -> Iterator[str]:
    """Pairs that overlap: the nearest by their boxes first, and no more than can be read."""
    names = list(solids)
    near = near_boxes([_box(bodies) for bodies in solids.values()], _SURFACE_GAP)
    said = 0
    for place, (i, j) in enumerate(near):
        if said == MOST_SAID:
            yield (
                f"{len(near) - place} more pairs of bodies lie within each other's boxes; they "
                "were not looked at."
            )
            return
        name, other, mine, theirs = names[i], names[j], solids[names[i]], solids[names[j]]
        depth = -_gap(mine, theirs)
        if depth > TOUCH:
            said += 1
            yield f"`{other}` overlaps `{name}` by {about_mm(depth)}; move it at least that far."
        elif depth > -_SURFACE_GAP and _triangulated([*mine, *theirs]):
            said += 1
            yield (
                f"`{other}` touches `{name}`, but bodies from a surface file must stay apart from "
                f"others by at least {about_mm(2 * _SURFACE_GAP)} (only simple shapes may touch); "
                "move it that far, or build it of simple shapes."
            )


def near_boxes(boxes: Sequence[tuple[FloatArray, FloatArray]], gap: float) -> list[tuple[int, int]]:
    """Pairs of boxes (low, high corner) that are nearer than `gap` in m, in order."""
    if len(boxes) < 2:
        return []
    low, high = (np.array([box[side] for box in boxes]) for side in (0, 1))
    middle, reach = 0.5 * (low + high), 0.5 * np.linalg.norm(high - low, axis=1)
    tree = cKDTree(middle)
    pairs: list[tuple[int, int]] = []
    for i in np.argsort(-reach, kind="stable"):  # each finds those that are no larger
        others = np.array(tree.query_ball_point(middle[i], 2.0 * reach[i] + gap), dtype=np.int64)
        smaller = (reach[others] < reach[i]) | ((reach[others] == reach[i]) & (others > i))
        others = others[smaller]
        apart = np.maximum(low[i] - high[others], low[others] - high[i]).max(axis=1)
        pairs += [(min(int(i), int(j)), max(int(i), int(j))) for j in others[apart <= gap]]
    return sorted(pairs)


def _gap(mine: Sequence[Body], theirs: Sequence[Body]) -> float:
    """Smallest gap between two groups of bodies in m; negative: how deep they overlap."""
    first = [bounding_box(body) for body in mine]
    near = near_boxes([*first, *(bounding_box(body) for body in theirs)], _SURFACE_GAP)
    n = len(mine)
    pairs = [(mine[i], theirs[j - n]) for i, j in near if i < n <= j]
    gaps = [
        gap(one, other)
        for one, other in pairs
        if _triangulated([one, other]) or _boxes_overlap(one, other)
    ]
    return min(gaps, default=np.inf)


def _boxes_overlap(one: Body, other: Body) -> bool:
    """Whether the boxes along the bodies' own axes overlap by more than a touch.

    Boxes are apart if they are along one of the normals of their faces or of the products of two
    edges (the theorem of the separating axis); this spares most neighbours in an array the search
    for their gap.
    """
    (middle, half), (place, reach) = _own_box(one), _own_box(other)
    mine, theirs = one.rotation, other.rotation
    products = np.cross(mine.T[:, None, :], theirs.T[None, :, :]).reshape(-1, 3)
    axes = np.concatenate([mine.T, theirs.T, products])
    length = np.linalg.norm(axes, axis=1)
    axes = axes[length > 1e-6] / length[length > 1e-6, None]
    apart = np.abs(axes @ (place - middle))
    extent = np.abs(axes @ mine) @ half + np.abs(axes @ theirs) @ reach
    return bool((extent - apart).min() > TOUCH)


def _own_box(body: Body) -> tuple[FloatArray, FloatArray]:
    """Middle in space and half sizes of the box along a body's own axes, in m."""
    low, high = bounding_box(replace(body, center=np.zeros(3), rotation=np.eye(3)))
    return body.center + body.rotation @ (0.5 * (low + high)), 0.5 * (high - low)


def _triangulated(bodies: Sequence[Body]) -> bool:
    return any(body.shape is BodyShape.SURFACE for body in bodies)


def _with_vessel(
    solids: Mapping[str, list[Body]], centers: FloatArray, radii: FloatArray
) -> Iterator[str]:
    for name, bodies in solids.items():
        depth = _depth(bodies, centers, radii)
        if depth > TOUCH:
            yield f"`{name}` overlaps the vessel by {about_mm(depth)}; move it at least that far."


def _with_tissue(
    solids: Mapping[str, list[Body]],
    centers: FloatArray,
    radii: FloatArray,
    tissue: Tissue,
) -> Iterator[str]:
    thickness = tissue_layers(tissue)[-1].end
    for name, bodies in solids.items():
        if isinstance(tissue, ShellTissue):
            depth = _depth(bodies, centers, radii + thickness)
        else:
            skin, normal = skin_plane(tissue)
            low, high = _extent(bodies, skin, normal)
            depth = min(-low, high + thickness)
        if depth > TOUCH:
            yield f"`{name}` overlaps the tissue by {about_mm(depth)}; move it at least that far."


def _depth(bodies: Sequence[Body], centers: FloatArray, radii: FloatArray) -> float:
    """How deep balls reach into bodies, in m (negative: the gap)."""
    depth = -np.inf
    reach = float(radii.max(initial=0.0))
    for body in bodies:
        low, high = bounding_box(body)
        near = ((centers >= low - reach) & (centers <= high + reach)).all(axis=1)
        if near.any():
            distance = signed_distance(body, centers[near])
            depth = max(depth, float((radii[near] - distance).max()))
    return depth


def _extent(bodies: Sequence[Body], origin: FloatArray, normal: FloatArray) -> tuple[float, float]:
    """Lowest and highest place of bodies along a direction, from `origin`, in m."""
    places = np.concatenate(
        [(surface_mesh(body, pieces=360)[0] - origin) @ normal for body in bodies]
    )
    return float(places.min()), float(places.max())


def _box(bodies: Sequence[Body]) -> tuple[FloatArray, FloatArray]:
    """Bounding box of several bodies."""
    boxes = np.array([bounding_box(body) for body in bodies])
    return boxes[:, 0].min(axis=0), boxes[:, 1].max(axis=0)

"""The open ends of a lumen surface: found, opened where they are capped, measured and named.

An open surface ends in boundary loops. A closed one has flat caps: regions without any bend,
bounded by sharp edges all round, near to a disc. Those are taken away, so that both kinds are
open afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from magcap.arrays import FloatArray, IntArray
from magcap.case import Cap
from magcap.geometry.mesh import Opening
from magcap.geometry.surfaces import Edges, TriangleSurface

#: A cap meets the wall at this angle or more (on average), in rad.
SHARP = math.radians(40.0)
#: Triangles that meet at less than this belong to the same flat region, in rad.
FLAT = math.radians(8.0)
#: 4π area / perimeter² of a cap at least: 1 for a disc, 0.79 for a square, 0.73 for a long ellipse.
ROUNDNESS = 0.7
#: Area of a cap in units of the largest one at least; smaller flats are noise.
SMALLEST_CAP = 0.01
#: Triangles with less area than this, in units of the median one, have no reliable normal.
SLIVER = 1e-4
#: A cap is named by a point at most so far from its centre, in radii.
NEAR = 3.0


def loop_opening(points: FloatArray, loop: IntArray, *, name: str, role: str) -> Opening:
    """The opening inside a boundary loop of a wall whose normals point out.

    The area is that of the flat surface with the same vector area, ½|Σ p × p'|.
    """
    chain = points[loop]
    after = np.roll(chain, -1, axis=0)
    length = np.linalg.norm(after - chain, axis=1)[:, None]
    middle = (0.5 * (chain + after) * length).sum(axis=0) / length.sum()
    vectors = -0.5 * np.cross(chain - middle, after - middle)
    return Opening.skin(name, role, (chain + after + middle) / 3.0, vectors)


def flat_caps(surface: TriangleSurface) -> IntArray:
    """Number of the cap that each triangle of a closed surface belongs to, −1 for the wall."""
    edges = surface.edges
    inner, pairs = edges.pairs
    vectors = surface.area_vectors
    area = np.linalg.norm(vectors, axis=1)
    normals = vectors / np.maximum(area, 1e-300)[:, None]
    cosine = np.einsum("ij,ij->i", normals[pairs[:, 0]], normals[pairs[:, 1]])
    angle = np.arccos(np.clip(cosine, -1.0, 1.0))
    # A sliver has no reliable normal: it goes with the neighbour at its longest side, and with
    # that one only, for else it would join a cap to the wall.
    sliver = area < SLIVER * np.median(area)
    beside = sliver[pairs].any(axis=1)
    angle[beside] = np.where(_along_slivers(surface, edges, inner, sliver)[beside], 0.0, np.pi)
    number = len(surface.triangles)
    joined = pairs[angle < FLAT]
    graph = coo_array((np.ones(len(joined)), joined.T), shape=(number, number))
    _, region = connected_components(graph, directed=False)
    rim = region[pairs[:, 0]] != region[pairs[:, 1]]
    ends = surface.points[edges.nodes[inner]]
    length = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    found: list[tuple[float, int]] = []
    ducts: list[tuple[float, int]] = []
    rim_regions = region[pairs[rim]]
    for candidate in _large_regions(region.astype(np.int64), area):
        around = (rim_regions == candidate).any(axis=1)
        rim_length, rim_angle = length[rim][around], angle[rim][around]
        size = (float(area[region == candidate].sum()), candidate)
        if _is_cap(surface, vectors, region == candidate, rim_length, rim_angle):
            found.append(size)
        adjoining = np.setdiff1d(rim_regions[around], [candidate]).astype(np.int64)
        if rim_angle.min(initial=math.pi) > SHARP and _ends_duct(
            surface, region, candidate, adjoining
        ):
            ducts.append(size)
    found = found if len(found) > 1 else ducts
    label = np.full(number, -1, dtype=np.int64)
    largest = max((size for size, _ in found), default=0.0)
    kept = [candidate for size, candidate in found if size >= SMALLEST_CAP * largest]
    for index, candidate in enumerate(kept):
        label[region == candidate] = index
    return label


def _along_slivers(
    surface: TriangleSurface, edges: Edges, inner: IntArray, sliver: np.ndarray
) -> np.ndarray:
    """Which of the edges `inner` are the longest side of one of the slivers."""
    ends = surface.points[edges.nodes]
    length = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    sides = edges.of_triangle[sliver]
    longest = np.take_along_axis(sides, length[sides].argmax(axis=1)[:, None], axis=1)
    found: np.ndarray = np.isin(inner, longest)
    return found


def _large_regions(region: IntArray, area: FloatArray, limit: int = 200) -> list[int]:
    """The regions of the largest areas."""
    total = np.bincount(region, weights=area)
    return [int(r) for r in np.argsort(total)[::-1][:limit]]


def _is_cap(
    surface: TriangleSurface,
    vectors: FloatArray,
    member: np.ndarray,
    rim_length: FloatArray,
    rim_angle: FloatArray,
) -> bool:
    perimeter = float(rim_length.sum())
    if len(rim_length) < 5 or perimeter <= 0.0:
        return False
    total = vectors[member].sum(axis=0)
    area = float(np.linalg.norm(total))
    if 4.0 * math.pi * area < ROUNDNESS * perimeter**2:
        return False
    if float((rim_angle * rim_length).sum()) < SHARP * perimeter:
        return False
    points = surface.points[np.unique(surface.triangles[member])]
    height = np.ptp((points - points.mean(axis=0)) @ (total / area))
    return bool(height < 0.1 * math.sqrt(area))


def _ends_duct(
    surface: TriangleSurface, region: IntArray, candidate: int, beside: IntArray
) -> bool:
    """Whether a face is the end of a duct: all faces at its rim go farther back than it is wide.

    They go to one side only. So a box has two ends, the smallest of its six faces, and a duct with
    a bend has those that its axis meets.
    """
    own = surface.points[np.unique(surface.triangles[region == candidate])]
    _, _, axes = np.linalg.svd(own - own.mean(axis=0))
    width = float(np.linalg.norm(own[:, None] - own[None, :200], axis=2).max())
    reach = []
    for other in beside:
        height = (surface.points[surface.triangles[region == other]] - own[0]) @ axes[2]
        low, high = float(height.min()), float(height.max())
        if min(-low, high) > 1e-3 * width:
            return False
        reach.append(high if high > -low else low)
    same_side = len({value > 0.0 for value in reach}) == 1
    return bool(same_side and min(abs(value) for value in reach) >= width)


def name_openings(
    points: FloatArray, loops: Sequence[IntArray], caps: Sequence[Cap]
) -> tuple[list[Opening], list[IntArray], list[str]]:
    """Openings with names and roles, their loops in the same order (inlet first), faults.

    Without `caps` the largest opening is the inlet and the others are outlets by decreasing area.
    """
    ends = [loop_opening(points, loop, name="", role="outlet") for loop in loops]
    order, names, faults = named_ends(ends, caps)
    openings = [
        loop_opening(
            points, loops[i], name=names[i], role="inlet" if names[i] == "inlet" else "outlet"
        )
        for i in order
    ]
    return openings, [loops[i] for i in order], faults


def named_ends(
    ends: Sequence[Opening], caps: Sequence[Cap]
) -> tuple[list[int], dict[int, str], list[str]]:
    """The order of open ends (inlet first), their names, and faults of the caps.

    Without `caps` the largest end is the inlet and the others are outlets by decreasing area; with
    caps none of which is named inlet, the first of them comes first.
    """
    order = sorted(range(len(ends)), key=lambda i: -ends[i].area)
    names, faults = _names_of_caps(ends, caps)
    if not caps and order:
        names[order[0]] = "inlet"
    free = [i for i in order if i not in names]
    taken = set(names.values())
    count = 0
    for i in free:
        count += 1
        while f"outlet_{count}" in taken:
            count += 1
        names[i] = "outlet" if len(ends) == 2 and "outlet" not in taken else f"outlet_{count}"
    first = "inlet" if "inlet" in names.values() or not caps else caps[0].name
    order.sort(key=lambda i: names[i] != first)
    return order, names, faults


def _names_of_caps(
    ends: Sequence[Opening], caps: Sequence[Cap]
) -> tuple[dict[int, str], list[str]]:
    names: dict[int, str] = {}
    faults: list[str] = []
    seen: dict[str, int] = {}
    for index, cap in enumerate(caps, start=1):
        path = f"vessel.cap[{index}]"
        if cap.name in seen:
            faults.append(
                f"`{path}.name` must be a name of its own, but `vessel.cap[{seen[cap.name]}]` "
                f'is "{cap.name}", too.'
            )
            continue
        seen[cap.name] = index
        if cap.name == "wall" or not cap.name.strip():
            faults.append(f'`{path}.name` must not be "{cap.name}", which is not an open end.')
            continue
        if not ends:
            continue
        distance = [math.dist(end.center, cap.near) for end in ends]
        nearest = int(np.argmin(distance))
        if distance[nearest] > NEAR * ends[nearest].radius:
            faults.append(
                f"`{path}.near` must be near the centre of an open end, but the nearest one is "
                f"{1e3 * distance[nearest]:.3g} mm away. {list_openings(ends)}"
            )
        elif nearest in names:
            faults.append(
                f'`{path}` ("{cap.name}") is nearest to the open end that is already named '
                f'"{names[nearest]}". {list_openings(ends)}'
            )
        else:
            names[nearest] = cap.name
    return names, faults


def list_openings(openings: Sequence[Opening]) -> str:
    """One sentence with centre and radius of each opening in mm, for messages."""
    each = [
        "("
        + ", ".join(f"{1e3 * x:.2f}" for x in end.center)
        + f") mm with radius {1e3 * end.radius:.2f} mm"
        for end in openings
    ]
    return f"The lumen has {len(each)} open ends: " + "; ".join(each) + "."

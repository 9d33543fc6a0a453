"""Regular grids of points on planes: across the depth line, on the skin, through the vessel."""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen

#: Points along the longer side of the section through vessel and magnets.
_COLUMNS = 140


def plane_grid(
    lumen: Lumen | None, middle: FloatArray, normal: FloatArray, half: float, side: int
) -> FloatArray:
    """A square grid of `side` × `side` points around `middle`, row by row, in m.

    Rows run along the vessel as far as `normal` lets them. An odd `side` puts `middle` itself in
    the middle.
    """
    first = across_to(normal, None if lumen is None else vessel_direction(lumen, middle))
    second = np.cross(normal, first)
    steps = np.linspace(-half, half, side)
    v, u = np.meshgrid(steps, steps, indexing="ij")
    return middle + u.reshape(-1, 1) * first + v.reshape(-1, 1) * second


def section_grid(
    lumen: Lumen, others: FloatArray, origin: FloatArray, direction: FloatArray
) -> FloatArray:
    """A grid in the plane of the vessel and `direction`, row by row, in m.

    It holds the lumen and the points `others` with a margin of 12 %. Rows run downstream, columns
    upwards (towards z, then y, then x).
    """
    along = overall_direction(lumen)
    up = direction - (direction @ along) * along
    if np.linalg.norm(up) < 0.05:
        up = across_to(along, None)
    up = up / np.linalg.norm(up)
    up = -up if _upside_down(up) else up
    flat = (np.vstack([lumen.mesh.points, others]) - origin) @ np.column_stack([along, up])
    low, high = flat.min(axis=0), flat.max(axis=0)
    pad = 0.12 * float((high - low).max())
    low, high = low - pad, high + pad
    step = float((high - low).max()) / (_COLUMNS - 1)
    counts = np.maximum(np.round((high - low) / step).astype(int) + 1, 8)
    u, v = (np.linspace(low[i], high[i], counts[i]) for i in range(2))
    vv, uu = np.meshgrid(v, u, indexing="ij")
    return origin + uu.reshape(-1, 1) * along + vv.reshape(-1, 1) * up


def plane_shape(points: FloatArray) -> tuple[int, int]:
    """Rows and columns of a grid made here, from its points.

    >>> plane_shape(plane_grid(None, np.zeros(3), np.array([0.0, 0.0, 1.0]), 0.01, 5))
    (5, 5)
    """
    step = points[1] - points[0]
    jumps = np.linalg.norm(np.diff(points, axis=0) - step, axis=1)
    breaks = np.flatnonzero(jumps > 1e-3 * np.linalg.norm(step))
    columns = int(breaks[0]) + 1 if breaks.size else len(points)
    return len(points) // columns, columns


def vessel_direction(lumen: Lumen, near: FloatArray) -> FloatArray:
    """Unit vector downstream at the place of the vessel nearest to a point.

    The direction in which the arc length grows, by least squares over the nodes around.
    """
    points, arc = lumen.mesh.points, lumen.arc_length
    distance = np.linalg.norm(points - near, axis=1)
    close = distance <= distance.min() + 3.0 * lumen.wall_distance.max()
    offset = points[close] - points[close].mean(axis=0)
    slope, *_ = np.linalg.lstsq(offset, arc[close] - arc[close].mean(), rcond=None)
    length = float(np.linalg.norm(slope))
    return slope / length if length > 0.0 else overall_direction(lumen)


def overall_direction(lumen: Lumen) -> FloatArray:
    """Unit vector from the vessel's start to its end."""
    points, arc = lumen.mesh.points, lumen.arc_length
    span = float(np.ptp(arc))
    first = points[arc <= arc.min() + 0.05 * span].mean(axis=0)
    along = points[arc >= arc.max() - 0.05 * span].mean(axis=0) - first
    length = float(np.linalg.norm(along))
    return along / length if length > 0.0 else np.array([1.0, 0.0, 0.0])


def across_to(normal: FloatArray, wanted: FloatArray | None) -> FloatArray:
    """Unit vector across `normal`, as near to `wanted` as can be (else to x, then to y)."""
    for vector in (wanted, np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])):
        if vector is None:
            continue
        across: FloatArray = vector - (vector @ normal) * normal
        if np.linalg.norm(across) > 0.05:
            return across / np.linalg.norm(across)
    raise ValueError("the normal must be a unit vector")


def _upside_down(up: FloatArray) -> bool:
    """Whether z (then y, then x) points down: what readers do not take for up."""
    for component in (up[2], up[1], up[0]):
        if abs(component) > 0.3:
            return bool(component < 0.0)
    return False

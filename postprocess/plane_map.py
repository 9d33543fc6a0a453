"""The plane of vessel and magnets as a map with axes in mm: |B|, field lines, sections."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from magcap.postprocess.datasets import Datasets
from magcap.postprocess.fields import FIELDS, TISSUES
from magcap.postprocess.frame import MM, Frame
from magcap.postprocess.scene import in_mm, magnetisation_arrows, slab_bands, slab_pose, wall

FloatArray = NDArray[np.float64]


def window(data: Datasets, frame: Frame) -> tuple[float, float, float, float]:
    """Left, right, bottom, top of the map around magnets and vessel, in mm from the origin."""
    points = [np.asarray(data.flow.points) * MM]
    if data.magnets.n_points:
        points.append(np.asarray(data.magnets.points) * MM)
    plane = frame.plane(np.vstack(points))
    low, high = plane.min(axis=0), plane.max(axis=0)
    pad = 0.12 * float((high - low).max())
    return low[0] - pad, high[0] + pad, low[1] - pad, high[1] + pad


def draw_map(axes: Any, data: Datasets, frame: Frame) -> Any:
    """|B| on a logarithmic scale with field lines and sections; returns the image or None."""
    left, right, bottom, top = limits = window(data, frame)
    image = None
    sampled = sample_B(data, frame, limits)
    if sampled is not None:
        image = _field(axes, limits, *sampled)
    _tissue(axes, data, frame, limits)
    _section(axes, in_mm(data.magnets), frame, color="#30363D", width=1.2)
    _section(axes, wall(data), frame, color="#E64B35", width=1.3)
    for tail, tip in magnetisation_arrows(data):
        (start, end) = frame.plane(np.vstack([tail, tip]))
        arrow = {"arrowstyle": "-|>", "color": "#30363D", "lw": 1.2, "mutation_scale": 9}
        axes.annotate("", tuple(end), xytext=tuple(start), arrowprops=arrow)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.set_aspect("equal")
    axes.set_xlabel("along the vessel (mm)")
    axes.set_ylabel("across (mm)")
    return image


def sample_B(
    data: Datasets, frame: Frame, limits: tuple[float, float, float, float], *, columns: int = 320
) -> tuple[FloatArray, FloatArray, FloatArray] | None:
    """In-plane components and norm of B on a regular grid, shapes (rows, columns); None without.

    nan inside magnets: B jumps at their faces, which values at shared nodes cannot show.
    """
    name = FIELDS["B"].name
    if data.field is None or name not in data.field.point_data:
        return None
    left, right, bottom, top = limits
    rows = max(int(columns * (top - bottom) / (right - left)), 8)
    x, y = np.meshgrid(np.linspace(left, right, columns), np.linspace(bottom, top, rows))
    points = frame.origin + x.reshape(-1, 1) * frame.along + y.reshape(-1, 1) * frame.up
    probed = pv.PolyData(points / MM).sample(data.field)
    hidden = np.isin(np.asarray(probed["region"]), _magnet_tags(data.field))
    hidden |= np.asarray(probed["vtkValidPointMask"]) == 0
    B = np.where(hidden[:, None], np.nan, probed[name])
    shape = x.shape
    return (
        (B @ frame.along).reshape(shape),
        (B @ frame.up).reshape(shape),
        np.linalg.norm(B, axis=1).reshape(shape),
    )


def _magnet_tags(grid: Any) -> list[int]:
    """Region tags of the magnets, from the names that the grid carries."""
    names = [str(name).split() for name in grid.field_data["region names"]]
    return [int(tag) for tag, name in names if name.startswith("magnet")]


def _field(
    axes: Any,
    limits: tuple[float, float, float, float],
    along: FloatArray,
    up: FloatArray,
    norm: FloatArray,
) -> Any:
    from matplotlib.colors import LogNorm

    finite = norm[np.isfinite(norm) & (norm > 0)]
    low, high = np.percentile(finite, 2.0), finite.max()
    low = max(low, 1e-4 * high)
    axes.set_facecolor("#C9CCD1")
    image = axes.imshow(
        norm, extent=limits, origin="lower", cmap=FIELDS["B"].colors,
        norm=LogNorm(low, high), interpolation="bilinear", aspect="equal",
    )  # fmt: skip
    x = np.linspace(limits[0], limits[1], norm.shape[1])
    y = np.linspace(limits[2], limits[3], norm.shape[0])
    axes.streamplot(
        x, y, np.ma.masked_invalid(along), np.ma.masked_invalid(up), color=(1, 1, 1, 0.55),
        linewidth=0.5, density=1.1, arrowsize=0.5,
    )  # fmt: skip
    return image


def _tissue(
    axes: Any, data: Datasets, frame: Frame, limits: tuple[float, float, float, float]
) -> None:
    """Lines between the layers of a slab, labelled at the left edge."""
    pose, tissue = slab_pose(data, frame), data.case.tissue
    if pose is None or tissue is None:
        return
    skin, normal = pose
    if abs(normal @ frame.up) < 0.7:
        return
    level = float((skin - frame.origin) @ frame.up)
    sign = -1.0 if normal @ frame.up > 0 else 1.0
    for material, outer, inner in slab_bands(tissue):
        low, high = sorted((level + sign * outer, level + sign * inner))
        color = TISSUES.get(material, "#BBBBBB")
        for face in (outer, inner):
            axes.axhline(level + sign * face, color=color, linewidth=0.8)
        if high - low > 0.045 * (limits[3] - limits[2]):
            axes.text(limits[0] + 1.0, 0.5 * (low + high), material, fontsize=6.5, va="center",
                      color="white")  # fmt: skip


def _section(axes: Any, surface: Any, frame: Frame, *, color: str, width: float) -> None:
    """Outline of a surface cut by the plane of the map."""
    if not surface.n_points:
        return
    cut = surface.slice(normal=frame.normal, origin=frame.origin)
    if not cut.n_cells:
        return
    from matplotlib.collections import LineCollection

    plane = frame.plane(np.asarray(cut.points))
    segments = [plane[[a, b]] for a, b in segment_rows(cut)]
    axes.add_collection(LineCollection(segments, colors=color, linewidths=width))


def segment_rows(lines: Any) -> list[tuple[int, int]]:
    """Pairs of point rows of all poly-lines of a data set."""
    cells = np.asarray(lines.lines)
    pairs: list[tuple[int, int]] = []
    i = 0
    while i < len(cells):
        n = int(cells[i])
        row = cells[i + 1 : i + 1 + n]
        pairs.extend(zip(row[:-1].tolist(), row[1:].tolist(), strict=True))
        i += n + 1
    return pairs

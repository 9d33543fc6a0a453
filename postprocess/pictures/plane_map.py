"""The plane of vessel and magnets as a map with axes in mm: |B|, field lines, sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray
from magcap.postprocess.fields import FIELDS, TISSUES
from magcap.postprocess.files import Datasets, Kind

from .anatomy import slab_bands, slab_pose
from .bodies import IRON, WINDING, magnetisation_arrows, of_kind
from .frame import MM, Frame
from .linear_lumen import wall

Limits = tuple[float, float, float, float]
#: Outlines of magnets and of the vessel.
_MAGNET, _VESSEL = "#30363D", "#E64B35"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The field in the plane of vessel and magnets on a regular grid.

    Attributes
    ----------
    limits : tuple of float
        Left, right, bottom, top in mm from the frame's origin.
    along, up, norm : ndarray, shape (rows, columns)
        In-plane components of B and |B| in T.
    inside : ndarray of int, shape (rows, columns)
        `Kind` of the body that a point lies in, −1 in air.
    """

    limits: Limits
    along: FloatArray
    up: FloatArray
    norm: FloatArray
    inside: NDArray[np.int64]


def cut_of(data: Datasets, frame: Frame) -> tuple[Frame, Cut | None]:
    """The section that was sampled and the frame of its plane; without one `frame` and None."""
    grid = data.cut
    if grid is None:
        return frame, None
    columns, rows = grid.dimensions[:2]
    points = np.asarray(grid.points).reshape(rows, columns, 3) * MM
    along, up = points[0, -1] - points[0, 0], points[-1, 0] - points[0, 0]
    along, up = along / np.linalg.norm(along), up / np.linalg.norm(up)
    flat = (points.reshape(-1, 3) - frame.origin) @ np.column_stack([along, up])
    normal = np.cross(along, up)
    shift = float((points[0, 0] - frame.origin) @ normal)
    own = Frame(
        along=along,
        up=up,
        normal=normal,
        origin=frame.origin + shift * normal,
        magnet_below=frame.magnet_below,
    )
    B = np.asarray(grid.point_data[FIELDS["B"].name])
    shape = (rows, columns)
    (left, bottom), (right, top) = flat.min(axis=0), flat.max(axis=0)
    return own, Cut(
        limits=(float(left), float(right), float(bottom), float(top)),
        along=(B @ along).reshape(shape),
        up=(B @ up).reshape(shape),
        norm=np.linalg.norm(B, axis=1).reshape(shape),
        inside=np.asarray(grid.point_data["inside"], dtype=np.int64).reshape(shape),
    )


def window(data: Datasets, frame: Frame) -> Limits:
    """Left, right, bottom, top of the map around bodies and vessel, in mm from the origin."""
    points = [np.asarray(data.flow.points) * MM]
    if data.bodies.n_points:
        points.append(np.asarray(data.bodies.points) * MM)
    plane = frame.plane(np.vstack(points))
    low, high = plane.min(axis=0), plane.max(axis=0)
    pad = 0.12 * float((high - low).max())
    return low[0] - pad, high[0] + pad, low[1] - pad, high[1] + pad


def draw_map(axes: Any, data: Datasets, frame: Frame) -> Any:
    """|B| on a logarithmic scale with field lines and sections; returns the image or None."""
    frame, cut = cut_of(data, frame)
    limits = window(data, frame) if cut is None else cut.limits
    image = None
    if cut is not None:
        shown = np.where(cut.inside == int(Kind.MAGNET), np.nan, cut.norm)
        image = _field(axes, cut, shown)
    draw_tissue(axes, data, frame, limits)
    draw_outlines(axes, data, frame)
    for tail, tip in magnetisation_arrows(data):
        (start, end) = frame.plane(np.vstack([tail, tip]))
        if np.linalg.norm(end - start) < 0.02 * (limits[1] - limits[0]):
            continue
        arrow = {"arrowstyle": "-|>", "color": _MAGNET, "lw": 1.2, "mutation_scale": 9}
        axes.annotate("", tuple(end), xytext=tuple(start), arrowprops=arrow)
    set_axes(axes, limits)
    return image


def set_axes(axes: Any, limits: Limits) -> None:
    """Limits, aspect and labels of a map in mm."""
    axes.set_xlim(limits[0], limits[1])
    axes.set_ylim(limits[2], limits[3])
    axes.set_aspect("equal")
    axes.set_xlabel("along the vessel (mm)")
    axes.set_ylabel("across (mm)")


def draw_outlines(axes: Any, data: Datasets, frame: Frame, *, white: bool = False) -> None:
    """Sections of magnets, iron, windings and the vessel; `white`: on dark maps."""
    for kind, color in ((Kind.MAGNET, _MAGNET), (Kind.IRON, IRON), (Kind.WINDING, WINDING)):
        color = "white" if white else color
        draw_section(axes, of_kind(data, kind), frame, color=color, width=1.2)
    draw_section(axes, wall(data), frame, color=_VESSEL, width=1.3)


def _field(axes: Any, cut: Cut, shown: FloatArray) -> Any:
    from matplotlib.colors import LogNorm

    outside = shown[np.isfinite(shown) & (shown > 0)]
    if not outside.size:
        return None
    low, high = np.percentile(outside, 1.0), outside.max()
    low = max(low, 1e-4 * high)
    axes.set_facecolor("#C9CCD1")
    image = axes.imshow(
        shown,
        extent=cut.limits,
        origin="lower",
        cmap=FIELDS["B"].colors,
        norm=LogNorm(low, max(high, 1.0001 * low)),
        interpolation="bilinear",
        aspect="equal",
    )
    stream(axes, cut, hidden=~np.isfinite(shown))
    return image


def stream(axes: Any, cut: Cut, *, hidden: NDArray[np.bool_], color: Any = (1, 1, 1, 0.55)) -> None:
    """Field lines of the in-plane components where they are not hidden."""
    rows, columns = cut.norm.shape
    left, right, bottom, top = cut.limits
    axes.streamplot(
        np.linspace(left, right, columns),
        np.linspace(bottom, top, rows),
        np.ma.masked_array(cut.along, hidden),
        np.ma.masked_array(cut.up, hidden),
        color=color,
        linewidth=0.5,
        density=1.1,
        arrowsize=0.5,
    )


def draw_tissue(axes: Any, data: Datasets, frame: Frame, limits: Limits) -> None:
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
            axes.text(
                limits[0] + 1.0,
                0.5 * (low + high),
                material,
                fontsize=6.5,
                va="center",
                color="white",
            )


def draw_section(axes: Any, surface: Any, frame: Frame, *, color: str, width: float) -> None:
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

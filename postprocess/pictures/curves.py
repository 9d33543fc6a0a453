"""Curves: field and force against depth, captured carriers along the vessel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import SegmentTarget
from magcap.postprocess.fields import CURVES, FIELDS, STYLES, TISSUES, FieldInfo
from magcap.postprocess.files import Datasets
from magcap.postprocess.numbers import DepthCurve

from .anatomy import slab_bands, slab_pose
from .drawing import Figure
from .frame import MM, frame_in
from .panels import bold, figure, plain_log

VESSEL, INK = "#B23A48", "#30363D"


def draw_depth(path: Path, data: Datasets) -> str:
    """|B|, its gradient, the force driver, force and drift of each carrier against depth."""
    curve = data.depth
    if curve is None:
        raise ValueError("there is no depth curve without a magnet")
    span = vessel_span(data, curve)
    with figure(path, 4.3) as fig:
        grid = fig.subplots(2, 3)
        for axis, key, values in (
            (grid[0, 0], "B", curve.B),
            (grid[0, 1], "grad_B", curve.grad_B),
            (grid[0, 2], "grad_half_B2", curve.grad_half_B2),
        ):
            axis.semilogy(curve.depth * MM, positive(values) * FIELDS[key].scale, color=INK)
            axis.set_ylabel(FIELDS[key].title)
        _carriers(grid[1, 0], curve, "force", FIELDS["force"])
        _carriers(grid[1, 1], curve, "drift", FIELDS["drift"])
        for axis, letter in zip(grid.flat[:5], "abcde", strict=True):
            _decorate(axis, data, curve, span)
            axis.set_title(bold(letter))
        _shares(grid[1, 1], data)
        _legend(grid[1, 2], data, curve, span)
    inside = (
        ""
        if span is None
        else (f" The vessel (shaded red) lies {span[0]:.3g} to {span[1]:.3g} mm deep.")
    )
    return (
        "Field along the line from the face of the magnets into the depth: (a) flux density, "
        "(b) gradient of its magnitude, (c) force driver, (d) magnetic force on the median carrier "
        "and (e) its terminal drift in still blood, on the right as a share of the blood's mean "
        "speed." + inside
    )


def positive(values: FloatArray) -> FloatArray:
    """Values for a logarithmic axis: nan in place of zeros and of rounding's noise."""
    top = float(np.nanmax(values, initial=0.0))
    return np.where(values > 1e-9 * top, values, np.nan)


def vessel_span(data: Datasets, curve: DepthCurve) -> tuple[float, float] | None:
    """Depths in mm between which the line runs inside the lumen; None where it misses it."""
    cells = np.asarray(data.flow.find_containing_cell(curve.points))
    inside = np.flatnonzero(cells >= 0)
    if not inside.size:
        return None
    return float(curve.depth[inside[0]]) * MM, float(curve.depth[inside[-1]]) * MM


def _carriers(axis: Any, curve: DepthCurve, what: str, info: FieldInfo) -> None:
    """Force or drift of each carrier."""
    for i, one in enumerate(curve.pulls.values()):
        values = positive(getattr(one, what)) * info.scale
        if np.isfinite(values).any():
            axis.semilogy(
                curve.depth * MM,
                values,
                color=CURVES[i % len(CURVES)],
                linestyle=STYLES[i // len(CURVES) % len(STYLES)],
            )
    axis.set_ylabel(info.title)


def _shares(axis: Any, data: Datasets) -> None:
    """A second scale on the right: drift over the mean speed of the blood."""
    speed = ((data.summary.get("field") or {}).get("depth") or {}).get("mean_speed")
    if not speed:
        return
    factor = FIELDS["drift"].scale * speed
    right = axis.secondary_yaxis("right", functions=(lambda v: v / factor, lambda v: v * factor))
    right.set_ylabel("drift / mean blood speed")
    right.tick_params(labelsize=7)


def _decorate(
    axis: Any, data: Datasets, curve: DepthCurve, span: tuple[float, float] | None
) -> None:
    """Depth axis in mm, bands of tissue, the vessel's place."""
    axis.set_xlim(0.0, curve.depth[-1] * MM)
    plain_log(axis.yaxis)
    axis.set_xlabel("depth (mm)")
    axis.grid(True, which="major", color="#E3E3E3", linewidth=0.5)
    axis.spines[["top", "right"]].set_visible(False)
    for material, low, high in tissue_depths(data, curve):
        axis.axvspan(low, high, ymax=0.045, color=TISSUES.get(material, "#BBBBBB"), linewidth=0)
    if span is not None:
        axis.axvspan(*span, color=VESSEL, alpha=0.18, linewidth=0)


def _legend(axis: Any, data: Datasets, curve: DepthCurve, span: tuple[float, float] | None) -> None:
    """What colours mean, in a panel of its own."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    axis.axis("off")
    handles: list[Any] = [
        Line2D(
            [],
            [],
            color=CURVES[i % len(CURVES)],
            label=shortened(name),
            linestyle=STYLES[i // len(CURVES) % len(STYLES)],
        )
        for i, name in enumerate(curve.pulls)
    ][:14]
    if span is not None:
        handles.append(Patch(color=VESSEL, alpha=0.25, linewidth=0, label="vessel"))
    for material in dict.fromkeys(m for m, _, _ in tissue_depths(data, curve)):
        handles.append(Patch(color=TISSUES.get(material, "#BBBBBB"), label=material))
    axis.legend(handles=handles, loc="center left", handlelength=1.6, borderaxespad=0.0)


def shortened(text: str, most: int = 26) -> str:
    """Text cut to `most` characters.

    >>> shortened("a superparamagnetic bead of 4.4 um")
    'a superparamagnetic bead o…'
    """
    return text if len(text) <= most else text[:most] + "…"


def tissue_depths(data: Datasets, curve: DepthCurve) -> list[tuple[str, float, float]]:
    """Material and depths in mm at which the line crosses each slab of tissue."""
    frame, tissue = frame_in(data), data.case.tissue
    pose = slab_pose(data, frame)
    if pose is None or tissue is None:
        return []
    skin, normal = pose
    direction = (curve.points[-1] - curve.points[0]) / curve.depth[-1]
    slope = float(-direction @ normal)
    if slope < 0.1:
        return []
    start = float((curve.points[0] * MM - skin) @ normal)
    return [(m, (start + a) / slope, (start + b) / slope) for m, a, b in slab_bands(tissue)]


def along_vessel(axis: Any, data: Datasets, *, bins: int = 40) -> None:
    """Captured carriers of each kind along the vessel, in per cent of the released per mm."""
    from scipy.spatial import cKDTree

    arc = np.asarray(data.flow.point_data[FIELDS["arc_length"].name])
    tree, total = cKDTree(np.asarray(data.flow.points)), float(arc.max()) * MM
    edges = np.linspace(0.0, total, bins + 1)
    top = 1e-3
    for number, ends in enumerate(data.ends):
        captured = ends.state == 1
        where = _interpolate(tree, arc, ends.position[captured]) * MM
        counts, _ = np.histogram(where, edges, weights=ends.weight[captured])
        share = 100.0 * counts / max(float(ends.weight.sum()), 1.0) / (edges[1] - edges[0])
        top = max(top, float(share.max()))
        color = CURVES[number % len(CURVES)]
        axis.stairs(share, edges, color=color, label=ends.name, linewidth=1.2)
        axis.stairs(share, edges, fill=True, color=color, alpha=0.15)
    axis.set_xlim(0.0, total)
    axis.set_ylim(0.0, 1.25 * top)
    axis.set_xlabel("distance along the vessel (mm)")
    axis.set_ylabel("captured\n(% of released per mm)")
    axis.spines[["top", "right"]].set_visible(False)
    _mark_segment(axis, data, total)
    if len(data.ends) > 1:
        axis.legend(loc="lower right", bbox_to_anchor=(1.0, 0.98), ncols=4, handlelength=1.2)


def _interpolate(tree: Any, values: FloatArray, points: FloatArray) -> FloatArray:
    """Inverse-distance mean of nodal values over the four nearest nodes."""
    if not len(points):
        return np.empty(0)
    distance, rows = tree.query(points, k=4)
    weights = 1.0 / np.maximum(distance, 1e-12)
    result: FloatArray = (weights * values[rows]).sum(axis=1) / weights.sum(axis=1)
    return result


def _mark_segment(axis: Any, data: Datasets, total: float) -> None:
    """Shade a target that is a segment of the vessel."""
    target = data.case.target
    if not isinstance(target, SegmentTarget):
        return
    low, high = target.from_ * MM, min(target.to * MM, total)
    axis.axvspan(low, high, color="#009E73", alpha=0.12, linewidth=0)
    axis.text(
        low + 0.01 * total,
        0.97,
        "target",
        transform=axis.get_xaxis_transform(),
        ha="left",
        va="top",
        color="#00684C",
        fontsize=7.5,
    )


DEPTH = Figure(
    name="depth",
    title="Field, force and drift against depth",
    order=30,
    draw=draw_depth,
    wanted=lambda data: data.depth is not None,
)

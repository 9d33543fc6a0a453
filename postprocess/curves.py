"""Curves: field and force against depth, captured carriers along the vessel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.postprocess.datasets import Datasets
from magcap.postprocess.depth import DepthCurve
from magcap.postprocess.fields import CURVES, FIELDS, TISSUES
from magcap.postprocess.frame import MM, frame_of
from magcap.postprocess.panels import figure
from magcap.postprocess.scene import slab_bands, slab_pose

FloatArray = NDArray[np.float64]


def draw_depth(path: Path, data: Datasets) -> str:
    """|B|, |∇|B|| and the force on each carrier against depth; returns the caption."""
    curve = data.depth
    if curve is None:
        raise ValueError("there is no depth curve without a magnet")
    with figure(path, 2.75) as fig:
        axes = fig.subplots(1, 3)
        span = vessel_span(data, curve)
        for axis, key, values, letter in (
            (axes[0], "B", curve.B, "a"),
            (axes[1], "grad_B", curve.grad_B, "b"),
        ):
            info = FIELDS[key]
            axis.semilogy(curve.depth * MM, values * info.scale, color=CURVES[0])
            axis.set_ylabel(info.axis)
            axis.set_title(letter)
        _forces(axes[2], curve)
        for axis in axes:
            _decorate(axis, data, curve, span)
        low, high = axes[0].get_ylim()
        axes[0].set_ylim(low, high)
    inside = "" if span is None else (
        f" The vessel (shaded red) lies {span[0]:.3g} to {span[1]:.3g} mm deep."
    )  # fmt: skip
    return (
        "Field along the line from the magnet's face through the vessel: (a) flux density, "
        "(b) gradient of its magnitude, (c) magnetic force on the median carrier." + inside
    )


def vessel_span(data: Datasets, curve: DepthCurve) -> tuple[float, float] | None:
    """Depths in mm between which the line runs inside the lumen; None where it misses it."""
    cells = np.asarray(data.flow.find_containing_cell(curve.points))
    inside = np.flatnonzero(cells >= 0)
    if not inside.size:
        return None
    return float(curve.depth[inside[0]]) * MM, float(curve.depth[inside[-1]]) * MM


def _forces(axis: Any, curve: DepthCurve) -> None:
    info = FIELDS["force"]
    for i, (name, force) in enumerate(curve.forces.items()):
        shown = np.maximum(force * info.scale, 1e-12)
        axis.semilogy(curve.depth * MM, shown, color=CURVES[i % len(CURVES)], label=name)
    axis.set_ylabel(info.axis)
    axis.set_title("c")
    if len(curve.forces) <= 6:
        axis.legend(loc="upper right", handlelength=1.2)


def _decorate(
    axis: Any, data: Datasets, curve: DepthCurve, span: tuple[float, float] | None
) -> None:
    """Depth axis in mm, bands of tissue, the vessel's place."""
    axis.set_xlim(0.0, curve.depth[-1] * MM)
    axis.set_xlabel("depth below the magnet's face (mm)")
    axis.grid(True, which="major", color="#E3E3E3", linewidth=0.5)
    axis.spines[["top", "right"]].set_visible(False)
    for material, low, high in tissue_depths(data, curve):
        axis.axvspan(low, high, ymax=0.045, color=TISSUES.get(material, "#BBBBBB"), linewidth=0)
    if span is not None:
        axis.axvspan(*span, color="#D55E00", alpha=0.18, linewidth=0)


def tissue_depths(data: Datasets, curve: DepthCurve) -> list[tuple[str, float, float]]:
    """Material and depths in mm at which the line crosses each slab of tissue."""
    frame, tissue = frame_of(data.flow, data.magnets), data.case.tissue
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


def along_vessel(axis: Any, data: Datasets, number: int, *, bins: int = 40) -> None:
    """Histogram of the captured carriers of kind `number` (from 0) along the vessel, per mm."""
    from scipy.spatial import cKDTree

    ends = data.ends[number]
    captured = ends.position[ends.state == 1]
    arc = np.asarray(data.flow.point_data[FIELDS["arc_length"].name])
    points = np.asarray(data.flow.points)
    total = float(arc.max()) * MM
    edges = np.linspace(0.0, total, bins + 1)
    where = arc[cKDTree(points).query(captured)[1]] * MM if len(captured) else np.empty(0)
    counts, _ = np.histogram(where, edges)
    share = 100.0 * counts / max(len(ends.state), 1) / (edges[1] - edges[0])
    axis.stairs(share, edges, fill=True, color="#E8833A", alpha=0.85)
    axis.set_xlim(0.0, total)
    axis.set_ylim(0.0, max(1.15 * float(share.max()), 1e-3))
    axis.set_xlabel("distance along the vessel (mm)")
    axis.set_ylabel("captured (% of released per mm)")
    axis.spines[["top", "right"]].set_visible(False)
    target = data.case.target
    if target is not None and target.shape == "segment":
        low = (target.from_ or 0.0) * MM
        high = total if target.to is None else target.to * MM
        axis.axvspan(low, min(high, total), color="#009E73", alpha=0.12, linewidth=0)
        axis.text(0.5 * (low + min(high, total)), axis.get_ylim()[1] * 0.97, "target",
                  ha="center", va="top", color="#00684C", fontsize=7.5)  # fmt: skip

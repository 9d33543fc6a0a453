"""Figure of what the wall feels over a beat: shear stress, how it turns, residence time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.postprocess.fields import FIELDS
from magcap.postprocess.files import Datasets

from . import actors
from .drawing import Figure
from .frame import frame_in
from .linear_lumen import linear_lumen, lumen_points, wall_only
from .panels import Studio, bold, color_bar, figure, show

#: Field, the top of its scale, or else the share of the wall in per cent that stays below it.
_PANELS = (("tawss", None, 99.5), ("osi", 0.5, 100.0), ("rrt", None, 98.0))


def wall_shear(path: Path, data: Datasets) -> str:
    """TAWSS, OSI and RRT on the wall."""
    frame, surface = frame_in(data), wall_only(linear_lumen(data))
    drawn: list[tuple[Any, str, float]] = []
    for key, top, share in _PANELS:
        info = FIELDS[key]
        values = np.asarray(surface.point_data[info.name]) * info.scale
        most = top or _most(values, share)
        surface.point_data["shown"] = np.nan_to_num(values, nan=most)  # no end where nothing moves
        with Studio() as studio:
            actors.paint(studio.plotter, surface, info.colors, (0.0, most))
            drawn.append((studio.view(lumen_points(data), frame.oblique, frame.up), key, most))
    heights = [6.2 * view.image.shape[0] / view.image.shape[1] + 0.55 for view, _, _ in drawn]
    with figure(path, sum(heights)) as fig:
        axes = fig.subplots(len(drawn), 1, height_ratios=heights)
        for axis, letter, (view, key, most) in zip(axes, "abc", drawn, strict=True):
            info = FIELDS[key]
            show(axis, view, title=f"{bold(letter)}  {info.label.lower()}")
            color_bar(fig, axis, info.colors, (0.0, most), info.title)
    return (
        "The wall over a period: (a) time-averaged shear stress, (b) oscillatory shear index, 0 "
        "where the stress keeps its direction, 0.5 where it goes to and fro, (c) relative "
        "residence time; the darkest is at or above the top of the scale."
    )


def _most(values: FloatArray, share: float) -> float:
    """The top of a scale."""
    known = values[np.isfinite(values)]
    return max(float(np.percentile(known, share)), 1e-12) if len(known) else 1.0


WALL_SHEAR = Figure(
    name="wall_over_period",
    title="The wall over a beat",
    order=102,
    draw=wall_shear,
    wanted=lambda data: FIELDS["tawss"].name in data.flow.point_data,
)

"""Figure of the magnets' working points against the knee of their demagnetisation curves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from magcap.postprocess.files import MARGIN, Datasets, Kind

from . import bodies
from .drawing import Figure
from .frame import frame_in, in_mm
from .panels import Studio, bold, color_bar, figure, show

#: The figure is drawn where a margin is below this; most bodies with a bar.
NEAR, _MOST = 0.3, 16
#: Blue: far from the knee; red: beyond. Safe for colour-blind readers.
_COLORS, _LIMITS = "RdYlBu", (-1.0, 1.0)


def near_the_knee(data: Datasets) -> bool:
    """Whether a magnet comes near the knee, and there is a map of it."""
    if data.field is None or MARGIN not in data.field.cell_data:
        return False
    margins = [point.get("margin") for point in _points(data)]
    return any(margin is not None and margin < NEAR for margin in margins)


def _points(data: Datasets) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (data.summary.get("field") or {}).get("working_points") or []
    return found


def draw(path: Path, data: Datasets) -> str:
    """The margin to the knee on the magnets' surfaces, and the worst of each magnet."""
    margin = np.asarray(data.field.cell_data[MARGIN])
    cells = data.field.extract_cells(np.flatnonzero(np.isfinite(margin)))
    surface = in_mm(cells.extract_surface(algorithm="dataset_surface"))
    frame = frame_in(data)
    with Studio() as studio:
        studio.plotter.add_mesh(
            surface,
            scalars=MARGIN,
            cmap=_COLORS,
            clim=_LIMITS,
            show_scalar_bar=False,
            ambient=0.6,
            diffuse=0.45,
            specular=0.0,
        )
        magnets = bodies.of_kind(data, Kind.MAGNET)
        edges = magnets.clean(tolerance=1e-9).extract_feature_edges(40.0)
        if edges.n_cells:
            studio.plotter.add_mesh(edges, color=bodies.EDGE, line_width=1.5)
        view = studio.view(np.asarray(surface.points), frame.oblique, frame.up, aspect=0.8)
    with figure(path, 3.0) as fig:
        left, right = fig.subplots(1, 2, width_ratios=(1.0, 0.8))
        show(left, view, title=bold("a"))
        color_bar(fig, left, _COLORS, _LIMITS, "margin to the knee")
        _bars(right, data)
        right.set_title(bold("b"))
    return (
        "Working points of the magnets: (a) margin (H − H_knee)/|H_knee| along the magnetisation "
        "on their surfaces, below 0 where a magnet loses magnetisation for good; (b) the worst "
        f"margin of each magnet (the {_MOST} worst ones)."
    )


def _bars(axis: Any, data: Datasets) -> None:
    known = [point for point in _points(data) if point.get("margin") is not None]
    worst = sorted(known, key=lambda point: float(point["margin"]))[:_MOST][::-1]
    values = [float(point["margin"]) for point in worst]
    colors = ["#B2182B" if value < 0.0 else "#2166AC" for value in values]
    axis.barh(range(len(worst)), values, color=colors, height=0.7)
    axis.set_yticks(range(len(worst)), [str(point["name"]) for point in worst])
    axis.axvline(0.0, color="black", linewidth=0.8)
    axis.set_xlim(min(-0.1, *values, 0.0) - 0.05, 1.0)
    axis.set_xlabel("worst margin to the knee")
    axis.spines[["top", "right"]].set_visible(False)


WORKING_POINTS = Figure(
    name="demagnetisation",
    title="Working points of the magnets against the knee",
    order=60,
    draw=draw,
    wanted=near_the_knee,
)

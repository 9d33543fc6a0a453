"""Figure of the concentration of a suspension, in cuts along and across the vessel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyvista as pv

from magcap.postprocess import pictures
from magcap.postprocess.fields import FIELDS
from magcap.postprocess.files import Datasets
from magcap.postprocess.pictures import Figure

#: Cuts across the vessel, and the shares of its length that they leave at the ends.
_CUTS, _MARGIN = 7, 0.04


def concentration(path: Path, data: Datasets) -> str:
    """n in the plane of vessel and magnets, and across the vessel."""
    info, frame = FIELDS["concentration"], pictures.frame_in(data)
    grid = pictures.linear_lumen(data)
    values = np.asarray(grid.point_data[info.name]) * info.scale
    grid.point_data["shown"] = values
    most = max(float(values.max()), 1e-30)
    along = grid.slice(normal=frame.normal, origin=frame.origin)
    views = [(_view(data, along, most, frame.normal), "a")]
    views.append((_view(data, _across(grid), most, frame.oblique), "b"))
    heights = [6.2 * view.image.shape[0] / view.image.shape[1] + 0.55 for view, _ in views]
    with pictures.figure(path, sum(heights)) as canvas:
        axes = canvas.subplots(2, 1, height_ratios=heights)
        for axis, (view, letter) in zip(axes, views, strict=True):
            pictures.show(axis, view, title=pictures.bold(letter))
            pictures.color_bar(canvas, axis, info.colors, (0.0, most), info.title)
    return (
        "Carriers per volume of blood, (a) in the plane of vessel and magnets, (b) across the "
        "vessel."
    )


def _across(grid: Any) -> Any:
    """Level surfaces of the distance along the vessel."""
    arc = np.asarray(grid.point_data[FIELDS["arc_length"].name])
    span = arc.max() - arc.min()
    ends = arc.min() + _MARGIN * span, arc.max() - _MARGIN * span
    levels = np.linspace(*ends, _CUTS)
    return grid.contour(levels, scalars=FIELDS["arc_length"].name)


def _view(data: Datasets, surface: Any, most: float, towards: Any) -> Any:
    """One picture of a cut in the vessel."""
    frame = pictures.frame_in(data)
    with pictures.Studio() as studio:
        pictures.actors.add_vessel(studio.plotter, data, opacity=0.12)
        if isinstance(surface, pv.PolyData) and surface.n_points:
            pictures.actors.paint(
                studio.plotter, surface, FIELDS["concentration"].colors, (0.0, most)
            )
        return studio.view(pictures.lumen_points(data), towards, frame.up)


CONCENTRATION = Figure(
    name="concentration",
    title="The suspension",
    order=104,
    draw=concentration,
    wanted=lambda data: FIELDS["concentration"].name in data.flow.point_data,
)

"""What a figure is, how those of a run are drawn, and the scene for a window or a notebook."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from magcap.files import write_text
from magcap.postprocess.files import Datasets
from magcap.postprocess.outcome import Outcome

from . import actors, anatomy, bodies
from .frame import frame_in

logger = logging.getLogger(__name__)

#: Draws a file and returns its caption.
Painter = Callable[[Path, Datasets], str]


def always(data: Datasets) -> bool:
    """Wanted for every run."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One picture of a run.

    Attributes
    ----------
    name : str
        Of its file, ``figures/NAME.png``.
    title : str
        Above its caption in the report.
    order : int
        Its place among the figures of the report, the smallest first.
    draw : callable
        Draws the file and returns the caption.
    wanted : callable
        Whether it makes sense for the data.
    fast : bool
        Whether it is drawn when only the most important ones are.
    """

    name: str
    title: str
    order: int
    draw: Painter
    wanted: Callable[[Datasets], bool] = always
    fast: bool = False


def draw_figures(
    folder: Path, data: Datasets, figures: Iterable[Figure], *, fast: bool = False
) -> list[Path]:
    """Draw the figures that make sense for the data into figures/; remove those that no longer do.

    Their captions go into figures/captions.json.
    """
    target = folder / "figures"
    target.mkdir(parents=True, exist_ok=True)
    files, captions = [], {}
    for figure in sorted(figures, key=lambda one: one.order):
        path = target / f"{figure.name}.png"
        if figure.wanted(data) and (figure.fast or not fast):
            captions[figure.name] = figure.draw(path, data)
            files.append(path)
            logger.debug("drew %s", path)
        else:
            path.unlink(missing_ok=True)
    write_text(target / "captions.json", json.dumps(captions, indent=2, ensure_ascii=False) + "\n")
    return files


def build_scene(outcome: Outcome, *, off_screen: bool | None = None) -> Any:
    """A plotter with magnets, tissue, vessel, field lines and the first kind's carriers (mm)."""
    import pyvista as pv

    data = Datasets.of(outcome)
    frame = frame_in(data)
    plotter = pv.Plotter(off_screen=off_screen)
    plotter.set_background("white")
    bodies.add_bodies(plotter, data)
    anatomy.add_tissue(plotter, data, frame)
    anatomy.add_target(plotter, data)
    actors.add_vessel(plotter, data, opacity=0.2)
    actors.add_field_lines(plotter, data)
    if data.ends:
        actors.add_paths(plotter, data, 0)
        actors.add_captured(plotter, data, 0, size=5.0)
    plotter.add_axes()
    plotter.show_bounds(
        xtitle="x (mm)",
        ytitle="y (mm)",
        ztitle="z (mm)",
        grid=False,
        location="outer",
        color="#444444",
    )
    plotter.camera.focal_point = tuple(frame.origin)
    plotter.camera.position = tuple(frame.origin + 300.0 * frame.oblique)
    plotter.camera.up = tuple(frame.up)
    plotter.reset_camera()
    return plotter

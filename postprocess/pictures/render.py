"""All pictures of a run, and the three-dimensional scene for a window or a notebook.

`draw_all` draws the data sets of a run, `render_folder` those of a run's folder; both write
figures/*.png and figures/captions.json.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from magcap.case import Case
from magcap.files import write_text
from magcap.geometry.mesh import FieldMesh, Lumen
from magcap.geometry.scene import MagneticScene
from magcap.postprocess.fields import FIELDS
from magcap.postprocess.files import Datasets, Kind, assemble, read_results
from magcap.solvers.results import CaptureResult, FlowField, MagneticField

from . import (
    actors as actors,
    anatomy,
    bodies,
    curves,
    field_figures,
    figures as pictures,
    working_points as demagnetisation,
)
from .frame import frame_of

logger = logging.getLogger(__name__)

Painter = Callable[[Path, Datasets], str]


def render_folder(folder: str | Path, *, fast: bool = False) -> list[Path]:
    """Draw the figures of a finished run from its files."""
    return draw_all(Path(folder), read_results(folder), fast=fast)


def draw_all(folder: Path, data: Datasets, *, fast: bool = False) -> list[Path]:
    """Draw all figures that make sense for the data; remove those that no longer do."""
    target = folder / "figures"
    target.mkdir(parents=True, exist_ok=True)
    files, captions = [], {}
    for name, painter in _wanted(data, fast=fast):
        path = target / f"{name}.png"
        captions[name] = painter(path, data)
        files.append(path)
        logger.debug("drew %s", path)
    for old in target.glob("*.png"):
        if old not in files and old.stem in _PAINTERS:
            old.unlink()
    write_text(target / "captions.json", json.dumps(captions, indent=2, ensure_ascii=False) + "\n")
    return files


_PAINTERS: dict[str, Painter] = {
    "overview": pictures.overview,
    "captured": pictures.captured,
    "density": pictures.density,
    "depth": curves.draw_depth,
    "planes": field_figures.planes,
    "iron": field_figures.iron,
    "demagnetisation": demagnetisation.draw,
    "safety": field_figures.safety,
    "force": pictures.force,
    "flow": pictures.flow,
}


def _wanted(data: Datasets, *, fast: bool) -> Iterator[tuple[str, Painter]]:
    """The figures that make sense for the data; `fast`: only overview and captured carriers."""
    makes_sense = {
        "captured": bool(data.ends),
        "density": bool(data.ends),
        "flow": FIELDS["velocity"].name in data.flow.point_data,
        "depth": data.depth is not None,
        "planes": any(plane.name != "skin" for plane in data.planes),
        "iron": data.section is not None and bodies.has(data, Kind.IRON),
        "demagnetisation": demagnetisation.near_the_knee(data),
        "safety": bool(data.stray.n_points),
        "force": bool(np.any(data.flow.point_data[FIELDS["grad_half_B2"].name])),
    }
    for name, painter in _PAINTERS.items():
        if makes_sense.get(name, True) and (not fast or name in ("overview", "captured")):
            yield name, painter


def build_scene(
    case: Case,
    *,
    lumen: Lumen,
    field_mesh: FieldMesh | None,
    scene: MagneticScene,
    field: MagneticField,
    flow: FlowField | None,
    capture: CaptureResult | None,
    off_screen: bool | None = None,
) -> Any:
    """A plotter with magnets, tissue, vessel, field lines and the first kind's carriers (mm)."""
    data = assemble(
        case, lumen=lumen, field_mesh=field_mesh, scene=scene, field=field, flow=flow,
        capture=capture,
    )  # fmt: skip
    return scene_of(data, off_screen=off_screen)


def scene_of(data: Datasets, *, off_screen: bool | None = None) -> Any:
    """The scene of a run's data sets as a `pyvista.Plotter`."""
    import pyvista as pv

    frame = frame_of(data.flow, data.bodies)
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
    plotter.show_bounds(xtitle="x (mm)", ytitle="y (mm)", ztitle="z (mm)", grid=False,
                        location="outer", color="#444444")  # fmt: skip
    plotter.camera.focal_point = tuple(frame.origin)
    plotter.camera.position = tuple(frame.origin + 300.0 * frame.oblique)
    plotter.camera.up = tuple(frame.up)
    plotter.reset_camera()
    return plotter

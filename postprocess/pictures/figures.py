"""Figures of set-up, force, flow and captured carriers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from magcap.postprocess.fields import FIELDS, STATES
from magcap.postprocess.files import Datasets, Kind

from . import actors as scene, anatomy, bodies
from .curves import along_vessel
from .drawing import Figure
from .frame import MM, frame_in
from .linear_lumen import linear_lumen, lumen_points, stream_tubes, wall_only
from .panels import Studio, View, bold, color_bar, figure, plain_log, show
from .plane_map import draw_map

#: Rows of carriers drawn in one figure.
MOST_ROWS = 4


def overview(path: Path, data: Datasets) -> str:
    """Magnets, tissue, vessel and field lines; |B| in the plane of vessel and magnets."""
    frame = frame_in(data)
    with Studio() as studio:
        bodies.add_bodies(studio.plotter, data)
        scene.add_vessel(studio.plotter, data, opacity=1.0)
        anatomy.add_tissue(studio.plotter, data, frame)
        anatomy.add_target(studio.plotter, data)
        points = lumen_points(data)
        if data.bodies.n_points:
            points = np.vstack([points, np.asarray(data.bodies.points) * MM])
        boxes = [np.asarray(box.points) for _, box in anatomy.tissue_surfaces(data, frame)]
        view = studio.view(np.vstack([points, *boxes]), frame.oblique, frame.up, aspect=0.9)
    with figure(path, 3.0) as fig:
        left, right = fig.subplots(1, 2, width_ratios=(1.0, 1.12))
        show(left, view, title=bold("a"))
        _draw_arrows(left, view, data)
        image = draw_map(right, data, frame)
        right.set_title(bold("b"))
        if image is not None:
            bar = fig.colorbar(image, cax=right.inset_axes((1.03, 0.0, 0.045, 1.0)))
            bar.set_label(FIELDS["B"].title)
            plain_log(bar.ax.yaxis)
    return (
        "(a) Set-up: " + _what(data) + "vessel and tissue. (b) Flux density and field lines in the "
        "plane of vessel and magnets, with the sections of bodies (grey, copper) and vessel (red)."
    )


def _what(data: Datasets) -> str:
    """The bodies of a picture in words."""
    words = {
        Kind.MAGNET: "magnets (red: north pole, blue: south pole, arrow: magnetisation), ",
        Kind.IRON: "iron (grey), ",
        Kind.WINDING: "windings (copper), ",
    }
    return "".join(text for kind, text in words.items() if bodies.has(data, kind))


def force(path: Path, data: Datasets) -> str:
    """The force driver ½∇|B|² in the lumen: on the wall and with arrows in the section."""
    info, frame = FIELDS["grad_half_B2"], frame_in(data)
    grid = linear_lumen(data)
    vectors = np.asarray(grid.point_data[info.name])
    norm = np.linalg.norm(vectors, axis=1)
    limits = (0.0, max(float(norm.max()), 1e-12))
    grid.point_data["shown"] = norm
    with Studio() as studio:
        cut = grid.slice(normal=frame.normal, origin=frame.origin)
        studio.plotter.add_mesh(
            cut,
            scalars="shown",
            cmap=info.colors,
            clim=limits,
            show_scalar_bar=False,
            lighting=False,
        )
        _outline(studio, data)
        for arrow in scene.force_arrows(grid, info.name, frame, limits[1]):
            studio.plotter.add_mesh(arrow, color="white", show_scalar_bar=False, lighting=False)
        side = studio.view(lumen_points(data), frame.normal, frame.up, margin=1.1)
    with Studio() as studio:
        surface = grid.extract_surface(algorithm="dataset_surface")
        scene.paint(studio.plotter, surface, info.colors, limits)
        solid = studio.view(lumen_points(data), frame.from_magnet, frame.up)
    rows = [
        (side, f"{bold('a')}  section through vessel and magnet"),
        (solid, f"{bold('b')}  wall, seen from the magnet's side"),
    ]
    _stack(path, rows, info.colors, limits, info.title)
    return (
        "Force driver ½∇|B|² in the lumen: (a) in the plane of vessel and magnets, with arrows "
        "of its direction, their length growing with its square root; (b) on the wall."
    )


def flow(path: Path, data: Datasets) -> str:
    """Stream lines coloured by speed, and the shear stress on the wall."""
    frame, speed, stress = (
        frame_in(data),
        FIELDS["velocity"],
        FIELDS["wall_traction"],
    )
    grid = linear_lumen(data)
    tubes, top = stream_tubes(grid, speed.name)
    with Studio() as studio:
        scene.add_vessel(studio.plotter, data, opacity=0.12)
        if tubes.n_points:
            tubes.point_data["shown"] = tubes.point_data["speed"]
            scene.paint(studio.plotter, tubes, speed.colors, (0.0, top))
        lines = studio.view(lumen_points(data), frame.oblique, frame.up)
    surface = wall_only(grid)
    shear = np.linalg.norm(np.asarray(surface.point_data[stress.name]), axis=1)
    surface.point_data["shown"] = shear
    wall_shear = shear[shear > 0]
    most = float(np.percentile(wall_shear, 99.5)) if wall_shear.size else 1.0
    with Studio() as studio:
        scene.paint(studio.plotter, surface, stress.colors, (0.0, most))
        walls = studio.view(lumen_points(data), frame.oblique, frame.up)
    heights = [_height(lines), _height(walls)]
    with figure(path, sum(heights)) as fig:
        first, second = fig.subplots(2, 1, height_ratios=heights)
        show(first, lines, title=f"{bold('a')}  stream lines")
        color_bar(fig, first, speed.colors, (0.0, top), speed.title)
        show(second, walls, title=f"{bold('b')}  wall")
        color_bar(fig, second, stress.colors, (0.0, most), stress.title)
    return "Blood flow: (a) stream lines coloured by speed, (b) wall shear stress."


def captured(path: Path, data: Datasets) -> str:
    """Where the carriers of each kind ended, coloured by state, with some trajectories."""
    frame = frame_in(data)
    shown = range(min(len(data.ends), MOST_ROWS))
    views = []
    for number in shown:
        with Studio() as studio:
            scene.add_vessel(studio.plotter, data, opacity=0.12)
            scene.add_paths(studio.plotter, data, number)
            scene.add_captured(studio.plotter, data, number, size=9.0)
            views.append(studio.view(lumen_points(data), frame.normal, frame.up))
    heights = [_height(view) + 0.12 for view in views]
    with figure(path, sum(heights) + 0.25) as fig:
        axes = np.atleast_1d(fig.subplots(len(views), 1, height_ratios=heights))
        for axis, view, number in zip(axes, views, shown, strict=True):
            show(axis, view, title=f"{bold('abcd'[number])}  {headline(data, number)}")
        fig.legend(handles=_state_handles(data), loc="outside lower center", ncols=4)
    return (
        "Carriers seeded with the blood that enters, coloured by where they ended, with some "
        "trajectories. The percentages are captured fractions with 95 % confidence intervals."
    )


def density(path: Path, data: Datasets) -> str:
    """Captured carriers per area of the wall seen from the magnet, and along the vessel."""
    info, frame = FIELDS["density"], frame_in(data)
    shown = range(min(len(data.ends), MOST_ROWS))
    views, tops = [], []
    for number in shown:
        surface = scene.density_surface(data, number)
        tops.append(max(float(np.asarray(surface.point_data["shown"]).max()), 1e-9))
        with Studio() as studio:
            scene.paint(studio.plotter, surface, info.colors, (0.0, tops[-1]))
            up = frame.normal if frame.magnet_below else -frame.normal
            views.append(studio.view(lumen_points(data), frame.magnet_side, up))
    heights = [*(max(_height(view), 1.0) for view in views), 1.6]
    with figure(path, sum(heights)) as fig:
        *axes, last = fig.subplots(len(heights), 1, height_ratios=heights)
        for axis, view, number, top in zip(axes, views, shown, tops, strict=True):
            show(axis, view, title=f"{bold('abcd'[number])}  {data.ends[number].name}")
            color_bar(fig, axis, info.colors, (0.0, top), "per mm²")
        along_vessel(last, data)
        last.set_title(bold("abcde"[len(views)]))
    return (
        "Captured carriers per area of the wall, seen from the magnet's side and evened out over "
        "neighbouring facets, and along the vessel (last panel)."
    )


def headline(data: Datasets, number: int) -> str:
    """Name and captured fraction with its interval, e.g. ``"MSC: 31.2 % (30.1–32.3 %)"``."""
    name = data.ends[number].name
    entries = data.summary.get("capture", [])
    if number >= len(entries):
        return name
    value = entries[number]["efficiency_flux"]
    low, high = value["ci95"]
    return f"{name}: {percent(value['value'])} captured (95 % CI {percent(low)} to {percent(high)})"


def percent(fraction: float | None) -> str:
    """Three significant digits in per cent.

    >>> percent(0.03125)
    '3.12 %'
    """
    return "not known" if fraction is None else f"{100.0 * fraction:.3g} %"


def _stack(
    path: Path, rows: list[tuple[View, str]], colors: str, limits: tuple[float, float], label: str
) -> None:
    heights = [_height(view) for view, _ in rows]
    with figure(path, sum(heights)) as fig:
        axes = fig.subplots(len(rows), 1, height_ratios=heights)
        for axis, (view, title) in zip(axes, rows, strict=True):
            show(axis, view, title=title)
        color_bar(fig, list(axes), colors, limits, label)


def _height(view: View) -> float:
    """Height in inches of a row with the view, its title, scale bar and triad."""
    h, w = view.image.shape[:2]
    return float(6.2 * h / w + 0.55)


def _draw_arrows(axes: Any, view: View, data: Datasets) -> None:
    """Arrows of magnetisation over the picture, so that nothing hides them."""
    for tail, tip in bodies.magnetisation_arrows(data):
        arrow = {
            "arrowstyle": "-|>",
            "color": bodies.ARROW,
            "lw": 1.6,
            "mutation_scale": 11,
            "shrinkA": 0,
            "shrinkB": 0,
        }
        axes.annotate("", view.pixel(tip), xytext=view.pixel(tail), arrowprops=arrow)


def _outline(studio: Studio, data: Datasets) -> None:
    scene.add_vessel(studio.plotter, data, opacity=0.05)


def _state_handles(data: Datasets) -> list[Any]:
    from matplotlib.lines import Line2D

    present = set().union(*(set(np.unique(e.state).tolist()) for e in data.ends))
    return [
        Line2D([], [], color=color, marker="o", markersize=4, linewidth=1.2, label=label)
        for state, (label, color) in STATES.items()
        if state in present
    ]


OVERVIEW = Figure(name="overview", title="Set-up and field", order=20, draw=overview, fast=True)
FORCE = Figure(
    name="force",
    title="Magnetic force in the lumen",
    order=90,
    draw=force,
    wanted=lambda data: bool(np.any(data.flow.point_data[FIELDS["grad_half_B2"].name])),
)
FLOW = Figure(
    name="flow",
    title="Blood flow",
    order=100,
    draw=flow,
    wanted=lambda data: FIELDS["velocity"].name in data.flow.point_data,
)
CAPTURED = Figure(
    name="captured",
    title="Where the carriers ended",
    order=10,
    draw=captured,
    wanted=lambda data: bool(data.ends),
    fast=True,
)
DENSITY = Figure(
    name="density",
    title="Captured carriers on the wall",
    order=80,
    draw=density,
    wanted=lambda data: bool(data.ends),
)

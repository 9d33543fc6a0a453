"""Figures of the magnetic field alone: planes, stray field and skin, iron."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from magcap.geometry.observers import LIMITS
from magcap.postprocess.fields import FIELDS, FieldInfo
from magcap.postprocess.files import Datasets, Kind
from magcap.postprocess.numbers import PlaneMap

from . import actors as scene, bodies
from .drawing import Figure
from .frame import MM, frame_in, in_mm
from .linear_lumen import lumen_points, wall
from .panels import Studio, bold, figure, nice_length, plain_log, show
from .plane_map import Cut, cut_of, draw_outlines, segment_rows, set_axes, stream

#: Colours of the surfaces of 0.5 and 0.9 mT.
STRAY, STRAY_2022 = "#E69F00", "#D55E00"
#: Planes in one figure.
_MOST = 5


def planes(path: Path, data: Datasets) -> str:
    """|B| and the force driver on each plane across the depth line."""
    shown = [plane for plane in data.planes if plane.name != "skin"][:_MOST]
    with figure(path, 1.4 + 2.0 * 5.2 / max(len(shown), 3)) as fig:
        grid = np.atleast_2d(fig.subplots(2, len(shown), squeeze=False))
        for row, key in zip(grid, ("B", "grad_half_B2"), strict=True):
            _plane_row(fig, row, shown, FIELDS[key], key, data)
        for axis, plane in zip(grid[0], shown, strict=True):
            place = "\n(vessel)" if plane.name == "vessel" else ""
            axis.set_title(f"{plane.depth * MM:.3g} mm{place}", loc="center")
        for axis in grid[1]:
            axis.set_xlabel("mm")
        for axis in grid[:, 0]:
            axis.set_ylabel("mm")
        for axis, letter in zip(grid[:, 0], "ab", strict=True):
            axis.annotate(
                bold(letter),
                (0.0, 1.0),
                xycoords="axes fraction",
                xytext=(-24, 4),
                textcoords="offset points",
                fontsize=8.5,
            )
    return (
        "Field on planes across the depth line, at the depth above each map: (a) flux density, "
        "(b) force driver ½∇|B|². Axes in mm; dashed: half of the value on the axis; red: vessel."
    )


def _plane_row(
    fig: Any, row: Any, shown: list[PlaneMap], info: FieldInfo, key: str, data: Datasets
) -> None:
    """One quantity on all planes with one logarithmic scale."""
    from matplotlib.colors import LogNorm

    maps = [plane.norm(plane.B if key == "B" else plane.grad_half_B2) for plane in shown]
    everything = np.concatenate([values[np.isfinite(values)] for values in maps])
    everything = everything[everything > 0.0]
    high = float(everything.max(initial=1e-12))
    low = max(float(np.percentile(everything, 2.0)) if everything.size else 1e-12, 1e-6 * high)
    image = None
    for axis, plane, values in zip(row, shown, maps, strict=True):
        half = plane.half_width * MM
        axis.set_facecolor("#C9CCD1")
        image = axis.imshow(
            values,
            extent=(-half, half, -half, half),
            origin="lower",
            cmap=info.colors,
            norm=LogNorm(low, max(high, 1.0001 * low)),
            interpolation="bilinear",
        )
        ticks = np.linspace(-half, half, values.shape[0])
        middle = values[values.shape[0] // 2, values.shape[1] // 2]
        if np.isfinite(middle) and np.nanmin(values) < 0.5 * middle < np.nanmax(values):
            axis.contour(
                ticks,
                ticks,
                values,
                levels=[0.5 * middle],
                colors="white",
                linewidths=0.8,
                linestyles="--",
            )
        _vessel_on(axis, plane, data)
        axis.set_xlim(-half, half)
        axis.set_ylim(-half, half)
        nice = 10.0 * np.floor(0.09 * half) if half >= 15.0 else nice_length(0.9 * half)
        axis.set_xticks([-nice, 0.0, nice])
        axis.set_yticks([-nice, 0.0, nice])
    bar = fig.colorbar(image, ax=list(row), fraction=0.03, pad=0.015, aspect=18)
    bar.set_label(info.title)
    plain_log(bar.ax.yaxis)


def _vessel_on(axis: Any, plane: PlaneMap, data: Datasets) -> None:
    """The vessel's outline where the plane cuts it."""
    first, second = plane.axes
    cut = wall(data).slice(normal=np.cross(first, second), origin=plane.middle * MM)
    if not cut.n_cells:
        return
    from matplotlib.collections import LineCollection

    flat = (np.asarray(cut.points) - plane.middle * MM) @ np.column_stack([first, second])
    calibre = 2.0 * MM * float(np.asarray(data.flow["wall distance [m]"]).max())
    if np.ptp(flat, axis=0).min() < 0.2 * calibre:  # it only touches the wall
        return
    segments = [flat[[a, b]] for a, b in segment_rows(cut)]
    axis.add_collection(LineCollection(segments, colors="#E64B35", linewidths=1.0))


def safety(path: Path, data: Datasets) -> str:
    """The surfaces of the limits around the magnets, and |B| on the skin."""
    frame = frame_in(data)
    skin = next((plane for plane in data.planes if plane.name == "skin"), None)
    surface = in_mm(data.stray)
    with Studio() as studio:
        bodies.add_bodies(studio.plotter, data)
        scene.add_vessel(studio.plotter, data, opacity=1.0)
        for limit, color in ((surface, STRAY), (in_mm(data.stray_2022), STRAY_2022)):
            if limit.n_points:
                studio.plotter.add_mesh(
                    limit.subdivide(2, "loop"),
                    color=color,
                    opacity=0.3,
                    smooth_shading=True,
                    culling="back",
                    show_scalar_bar=False,
                )
        points = np.vstack([np.asarray(surface.points), lumen_points(data)])
        view = studio.view(points, frame.oblique, frame.up, aspect=0.92)
    with figure(path, 3.0) as fig:
        left, right = fig.subplots(1, 2, width_ratios=(1.0, 1.0))
        show(left, view, title=f"{bold('a')}  |B| = 0.5 mT (outer), 0.9 mT")
        if skin is None:
            _profiles(right, data)
        else:
            _skin(fig, right, skin, data)
    second = (
        "(b) the surface |B| = 0.5 mT seen along the three axes."
        if skin is None
        else "(b) flux density on the skin (dashed: outlines of the bodies behind it)."
    )
    limits = f"(a) the surfaces of the limits for persons with implants: {_far(data)};"
    return f"Stray field: {limits} {second}"


def _far(data: Datasets) -> str:
    """The limits, who says so, and how far each reaches."""
    numbers = data.summary.get("field", {}).get("safety") or {}
    parts = []
    for limit in LIMITS:
        reach = numbers.get(f"{limit.name}_distance")
        far = "" if reach is None else f", {reach * MM:.3g} mm from the nearest body"
        parts.append(f"{1e3 * limit.level:g} mT ({limit.source}{far})")
    return " and ".join(parts)


def _skin(fig: Any, axis: Any, skin: PlaneMap, data: Datasets) -> None:
    """|B| on the skin with the bodies' outlines."""
    values = skin.norm(skin.B)
    half = skin.half_width * MM
    axis.set_facecolor("#C9CCD1")
    image = axis.imshow(
        values,
        extent=(-half, half, -half, half),
        origin="lower",
        cmap=FIELDS["B"].colors,
        interpolation="bilinear",
        vmin=0.0,
    )
    first, second = skin.axes
    normal = np.cross(first, second)
    for kind in Kind:
        surface = bodies.of_kind(data, kind)
        if not surface.n_points:
            continue
        for edge in bodies.silhouettes(surface, normal):
            flat = (edge - skin.middle * MM) @ np.column_stack([first, second])
            axis.plot(*flat.T, color="white", linewidth=0.8, linestyle="--")
    axis.set_xlim(-half, half)
    axis.set_ylim(-half, half)
    axis.set_title(f"{bold('b')}  skin")
    axis.set_xlabel("mm")
    bar = fig.colorbar(image, cax=axis.inset_axes((1.03, 0.0, 0.045, 1.0)))
    bar.set_label(FIELDS["B"].title)


def _profiles(axis: Any, data: Datasets) -> None:
    """Outlines of the 0.5 mT surface in the three planes through its middle."""
    surface = in_mm(data.stray)
    center = 0.5 * (np.asarray(surface.points).min(axis=0) + np.asarray(surface.points).max(axis=0))
    for (i, j, k), color in zip(
        ((0, 1, 2), (0, 2, 1), (1, 2, 0)), ("#0072B2", "#D55E00", "#009E73"), strict=True
    ):
        cut = surface.slice(normal=np.eye(3)[k], origin=center)
        points = np.asarray(cut.points)
        for number, (a, b) in enumerate(segment_rows(cut)):
            label = f"{'xyz'[i]}–{'xyz'[j]}" if number == 0 else None
            axis.plot(points[[a, b], i], points[[a, b], j], color=color, linewidth=1.2, label=label)
    axis.set_aspect("equal", adjustable="datalim")
    axis.set_xlabel("first axis (mm)")
    axis.set_ylabel("second axis (mm)")
    axis.set_title(bold("b"))
    axis.legend(loc="center")


def iron(path: Path, data: Datasets) -> str:
    """|B| through magnets and iron on a linear scale with field lines: where iron saturates."""
    frame, cut = cut_of(data, frame_in(data))
    if cut is None:
        raise ValueError("there is no section through the bodies")
    cut = _around_bodies(cut)
    left, right, bottom, top = cut.limits
    height = float(np.clip(5.6 * (top - bottom) / (right - left) + 0.6, 2.0, 4.2))
    with figure(path, height) as fig:
        axis = fig.subplots()
        solid = cut.norm[cut.inside >= 0]
        high = float(np.percentile(solid, 99.5)) if solid.size else float(cut.norm.max())
        image = axis.imshow(
            cut.norm,
            extent=cut.limits,
            origin="lower",
            cmap="inferno",
            vmin=0.0,
            vmax=high,
            interpolation="bilinear",
            aspect="equal",
        )
        stream(axis, cut, hidden=np.zeros_like(cut.inside, dtype=bool))
        draw_outlines(axis, data, frame, white=True)
        set_axes(axis, cut.limits)
        bar = fig.colorbar(image, cax=axis.inset_axes((1.02, 0.0, 0.03, 1.0)))
        bar.set_label(FIELDS["B"].title)
    return (
        "Flux density in magnets, iron and air in the plane of vessel and magnets, with field "
        "lines: iron carries at most its saturation, about 2 T in most steels."
    )


def _around_bodies(cut: Cut) -> Cut:
    """The part of a section that holds the bodies, with a margin of a third of their size."""
    rows, columns = np.nonzero(cut.inside >= 0)
    if not rows.size:
        return cut
    pad = 4 + max(np.ptp(rows), np.ptp(columns)) // 3
    r = slice(max(rows.min() - pad, 0), rows.max() + pad + 1)
    c = slice(max(columns.min() - pad, 0), columns.max() + pad + 1)
    n_rows, n_columns = cut.norm.shape
    left, right, bottom, top = cut.limits
    x, y = np.linspace(left, right, n_columns)[c], np.linspace(bottom, top, n_rows)[r]
    return Cut(
        limits=(float(x[0]), float(x[-1]), float(y[0]), float(y[-1])),
        along=cut.along[r, c],
        up=cut.up[r, c],
        norm=cut.norm[r, c],
        inside=cut.inside[r, c],
    )


PLANES = Figure(
    name="planes",
    title="Field on planes across the depth line",
    order=40,
    draw=planes,
    wanted=lambda data: any(plane.name != "skin" for plane in data.planes),
)
SAFETY = Figure(
    name="safety",
    title="Stray field and the field at the skin",
    order=70,
    draw=safety,
    wanted=lambda data: bool(data.stray.n_points),
)
IRON = Figure(
    name="iron",
    title="Flux density in magnets and iron",
    order=50,
    draw=iron,
    wanted=lambda data: data.cut is not None and bodies.has(data, Kind.IRON),
)

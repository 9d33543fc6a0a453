"""Three-dimensional views as images with a known scale, set into matplotlib figures.

VTK draws the bodies in parallel projection without any text; matplotlib adds colour bars, scale
bars, axes triads and titles. So type is set once, nothing is clipped and lengths can be measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray
from magcap.files import replacing

from .frame import unit

#: Width of a figure over two columns of a journal, in inches, and its resolution.
WIDTH, DPI = 7.1, 220
#: Colours of x, y, z.
_AXES = ("#B03030", "#2E7D32", "#1F4E9E")
#: Pixels of the wider side of a view.
PIXELS = 1500

_RC: Any = {
    "font.size": 8.0,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.labelsize": 8.0,
    "axes.linewidth": 0.6,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.direction": "out",
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "lines.linewidth": 1.4,
    "mathtext.default": "regular",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A picture with its scale.

    Attributes
    ----------
    image : ndarray of uint8, shape (h, w, 3)
    mm_per_pixel : float
    right, up : ndarray, shape (3,)
        Directions of the picture in space.
    center : ndarray, shape (3,)
        Point in mm at the middle of the picture.
    """

    image: NDArray[np.uint8]
    mm_per_pixel: float
    right: FloatArray
    up: FloatArray
    center: FloatArray

    def pixel(self, point: FloatArray) -> tuple[float, float]:
        """Column and row of a point in mm."""
        h, w = self.image.shape[:2]
        offset = (point - self.center) / self.mm_per_pixel
        return float(w / 2 + offset @ self.right), float(h / 2 - offset @ self.up)


class Studio:
    """One off-screen window that takes several views of one scene; a context manager."""

    def __init__(self) -> None:
        import pyvista as pv

        from magcap.postprocess.files import off_screen

        off_screen()
        self.plotter = pv.Plotter(off_screen=True, window_size=[PIXELS, PIXELS // 2])
        self.plotter.set_background("white")
        self.plotter.enable_anti_aliasing("ssaa")
        self.plotter.enable_parallel_projection()
        if self.plotter.render_window is not None:
            self.plotter.render_window.SetAlphaBitPlanes(1)

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, *_: object) -> None:
        self.plotter.close()

    def view(
        self,
        points: FloatArray,
        towards_viewer: FloatArray,
        up: FloatArray,
        *,
        aspect: float | None = None,
        margin: float = 1.06,
    ) -> View:
        """A picture that just holds `points` (mm), seen from `towards_viewer`.

        `aspect` is height over width; by default that of the points, between 0.12 and 0.62.
        """
        back = unit(towards_viewer)
        right = unit(np.cross(up, back))
        top = np.cross(back, right)
        u, v = points @ right, points @ top
        width, height = max(np.ptp(u), 1e-6) * margin, max(np.ptp(v), 1e-6) * margin
        pad = 0.02 * max(width, height)
        width, height = width + pad, height + pad
        shape = float(np.clip(height / width, 0.12, 0.62)) if aspect is None else aspect
        width, height = max(width, height / shape), max(height, width * shape)
        center = 0.5 * (u.min() + u.max()) * right + 0.5 * (v.min() + v.max()) * top
        center = center + (points @ back).mean() * back
        pixels = (PIXELS, round(PIXELS * shape)) if shape <= 1 else (round(PIXELS / shape), PIXELS)
        self.plotter.window_size = list(pixels)
        camera = self.plotter.camera
        reach = 10.0 * float(np.linalg.norm(np.ptp(points, axis=0))) + 1.0
        camera.position = tuple(center + reach * back)
        camera.focal_point, camera.up = tuple(center), tuple(top)
        camera.parallel_scale = height / 2
        self.plotter.renderer.ResetCameraClippingRange()
        self.plotter.render()
        image = np.asarray(self.plotter.screenshot(return_img=True))[..., :3]
        return View(
            image=image, mm_per_pixel=height / image.shape[0], right=right, up=top, center=center
        )


@contextmanager
def figure(path: Path, height: float, *, width: float = WIDTH) -> Iterator[Any]:
    """A matplotlib figure of `width` x `height` inches that is written to `path` at the end."""
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with mpl.rc_context(_RC):
        # Colour bars hang on axes whose width the layout learns last: leave them room.
        layout = ConstrainedLayoutEngine(rect=(0.005, 0.005, 0.97, 0.985))
        fig = Figure(figsize=(width, height), dpi=DPI, layout=layout)
        yield fig
        with replacing(path) as temporary:
            fig.savefig(temporary, dpi=DPI)


def bold(letter: str) -> str:
    """A letter in bold for a title."""
    return rf"$\bf{{{letter}}}$"


def show(axes: Any, view: View, *, title: str = "", triad: bool = True) -> None:
    """Put a view into the axes with a scale bar and the directions of x, y, z."""
    h, w = view.image.shape[:2]
    axes.imshow(view.image, interpolation="lanczos")
    axes.set_xlim(0, w)
    axes.set_ylim(h, 0)
    axes.axis("off")
    axes.set_title(title)
    _scale_bar(axes, view)
    if triad:
        _triad(axes, view)


def color_bar(fig: Any, axes: Any, colors: str, limits: tuple[float, float], label: str) -> None:
    """A colour bar for what VTK drew with `colors` between `limits`, as high as `axes`.

    A list of axes gets one bar over the height of all.
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    mappable = ScalarMappable(Normalize(*limits), colors)
    if isinstance(axes, list):
        bar = fig.colorbar(mappable, ax=axes, fraction=0.05, pad=0.02, aspect=22)
    else:
        bar = fig.colorbar(mappable, cax=axes.inset_axes((1.02, 0.0, 0.025, 1.0)))
    bar.set_label(label)
    bar.outline.set_linewidth(0.5)


def plain_log(axis: Any) -> None:
    """Ticks 0.1, 0.2, 0.5, 1 … on a logarithmic axis in place of powers of ten."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    low, high = sorted(axis.get_view_interval())
    subs = (1.0, 2.0, 5.0) if high / max(low, 1e-300) < 300 else (1.0,)
    axis.set_major_locator(LogLocator(subs=subs, numticks=12))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def nice_length(span: float) -> float:
    """The 1, 2 or 5 times a power of ten next below `span`.

    >>> nice_length(37.0)
    20.0
    """
    power = 10.0 ** np.floor(np.log10(span))
    return float(max(k * power for k in (1.0, 2.0, 5.0) if k * power <= span * (1 + 1e-9)))


def _scale_bar(axes: Any, view: View) -> None:
    """A bar of about a sixth of the width under the picture's lower right corner."""
    w = view.image.shape[1]
    length = nice_length(w * view.mm_per_pixel / 5.0)
    share = length / view.mm_per_pixel / w
    axes.plot(
        [0.985 - share, 0.985],
        [-0.03, -0.03],
        transform=axes.transAxes,
        color="black",
        linewidth=1.6,
        clip_on=False,
        solid_capstyle="butt",
    )
    axes.annotate(
        f"{length:g} mm",
        (0.985 - share / 2, -0.03),
        xycoords="axes fraction",
        xytext=(0, -2.5),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=7.5,
    )


def _triad(axes: Any, view: View) -> None:
    """Arrows of x, y, z under the lower left corner, 13 points long."""
    from matplotlib.text import OffsetFrom

    corner = OffsetFrom(axes.patch, (0, 0), "points")
    tips = np.eye(3) @ np.column_stack([view.right, view.up])
    start = np.array([16.0, -16.0 - 10.0 * min(0.0, float(tips[:, 1].min()))])
    for axis, name, color in zip(np.eye(3), "xyz", _AXES, strict=True):
        tip = np.array([axis @ view.right, axis @ view.up])
        if np.linalg.norm(tip) < 0.15:
            continue
        arrow = {
            "arrowstyle": "-|>",
            "color": color,
            "lw": 0.9,
            "shrinkA": 0,
            "shrinkB": 0,
            "mutation_scale": 6,
        }
        axes.annotate(
            "",
            tuple(start + 13 * tip),
            xycoords=corner,
            xytext=tuple(start),
            textcoords=corner,
            arrowprops=arrow,
            annotation_clip=False,
        )
        axes.annotate(
            name,
            tuple(start + 18 * tip),
            xycoords=corner,
            ha="center",
            va="center",
            color=color,
            fontsize=7,
            annotation_clip=False,
        )

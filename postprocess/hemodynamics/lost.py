"""Picture of the last good state of a flow that was lost: where the blood is fastest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.postprocess.fields import FIELDS
from magcap.postprocess.pictures import MM, Studio, bold, color_bar, figure, show

#: Radii of the inlet that the closer look holds to either side.
_CLOSE = 2.5


def draw_lost(path: Path, grid: Any, velocity: FloatArray, radius: float) -> None:
    """Draw the speed in a section through the place of the largest, and a closer look.

    Parameters
    ----------
    path : Path
        Of the picture.
    grid : UnstructuredGrid
        The lumen in m; its points are those of `velocity`.
    velocity : ndarray, shape (n, 3)
        In m/s.
    radius : float
        Of the inlet in m.
    """
    points, speed = np.asarray(grid.points) * MM, np.linalg.norm(velocity, axis=1)
    worst = int(np.argmax(speed))
    top = max(float(speed[worst]), 1e-12)
    views = _views(grid, points, speed / top, worst, _CLOSE * radius * MM)
    place = ", ".join(f"{x:.2f}" for x in points[worst])
    titles = (f"lumen; largest velocity {top:.3g} m/s", f"around ({place}) mm")
    heights = [6.2 * view.image.shape[0] / view.image.shape[1] + 0.55 for view in views]
    info = FIELDS["velocity"]
    with figure(path, sum(heights)) as fig:
        axes = fig.subplots(len(views), 1, height_ratios=heights)
        for axis, letter, title, view in zip(axes, "ab", titles, views, strict=True):
            show(axis, view, title=f"{bold(letter)}  {title}")
            axis.plot(*view.pixel(points[worst]), "o", ms=9, mfc="none", mec="black", mew=1.0)
        color_bar(fig, list(axes), info.colors, (0.0, top), info.title)


def _views(grid: Any, points: FloatArray, share: FloatArray, worst: int, reach: float) -> Any:
    """Of all, and of what is within `reach` mm of the worst node."""
    import pyvista as pv

    scaled = pv.UnstructuredGrid(grid.cells, grid.celltypes, points)
    scaled.point_data["shown"] = share
    surface = scaled.extract_surface(algorithm="dataset_surface")
    spread = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)[2]
    section = scaled.slice(normal=spread[2], origin=points[worst])
    close = points[np.linalg.norm(points - points[worst], axis=1) < reach]
    with Studio() as studio:
        studio.plotter.add_mesh(surface, color="#C0504D", opacity=0.12, show_scalar_bar=False)
        studio.plotter.add_mesh(
            section,
            scalars="shown",
            cmap=FIELDS["velocity"].colors,
            clim=(0.0, 1.0),
            show_scalar_bar=False,
            lighting=False,
        )
        return [studio.view(some, spread[2], spread[1]) for some in (points, close)]

"""The field on planes across the depth line and on the skin: maps, numbers and a CSV file."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray
from magcap.geometry.bodies import contains
from magcap.geometry.observers import plane_shape
from magcap.geometry.scene import MagneticScene, WindingShape, winding_body
from magcap.postprocess.outcome import Observed, Outcome, once

#: Radius in m of the disc around the axis over which uniformity is taken.
DISC = 10e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneMap:
    """The field on one plane.

    Attributes
    ----------
    name : str
        ``"10 mm"``, ``"vessel"`` or ``"skin"``.
    depth : float
        Of its middle below the face of the magnets in m; nan where there is no depth line.
    points : ndarray, shape (n, 3)
        Row by row in m.
    shape : tuple of int
        Rows and columns.
    B : ndarray, shape (n, 3)
        In T; nan inside magnets, iron and windings, as is `grad_half_B2`.
    grad_half_B2 : ndarray, shape (n, 3)
        In T²/m.
    """

    name: str
    depth: float
    points: FloatArray
    shape: tuple[int, int]
    B: FloatArray
    grad_half_B2: FloatArray

    @property
    def middle(self) -> FloatArray:
        """The middle of the plane in m."""
        middle: FloatArray = 0.5 * (self.points[0] + self.points[-1])
        return middle

    @property
    def half_width(self) -> float:
        """Half of the length of a row in m."""
        return float(0.5 * np.linalg.norm(self.points[self.shape[1] - 1] - self.points[0]))

    @property
    def axes(self) -> tuple[FloatArray, FloatArray]:
        """Unit vectors along a row and along a column."""
        row = self.points[self.shape[1] - 1] - self.points[0]
        column = self.points[-self.shape[1]] - self.points[0]
        return row / np.linalg.norm(row), column / np.linalg.norm(column)

    def norm(self, values: FloatArray) -> FloatArray:
        """Norms of vectors as a map, shape `shape`."""
        result: FloatArray = np.linalg.norm(values, axis=1).reshape(self.shape)
        return result


@once
def planes_of(outcome: Outcome) -> tuple[PlaneMap, ...]:
    """The maps of a run."""
    return plane_maps(outcome.scene, outcome.observed)


def plane_maps(scene: MagneticScene, observed: Observed) -> tuple[PlaneMap, ...]:
    """The maps of all planes among the samples, by depth, the skin last."""
    maps = []
    line = observed.depth
    for name, sample in observed.planes.items():
        middle = 0.5 * (sample.points[0] + sample.points[-1])
        depth = float("nan")
        if line is not None:
            along = line.points[-1] - line.points[0]
            depth = float((middle - line.points[0]) @ along / np.linalg.norm(along))
        hidden = inside(scene, sample.points)[:, None]
        maps.append(
            PlaneMap(
                name=name,
                depth=depth,
                points=sample.points,
                shape=plane_shape(sample.points),
                B=np.where(hidden, np.nan, sample.B),
                grad_half_B2=np.where(hidden, np.nan, sample.grad_half_B2),
            )
        )
    return tuple(sorted(maps, key=lambda one: (one.name == "skin", one.depth)))


def inside(scene: MagneticScene, points: FloatArray) -> NDArray[np.bool_]:
    """Which points lie in a magnet, in iron or in a winding."""
    coils = [winding_body(w) for w in scene.windings if w.shape is not WindingShape.WIRE]
    result = np.zeros(len(points), dtype=np.bool_)
    for body in (*scene.magnets, *scene.iron, *coils):
        result |= contains(body, points)
    return result


def plane_numbers(plane: PlaneMap) -> dict[str, Any]:
    """Largest, median and middle value of |B| and ½∇|B|², and how even they are."""
    offset = plane.points - plane.middle
    radius = np.linalg.norm(offset, axis=1)
    slope = _spread(np.linalg.norm(plane.grad_half_B2, axis=1), radius)
    return {
        "name": plane.name,
        "depth": plane.depth,
        "half_width": plane.half_width,
        "B": _spread(np.linalg.norm(plane.B, axis=1), radius),
        "grad_half_B2": slope | {"half_value_radius": half_value_radius(plane)},
    }


def _spread(values: FloatArray, radius: FloatArray) -> dict[str, Any]:
    """Statistics of values on a plane, nan left out."""
    kept = values[np.isfinite(values)]
    if not kept.size:
        return {"max": None, "median": None, "on_axis": None, "uniformity": None}
    disc = values[(radius <= DISC) & np.isfinite(values)]
    even = float(disc.min() / disc.max()) if disc.size and disc.max() > 0.0 else None
    middle = int(np.argmin(radius))
    on_axis = values[middle] if radius[middle] < 1e-6 else np.nan
    return {
        "max": float(kept.max()),
        "median": float(np.median(kept)),
        "on_axis": float(on_axis),
        "uniformity": even,
    }


def half_value_radius(plane: PlaneMap) -> float:
    """Radius in m of the disc as large as where ½∇|B|² is at least half of its middle value."""
    from scipy.ndimage import zoom

    values = plane.norm(plane.grad_half_B2)
    middle = values[values.shape[0] // 2, values.shape[1] // 2]
    if not middle > 0.0:
        return float("nan")
    first = plane.points[plane.shape[1] - 1] - plane.points[0]
    second = plane.points[-plane.shape[1]] - plane.points[0]
    fine = zoom(np.nan_to_num(values), 8, order=1, grid_mode=False)
    share = float(np.mean(fine >= 0.5 * middle))
    return float(np.sqrt(share * np.linalg.norm(first) * np.linalg.norm(second) / np.pi))


_COLUMNS = (
    "plane",
    "depth [m]",
    "rows [1]",
    "columns [1]",
    "x [m]",
    "y [m]",
    "z [m]",
    "Bx [T]",
    "By [T]",
    "Bz [T]",
    "|B| [T]",
    "|grad|B|| [T/m]",
    "half grad B^2 x [T^2/m]",
    "half grad B^2 y [T^2/m]",
    "half grad B^2 z [T^2/m]",
)


def write_planes(stream: IO[Any], planes: tuple[PlaneMap, ...]) -> None:
    """Write all maps into one CSV with units in the header (`stream` takes text)."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for plane in planes:
        norm = np.linalg.norm(plane.B, axis=1)
        slope = np.linalg.norm(plane.grad_half_B2, axis=1)
        slope = np.divide(slope, norm, out=np.zeros_like(slope), where=norm > 0.0)
        table = np.column_stack([plane.points, plane.B, norm, slope, plane.grad_half_B2])
        head = [plane.name, f"{plane.depth:.9g}", *plane.shape]
        for row in table:
            writer.writerow([*head, *(f"{value:.7g}" for value in row)])


def read_planes(path: Path) -> tuple[PlaneMap, ...]:
    """The maps of a file of `write_planes`; none without the file."""
    if not path.is_file():
        return ()
    with path.open(newline="", encoding="utf-8") as stream:
        _, *rows = csv.reader(stream)
    maps = []
    for name in dict.fromkeys(row[0] for row in rows):
        own = np.array([row[1:] for row in rows if row[0] == name], dtype=np.float64)
        maps.append(
            PlaneMap(
                name=name,
                depth=float(own[0, 0]),
                shape=(int(own[0, 1]), int(own[0, 2])),
                points=own[:, 3:6],
                B=own[:, 6:9],
                grad_half_B2=own[:, 11:14],
            )
        )
    return tuple(maps)

"""Small lumen surfaces that tests draw: tubes, prisms, boxes, written as OBJ in mm."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import SurfaceVessel
from magcap.errors import CaseError
from magcap.geometry.mesh import Opening
from magcap.geometry.segmented import read_lumen_surface


def tube(sides: int, rings: int, *, length: float = 6.0) -> tuple[FloatArray, IntArray]:
    """An open cylinder of radius 1 along z."""
    angle = 2 * math.pi * np.arange(sides) / sides
    return prism(np.column_stack([np.cos(angle), np.sin(angle)]), rings, length=length)


def prism(outline: FloatArray, rings: int, *, length: float) -> tuple[FloatArray, IntArray]:
    """An open prism along z over a counter-clockwise polygon."""
    sides = len(outline)
    points = np.vstack(
        [np.column_stack([outline, np.full(sides, z)]) for z in np.linspace(0.0, length, rings)]
    )
    a = np.add.outer(sides * np.arange(rings - 1), np.arange(sides)).ravel()
    b = np.add.outer(sides * np.arange(rings - 1), np.roll(np.arange(sides), -1)).ravel()
    lower, upper = np.column_stack([a, b, b + sides]), np.column_stack([a, b + sides, a + sides])
    return points, np.vstack([lower, upper])


def capped(points: FloatArray, triangles: IntArray, sides: int) -> tuple[FloatArray, IntArray]:
    """The same tube with fans over its ends."""
    first, last = np.arange(sides), np.arange(len(points) - sides, len(points))
    n = len(points)
    caps = [
        np.column_stack([np.roll(first, -1), first, np.full(sides, n)]),
        np.column_stack([last, np.roll(last, -1), np.full(sides, n + 1)]),
    ]
    middles = [points[first].mean(axis=0), points[last].mean(axis=0)]
    return np.vstack([points, *middles]), np.vstack([triangles, *caps])


def obj(path: Path, points: FloatArray, triangles: IntArray) -> Path:
    """Write an OBJ file."""
    lines = [f"v {x:.12g} {y:.12g} {z:.12g}" for x, y, z in points]
    lines += [f"f {a + 1} {b + 1} {c + 1}" for a, b, c in triangles]
    path.write_text("\n".join(lines))
    return path


def vessel_of(path: Path, surface: tuple[FloatArray, IntArray], unit: str = "mm") -> SurfaceVessel:
    """The vessel of a surface, written to `path`."""
    return SurfaceVessel.model_validate(
        {"shape": "surface", "file": obj(path, *surface), "unit": unit}
    )


def inspect_surface(vessel: SurfaceVessel) -> tuple[Opening, ...]:
    """The open ends of a lumen surface, inlet first, without meshing.

    Raises
    ------
    CaseError
        With every fault of the file and of the names of its ends.
    """
    return read_lumen_surface(vessel).openings


def surface_faults(vessel: SurfaceVessel) -> list[str]:
    """Every fault of a lumen surface as a sentence; empty if there is none."""
    try:
        read_lumen_surface(vessel)
    except CaseError as error:
        return list(error.faults)
    return []

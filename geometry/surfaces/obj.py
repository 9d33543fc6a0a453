"""Wavefront OBJ: vertices and faces, with the line of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from magcap.arrays import FloatArray, IntArray

#: What programs write about their file: ``# Vertices: 504``, ``# 1000 faces``.
_COUNT: Final = re.compile(
    r"#\s*(?:(vert\w*|faces|triangles)\s*:\s*(\d+)|(\d+)\s+(vert\w*|faces|triangles))\s*$",
    re.IGNORECASE,
)


def read_obj(path: Path, most: int) -> tuple[FloatArray, IntArray]:
    """Points and triangles; negative indices count from the end, polygons are split.

    Parameters
    ----------
    path : Path
    most : int
        Triangles; reading ends beyond.

    Raises
    ------
    ValueError
        With the reason and the line.
    """
    points: list[list[float]] = []
    triangles: list[tuple[int, int, int]] = []
    said: dict[str, int] = {}
    faces = 0
    with path.open("r", encoding="utf-8", errors="replace") as stream:
        for number, line in enumerate(stream, 1):
            word, *rest = line.split() or [""]
            if word == "v":
                points.append(_vertex(rest, number))
            elif word == "f":
                face = _face(rest, len(points), number)
                triangles += [(face[0], b, c) for b, c in pairwise(face[1:])]
                faces += 1
            elif word.startswith("#") and (match := _COUNT.match(line)):
                said["v" if (match[1] or match[4]).lower()[0] == "v" else "f"] = int(
                    match[2] or match[3]
                )
            if len(triangles) > most:
                break
    _check_counts(said, len(points), faces, cut=len(triangles) > most)
    return (
        np.array(points, dtype=np.float64).reshape(-1, 3),
        np.array(triangles, dtype=np.int64).reshape(-1, 3),
    )


def _vertex(cells: Sequence[str], line: int) -> list[float]:
    try:
        point = [float(cell) for cell in cells[:3]]
    except ValueError:
        point = []
    if len(point) != 3:
        raise ValueError(f'line {line}, "v {" ".join(cells)[:40]}", is not a vertex of 3 numbers')
    return point


def _face(cells: Sequence[str], points: int, line: int) -> list[int]:
    """Corners of a face, from 0."""
    try:
        face = [int(cell.split("/")[0]) for cell in cells]
    except ValueError:
        face = []
    if len(face) < 3 or 0 in face:
        raise ValueError(f'line {line}, "f {" ".join(cells)[:40]}", is not a face')
    face = [corner - 1 if corner > 0 else points + corner for corner in face]
    if min(face) < 0 or max(face) > 2**62:
        raise ValueError(f"the face in line {line} refers to a point that is not there")
    return face


def _check_counts(said: dict[str, int], points: int, faces: int, *, cut: bool) -> None:
    """Compare with what a comment of the file says of it; other counts are of other objects."""
    found = {"v": (points, "vertices"), "f": (faces, "faces")}
    for key, count in said.items():
        there, name = found[key]
        if there < count and not cut:
            raise ValueError(f"it says that it has {count} {name}, but it has {there}: it was cut")

"""Closed triangulated surfaces of bodies: reading, checking and measuring."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.errors import CaseError

from .files import read_surface
from .intersection import intersecting_triangles
from .topology import TriangleSurface, merge_points, oriented, parts

#: More triangles make the exact field and the mesh needlessly slow.
MAX_TRIANGLES = 20_000
#: A body has no more cavities.
_MOST_PARTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedSurface:
    """A closed surface with outward triangles; those of cavities point into the cavity.

    Attributes
    ----------
    vertices : ndarray, shape (n, 3)
        In m.
    triangles : ndarray of int, shape (k, 3)
    centroid : ndarray, shape (3,)
        Of the enclosed volume, in m.
    volume : float
        In m³.
    """

    vertices: FloatArray
    triangles: IntArray
    centroid: FloatArray
    volume: float


def read_closed_surface(file: Path, unit: str, *, path: str = "magnet.file") -> ClosedSurface:
    """Read the surface of one body (STL, PLY, OBJ, VTP) and turn its triangles outwards.

    Further closed surfaces inside of the outer one are cavities.

    Parameters
    ----------
    file : Path
    unit : str
        Unit of the file's numbers.
    path : str
        Path into the case for messages.

    Raises
    ------
    CaseError
        If the file cannot be read, or the surface is not one closed, orientable surface that
        does not cut itself.
    """
    try:
        surface = merge_points(read_surface(file, unit=unit))
    except CaseError as error:
        raise CaseError([_about_body(fault, path) for fault in error.faults]) from None
    faults = list(_faults(surface, f'`{path}` "{file.name}"'))
    if faults:
        raise CaseError(faults)
    triangles = oriented(surface.triangles)
    if triangles is None:
        raise CaseError(f'`{path}` "{file.name}" is one-sided; a body needs an inside.')
    triangles = _outwards(surface.points, triangles)
    volume, centroid = volume_and_centroid(surface.points, triangles)
    if abs(volume) < 1e-9 * float(np.ptp(surface.points, axis=0).max()) ** 3:
        raise CaseError(f'`{path}` "{file.name}" is flat; a body needs a volume.')
    return ClosedSurface(
        vertices=surface.points, triangles=triangles, centroid=centroid, volume=abs(volume)
    )


def _about_body(fault: str, path: str) -> str:
    """A fault of the surface reader, which speaks of vessels, with the body's path."""
    return fault.replace("vessel.file", path).replace(
        "a lumen needs some ten thousand triangles", "a body needs a few thousand triangles"
    )


def _faults(surface: TriangleSurface, what: str) -> Iterator[str]:
    """Why a surface does not enclose one body."""
    if len(surface.triangles) < 4:
        yield f"{what} has no volume: only {len(surface.triangles)} proper triangles."
        return
    if len(surface.triangles) > MAX_TRIANGLES:
        yield (
            f"{what} has {len(surface.triangles)} triangles; at most {MAX_TRIANGLES} are "
            "useful for a body. Decimate it."
        )
        return
    count = surface.edges.count
    if (count == 1).any():
        yield f"{what} must be closed, but it has {int((count == 1).sum())} open edges."
    if (count > 2).any():
        yield (
            f"{what} must be the surface of one body, but at {int((count > 2).sum())} edges more "
            "than two triangles meet."
        )
    elif (count == 2).all():
        yield from _apart(surface, what)
    pairs = intersecting_triangles(surface)
    if len(pairs):
        x, y, z = surface.points[surface.triangles[pairs[0, 0]]].mean(axis=0) * 1e3
        yield (
            f"{what} must not cut itself, but {len(pairs)} pairs of triangles do, the first near "
            f"({x:.4g}, {y:.4g}, {z:.4g}) mm."
        )


def _apart(surface: TriangleSurface, what: str) -> Iterator[str]:
    """Parts that are neither the one outer surface nor a cavity in it."""
    pieces = int(parts(surface.triangles).max()) + 1
    if pieces > _MOST_PARTS:
        yield f"{what} must be one body, with or without cavities, but it has {pieces} parts."
        return
    depth = _depths(surface.points, surface.triangles)
    if len(depth) == 1 or (np.sum(depth == 0) == 1 and depth.max() == 1):
        return
    table = "iron" if what.startswith("`iron") else "magnet"
    bodies = int(np.sum(depth % 2 == 0))
    yield (
        f"{what} must be one body, with or without cavities, but it has {bodies} parts that are "
        f"not connected; give each its own [[{table}]]."
    )


def _depths(points: FloatArray, triangles: IntArray) -> IntArray:
    """In how many other closed parts each part of a surface lies."""
    label = parts(triangles)
    count = int(label.max()) + 1
    depth = np.zeros(count, dtype=np.int64)
    for one, other in itertools.permutations(range(count), 2):
        middle = points[triangles[label == one][0]].mean(axis=0)
        depth[one] += abs(_turns(points[triangles[label == other]], middle)) > 0.5
    return depth


def _turns(corners: FloatArray, point: FloatArray) -> float:
    """Solid angle of triangles, shape (n, 3, 3), over 4π: ±1 inside (van Oosterom, Strackee)."""
    a, b, c = np.moveaxis(corners - point, 1, 0)
    la, lb, lc = (np.linalg.norm(edge, axis=1) for edge in (a, b, c))
    triple = np.einsum("ni,ni->n", a, np.cross(b, c))
    below = la * lb * lc
    for p, q, length in ((a, b, lc), (b, c, la), (c, a, lb)):
        below += np.einsum("ni,ni->n", p, q) * length
    return float(np.arctan2(triple, below).sum() / (2.0 * np.pi))


def _outwards(points: FloatArray, triangles: IntArray) -> IntArray:
    """Consistently oriented triangles turned out of the material, part by part."""
    label, depth = parts(triangles), _depths(points, triangles)
    turned = triangles.copy()
    for one in range(len(depth)):
        mine = label == one
        volume, _ = volume_and_centroid(points, triangles[mine])
        if (volume < 0.0) != (depth[one] % 2 == 1):
            turned[mine] = turned[mine][:, ::-1]
    return turned


def volume_and_centroid(vertices: FloatArray, triangles: IntArray) -> tuple[float, FloatArray]:
    """Signed volume in m³ and centroid in m by the divergence theorem."""
    origin = vertices.mean(axis=0)
    a, b, c = (vertices[triangles[:, i]] - origin for i in range(3))
    volumes = np.einsum("ij,ij->i", a, np.cross(b, c)) / 6.0
    volume = float(volumes.sum())
    moment = np.einsum("i,ij->j", volumes, a + b + c)
    centroid = origin + (moment / (4.0 * volume) if volume else 0.0)
    return volume, np.asarray(centroid)

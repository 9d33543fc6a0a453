"""Closed triangulated surfaces of bodies: reading, checking and measuring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.errors import CaseError

from .files import TriangleSurface, read_surface
from .intersection import intersecting_triangles
from .topology import edges_of, merge_points, oriented, parts

#: More triangles make the exact field and the mesh needlessly slow.
MAX_TRIANGLES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedSurface:
    """A closed surface with outward triangles.

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
    volume, centroid = volume_and_centroid(surface.points, triangles)
    if volume < 0.0:
        triangles = triangles[:, ::-1].copy()
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
    count = edges_of(surface.triangles).count
    if (count == 1).any():
        yield f"{what} must be closed, but it has {int((count == 1).sum())} open edges."
    if (count > 2).any():
        yield (
            f"{what} must be the surface of one body, but at {int((count > 2).sum())} edges more "
            "than two triangles meet."
        )
    table = "iron" if what.startswith("`iron") else "magnet"
    pieces = int(parts(surface.triangles).max()) + 1
    if pieces > 1:
        yield (
            f"{what} must be one surface, but it has {pieces} parts that are not connected; "
            f"give each its own [[{table}]]."
        )
    pairs = intersecting_triangles(surface)
    if len(pairs):
        x, y, z = surface.points[surface.triangles[pairs[0, 0]]].mean(axis=0) * 1e3
        yield (
            f"{what} must not cut itself, but {len(pairs)} pairs of triangles do, the first near "
            f"({x:.4g}, {y:.4g}, {z:.4g}) mm."
        )


def volume_and_centroid(vertices: FloatArray, triangles: IntArray) -> tuple[float, FloatArray]:
    """Signed volume in m³ and centroid in m by the divergence theorem."""
    origin = vertices.mean(axis=0)
    a, b, c = (vertices[triangles[:, i]] - origin for i in range(3))
    volumes = np.einsum("ij,ij->i", a, np.cross(b, c)) / 6.0
    volume = float(volumes.sum())
    moment = np.einsum("i,ij->j", volumes, a + b + c)
    centroid = origin + (moment / (4.0 * volume) if volume else 0.0)
    return volume, np.asarray(centroid)

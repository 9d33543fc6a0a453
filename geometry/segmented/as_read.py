"""Is the lumen that was meshed the one that was read? Volume and openings, in numbers.

A coarse surface is rounded and a noisy one smoothed, which changes its volume. The change is
measured against the surface as it is in the file, not against what rounding has made of it: what is
more than a reader would guess is said, what is another vessel is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from magcap.errors import SolverError
from magcap.geometry.mesh import Opening, TetMesh, flatten
from magcap.geometry.surfaces import TriangleSurface, enclosed_volume

from .creases import SHARP, Creases
from .wall import LumenSurface, closed_volume

#: Change of volume that is told of, and that is refused; of the area of an opening.
TOLD, REFUSED = 0.03, 0.12
AREA_TOLD, AREA_REFUSED = 0.05, 0.25


def compared(
    read: LumenSurface, mesh: TetMesh, openings: Sequence[Opening], creases: Creases
) -> tuple[str, ...]:
    """What the mesh has made of the surface as read, in sentences; nothing where they agree.

    Parameters
    ----------
    read : LumenSurface
    mesh : TetMesh
        Of the lumen.
    openings : sequence of Opening
        As measured in `mesh`, in the order of those of `read`.
    creases : Creases
        Of the surface as read.

    Raises
    ------
    SolverError
        If volume or an opening differ so much that the mesh is another vessel.
    """
    given, made = closed_volume(read), volume_inside(mesh)
    change = made / given - 1.0
    numbers = f"{1e9 * given:.4g} mm³ as read, {1e9 * made:.4g} mm³ meshed"
    if abs(change) > REFUSED:
        raise SolverError(
            f"The mesh of the lumen is not the surface: its volume is {numbers} "
            f"({100 * change:+.1f} %). Give a surface with more triangles, or smaller cells "
            "(`mesh.lumen_size`)."
        )
    ends = tuple(_ends(read.openings, openings))
    return (*_edges(creases), *_volume(change, numbers), *ends)


def volume_inside(mesh: TetMesh) -> float:
    """Volume in m³ inside the curved facets of a mesh."""
    points, triangles = flatten(mesh.points, mesh.facets)
    return enclosed_volume(TriangleSurface(points=points, triangles=triangles))


def edge_notes(read: LumenSurface) -> tuple[str, ...]:
    """What the sharp edges of a surface are taken for, in a sentence."""
    return tuple(_edges(read.creases))


def _edges(creases: Creases) -> Iterator[str]:
    if creases.kept:
        yield (
            f"The surface has {1e3 * creases.length:.3g} mm of edges sharper than "
            f"{np.degrees(SHARP):.0f} degrees, which stay edges, as in a duct. If the vessel is "
            "round, its surface is too coarse: give one with more triangles around."
        )
    if creases.stepped:
        yield (
            "The surface has steps, as a segmentation that was not smoothed; they are smoothed "
            "here by a filter that keeps the volume. Smooth the segmentation itself to have it "
            "your way, e.g. in 3D Slicer."
        )


def _volume(change: float, numbers: str) -> Iterator[str]:
    if abs(change) > TOLD:
        yield (
            f"The lumen has {numbers} ({100 * change:+.1f} %): between the points of a coarse "
            "surface the wall is taken as round. More triangles make the difference smaller."
        )


def _ends(read: Sequence[Opening], made: Sequence[Opening]) -> Iterator[str]:
    for given, end in zip(read, made, strict=True):
        change = end.area / given.area - 1.0
        numbers = (
            f'The opening "{end.name}" has {1e6 * given.area:.4g} mm² as read, '
            f"{1e6 * end.area:.4g} mm² meshed ({100 * change:+.1f} %)"
        )
        if abs(change) > AREA_REFUSED:
            raise SolverError(
                f"{numbers}: the mesh is not the surface. Give a surface with more triangles, or "
                "smaller cells (`mesh.lumen_size`)."
            )
        if abs(change) > AREA_TOLD:
            yield f"{numbers}; a mean velocity counts with the meshed area."

"""From a surface file to a clean open wall with named ends, or all of its faults.

The steps: read; merge points; drop debris; check that it is one two-sided manifold that does not
cut itself; open flat caps; fill pin holes; turn the normals out; name the ends.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from magcap.arrays import IntArray
from magcap.case import SurfaceVessel
from magcap.errors import CaseError, SolverError
from magcap.geometry.mesh import Opening
from magcap.geometry.surfaces import (
    TriangleSurface,
    boundary_loops,
    enclosed_volume,
    intersecting_triangles,
    merge_points,
    oriented,
    parts,
    read_surface,
    without_flat_triangles,
)

from .caps import flat_caps, loop_opening, name_openings
from .creases import Creases, creases_of
from .notes import meant_units

logger = logging.getLogger(__name__)

#: Parts with less than this fraction of the largest part's area are debris and dropped.
DEBRIS = 0.01
#: Openings with less than this fraction of the largest one's area are pin holes and filled; also
#: those of one or two triangles with less than this fraction of the whole surface.
PIN_HOLE = 1e-3
#: Radii in m between which a vessel's largest opening is taken at its word.
PLAUSIBLE_RADIUS = (1e-6, 0.06)


@dataclass(frozen=True, kw_only=True)
class LumenSurface:
    """The wall of a lumen, open at its ends.

    Attributes
    ----------
    wall : TriangleSurface
        Normals point out of the lumen.
    openings : tuple of Opening
        Inlet first.
    loops : tuple of ndarray of int
        Boundary nodes of `wall` around each opening, in the direction of the wall's triangles.
    """

    wall: TriangleSurface
    openings: tuple[Opening, ...]
    loops: tuple[IntArray, ...]

    @cached_property
    def creases(self) -> Creases:
        """The sharp edges of the wall, and what they are taken for."""
        return creases_of(self.wall, min(opening.radius for opening in self.openings))


def read_lumen_surface(vessel: SurfaceVessel) -> LumenSurface:
    """Read, clean, check and name.

    Raises
    ------
    CaseError
        With every fault that was found.
    """
    surface = merge_points(read_surface(vessel.file, unit=vessel.unit))
    surface = without_flat_triangles(surface)
    if len(surface.triangles) < 4:
        raise CaseError(
            f'`vessel.file`: "{vessel.file}" holds no triangles with an area; all of its points '
            "fall together."
        )
    surface = _one_part(surface)
    faults = _manifold_faults(surface)
    if faults:
        raise CaseError(faults)
    triangles = oriented(surface.triangles)
    if triangles is None:
        raise CaseError(
            "`vessel.file`: the surface has only one side (like a Möbius strip), so that it has "
            "no inside; look for a part that is sewn in the wrong way round."
        )
    surface = TriangleSurface(points=surface.points, triangles=triangles)
    faults = _intersection_faults(surface)
    surface = _opened(_fill_pin_holes(surface))
    loops = boundary_loops(surface.triangles)
    if loops is None:
        raise CaseError([*faults, "`vessel.file`: two openings of the surface touch at a point."])
    surface, loops = _turned_out(surface, loops)
    openings, loops, naming = name_openings(surface.points, loops, vessel.cap)
    faults += naming + _opening_faults(openings, vessel)
    if faults:
        raise CaseError(faults)
    return LumenSurface(wall=surface, openings=tuple(openings), loops=tuple(loops))


def _one_part(surface: TriangleSurface) -> TriangleSurface:
    label = parts(surface.triangles)
    size = np.bincount(label, weights=surface.areas)
    if len(size) == 1:
        return surface
    large = np.flatnonzero(size > DEBRIS * size.max())
    if len(large) > 1:
        sizes = np.sort(size[large])[::-1]
        listed = ", ".join(f"{1e6 * s:.3g} mm²" for s in sizes[:5])
        listed += ", …" if len(sizes) > 5 else ""
        raise CaseError(
            f"`vessel.file`: the surface has {len(large)} separate parts with areas of {listed}; "
            "it must be one connected lumen. Keep the part that is meant, or join the parts."
        )
    logger.warning(
        "`vessel.file`: %d small separate parts (%.2g %% of the area) were dropped.",
        len(size) - 1,
        100.0 * (1.0 - size.max() / size.sum()),
    )
    return merge_points(
        TriangleSurface(points=surface.points, triangles=surface.triangles[label == large[0]])
    )


def _manifold_faults(surface: TriangleSurface) -> list[str]:
    edges = surface.edges
    bad = np.flatnonzero(edges.count > 2)
    if not len(bad):
        return []
    x, y, z = 1e3 * surface.points[edges.nodes[bad]].mean(axis=1)[0]
    return [
        f"`vessel.file`: the surface is not a manifold: {len(bad)} edges have more than two "
        f"triangles, the first near ({x:.2f}, {y:.2f}, {z:.2f}) mm. Remove inner walls and "
        "flaps, e.g. with MeshLab's repair of non-manifold edges."
    ]


def _intersection_faults(surface: TriangleSurface) -> list[str]:
    pairs = intersecting_triangles(surface)
    if not len(pairs):
        return []
    places = 1e3 * surface.points[surface.triangles[pairs[:, 0]]].mean(axis=1)
    (x, y, z), low, high = places[0], places.min(axis=0), places.max(axis=0)
    spans = ", ".join(
        f"{name} = {a:.2f} to {b:.2f}" for name, a, b in zip("xyz", low, high, strict=True)
    )
    return [
        f"`vessel.file`: the surface cuts itself or lies on itself: {len(pairs)} pairs of "
        f"triangles do, the first near ({x:.2f}, {y:.2f}, {z:.2f}) mm, all within {spans} mm. "
        "Smooth or re-segment the lumen there; two vessels that cross must become one surface."
    ]


def _opened(surface: TriangleSurface) -> TriangleSurface:
    """A closed surface without its flat caps; an open one as it is."""
    if (surface.edges.count == 1).any():
        return surface
    label = flat_caps(surface)
    number = int(label.max()) + 1
    if number == 0:
        raise CaseError(
            "`vessel.file`: the surface is closed, and no open or flat end was found where blood "
            "could come in or go out (its ends are rounded or joined smoothly). Cut each end off "
            "by a plane across the vessel, e.g. with ParaView's Clip or 3D Slicer's VMTK, and "
            "leave it open or close it with a flat cap."
        )
    logger.info("`vessel.file`: %d flat caps were found and opened", number)
    triangles = surface.triangles[label < 0]
    used, triangles = np.unique(triangles, return_inverse=True)
    return TriangleSurface(points=surface.points[used], triangles=triangles.reshape(-1, 3))


def _fill_pin_holes(surface: TriangleSurface) -> TriangleSurface:
    """Without holes that are much smaller than the ends or that lack one or two triangles."""
    loops = boundary_loops(surface.triangles) or []
    area = [loop_opening(surface.points, loop, name="", role="").area for loop in loops]
    total = float(surface.areas.sum())
    holes = [
        loop
        for loop, a in zip(loops, area, strict=True)
        if a < PIN_HOLE * max(area) or (len(loop) <= 4 and a < PIN_HOLE * total)
    ]
    if not holes:
        return surface
    logger.warning("`vessel.file`: %d pin holes in the surface were closed.", len(holes))
    return _with_fans(surface, holes)


def _with_fans(surface: TriangleSurface, loops: list[IntArray]) -> TriangleSurface:
    """The loops closed by triangles to their middles."""
    points, triangles = [surface.points], [surface.triangles]
    for index, loop in enumerate(loops):
        middle = np.full(len(loop), len(surface.points) + index)
        points.append(surface.points[loop].mean(axis=0)[None])
        triangles.append(np.column_stack([np.roll(loop, -1), loop, middle]))
    return TriangleSurface(points=np.vstack(points), triangles=np.vstack(triangles))


def closed_volume(lumen: LumenSurface) -> float:
    """Volume of the lumen in m³ with its ends closed by fans of triangles."""
    return enclosed_volume(_with_fans(lumen.wall, list(lumen.loops)))


def with_wall(lumen: LumenSurface, wall: TriangleSurface) -> LumenSurface:
    """The same lumen with another mesh of its wall: loops found anew, names kept.

    Raises
    ------
    SolverError
        If the new wall is not an open manifold with the same openings.
    """
    triangles = oriented(wall.triangles)
    manifold = triangles is not None and not (wall.edges.count > 2).any()
    loops = boundary_loops(triangles) if triangles is not None and manifold else None
    if triangles is None or loops is None or parts(triangles).max(initial=0) > 0:
        raise SolverError("The new surface is not one manifold.")
    if len(loops) != len(lumen.openings):
        raise SolverError(
            f"The new surface has {len(loops)} openings instead of {len(lumen.openings)}."
        )
    wall, loops = _turned_out(TriangleSurface(points=wall.points, triangles=triangles), loops)
    ordered = []
    for opening in lumen.openings:
        ends = [loop_opening(wall.points, loop, name="", role="") for loop in loops]
        nearest = int(np.argmin([math.dist(end.center, opening.center) for end in ends]))
        if math.dist(ends[nearest].center, opening.center) > 0.5 * opening.radius:
            raise SolverError(f'The new surface has lost the opening "{opening.name}".')
        ordered.append(loops.pop(nearest))
    openings = tuple(
        loop_opening(wall.points, loop, name=opening.name, role=opening.role)
        for opening, loop in zip(lumen.openings, ordered, strict=True)
    )
    return LumenSurface(wall=wall, openings=openings, loops=tuple(ordered))


def _turned_out(
    surface: TriangleSurface, loops: list[IntArray]
) -> tuple[TriangleSurface, list[IntArray]]:
    if enclosed_volume(_with_fans(surface, loops)) >= 0:
        return surface, loops
    turned = TriangleSurface(points=surface.points, triangles=surface.triangles[:, ::-1].copy())
    return turned, [loop[::-1].copy() for loop in loops]


def _opening_faults(openings: list[Opening], vessel: SurfaceVessel) -> list[str]:
    faults = []
    if len(openings) < 2:
        faults.append(
            f"`vessel.file`: the surface has {len(openings)} open end; blood needs at least two, "
            "an inlet and an outlet. Cut the other ends off by a plane across the vessel."
        )
    return faults + unit_faults(openings, vessel.unit)


def unit_faults(openings: Sequence[Opening], unit: str) -> list[str]:
    """A sentence if `unit` makes the open ends those of no blood vessel."""
    largest = max((opening.radius for opening in openings), default=0.0)
    low, high = PLAUSIBLE_RADIUS
    if not openings or low <= largest <= high:
        return []
    meant = meant_units(largest, unit)
    hint = f' Did you mean unit = "{meant[0]}"?' if meant else ""
    return [
        f'`vessel.unit` = "{unit}" makes the largest open end {largest:.3g} m in '
        f"radius, which is no blood vessel.{hint}"
    ]

"""A vessel before it is meshed: its wall as points, its axis, its open ends, its faults."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import (
    Bifurcation,
    Centerline,
    Channel,
    MeshVessel,
    SurfaceVessel,
    Tree,
    VesselBase,
    YChannel,
)
from magcap.geometry.mesh import Ends

if TYPE_CHECKING:
    from magcap.geometry.mesh import Opening
    from magcap.geometry.segmented import LumenSurface

    from .path import Path

AnyVessel = VesselBase | Centerline | SurfaceVessel | MeshVessel | Tree

#: Cross-sections along a branch, and points around each.
_SECTIONS, _AROUND = 200, 24
#: Points of a surface at most, where large triangles get points of their own.
_MOST_POINTS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline(Ends):
    """The shape of a vessel in few numbers.

    Attributes
    ----------
    wall : ndarray, shape (n, 3)
        Points of the wall in m.
    axis, radius : ndarray, shapes (k, 3) and (k,), or None
        Cross-sections of an unbranched parametric vessel in m.
    openings : tuple of Opening
        Inlets first.
    length : float
        From the inlet to the farthest outlet along the vessel in m (surfaces: straight lines).
    volume, area : float
        Of the lumen in m³ and of its wall in m²; of bifurcations to about 1 %.
    narrowest : float
        Smallest radius in m.
    diameters : float
        Length in local diameters, summed over branches: what the number of cells goes by.
    notes : tuple of str
        What to look at twice, in sentences for the user.
    shear : float or None
        Mean shear rate at the wall of developed flow over its mean velocity in 1/m; None: that of
        a tube, 8/D.
    surface : LumenSurface or None
        As read, of a vessel from a file.
    cells : int or None
        Number of tetrahedra of a vessel that is a mesh.
    """

    wall: FloatArray
    axis: FloatArray | None
    radius: FloatArray | None
    openings: tuple[Opening, ...]
    length: float
    volume: float
    area: float
    narrowest: float
    diameters: float
    notes: tuple[str, ...] = ()
    shear: float | None = None
    surface: LumenSurface | None = None
    cells: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Branch:
    """Sections along one branch: points, unit tangents, radii and arc lengths in m."""

    point: FloatArray
    tangent: FloatArray
    radius: FloatArray
    s: FloatArray

    def wall(self) -> FloatArray:
        """Points of the wall, shape (n, 3)."""
        least = np.eye(3)[np.argmin(np.abs(self.tangent), axis=1)]
        u = np.cross(self.tangent, least)
        u /= np.linalg.norm(u, axis=1)[:, None]
        v = np.cross(self.tangent, u)
        phi = np.linspace(0.0, 2 * math.pi, _AROUND, endpoint=False)[:, None, None]
        ring = np.cos(phi) * u + np.sin(phi) * v
        return np.asarray((self.point + self.radius[:, None] * ring).reshape(-1, 3))

    def end(self, row: int, name: str) -> Opening:
        """The opening at the first (0) or last (−1) section."""
        from magcap.geometry.mesh import Opening

        outwards = -1.0 if row == 0 else 1.0
        radius = float(self.radius[row])
        role = "inlet" if row == 0 else "outlet"
        return Opening.circle(name, role, self.point[row], outwards * self.tangent[row], radius)


def outline(vessel: AnyVessel) -> Outline:
    """The outline of a vessel; reads its file if it has one.

    Raises
    ------
    CaseError
        With all faults of the vessel's shape or file.
    """
    match vessel:
        case SurfaceVessel():
            return _surface(vessel)
        case MeshVessel():
            return _mesh(vessel)
        case Tree():
            return _tree(vessel)
        case Channel():
            return _channel(vessel)
        case YChannel():
            from .inlets import merges, turned
            from .y_channel import y_outline

            return turned(y_outline(vessel)) if merges(vessel) else y_outline(vessel)
        case Bifurcation():
            from .branching import branching, volume_and_area
            from .inlets import merges, turned

            found = _joined(_bifurcation(vessel), ("outlet_1", "outlet_2"))
            volume, area = volume_and_area(branching(vessel))
            found = replace(found, volume=volume, area=area)
            return turned(found) if merges(vessel) else found
        case _:
            from .shapes import path_of

            return _joined((_swept(path_of(vessel)),), ("outlet",))


def _swept(path: Path) -> _Branch:
    s = np.linspace(0.0, path.length, _SECTIONS)
    frames = path.frames(s)
    return _Branch(point=frames.point, tangent=frames.tangent, radius=path.radius(s), s=s)


def _bifurcation(vessel: Bifurcation) -> tuple[_Branch, ...]:
    """One branch from the inlet to each outlet."""
    from .branching import branching, plane_axes

    x, y, _ = plane_axes(vessel)
    plane = np.array([x, y])
    branches = []
    for pipe in branching(vessel).pipes:
        s = np.linspace(0.0, pipe.length, _SECTIONS)
        angle = pipe.angle_at(s)[:, None]
        branches.append(
            _Branch(
                point=np.array(vessel.center) + pipe.axis_at(s) @ plane,
                tangent=np.cos(angle) * x + np.sin(angle) * y,
                radius=pipe.radius_at(s),
                s=s,
            )
        )
    return tuple(branches)


def _joined(branches: tuple[_Branch, ...], outlets: tuple[str, ...]) -> Outline:
    """Outline of branches that share their first part."""
    ends = [branch.end(-1, name) for branch, name in zip(branches, outlets, strict=True)]
    radii = [branch.radius for branch in branches]
    lengths = [branch.s for branch in branches]
    volume = [np.trapezoid(math.pi * r**2, s) for r, s in zip(radii, lengths, strict=True)]
    area = [np.trapezoid(2 * math.pi * r, s) for r, s in zip(radii, lengths, strict=True)]
    alone = branches[0] if len(branches) == 1 else None
    return Outline(
        wall=np.vstack([branch.wall() for branch in branches]),
        axis=None if alone is None else alone.point,
        radius=None if alone is None else alone.radius,
        openings=(branches[0].end(0, "inlet"), *ends),
        length=max(float(s[-1]) for s in lengths),
        volume=float(sum(volume)),
        area=float(sum(area)),
        narrowest=min(float(r.min()) for r in radii),
        diameters=float(sum(np.trapezoid(0.5 / r, s) for r, s in zip(radii, lengths, strict=True))),
    )


def _channel(vessel: Channel) -> Outline:
    from .channel import channel_openings, channel_wall, developed_shear

    small, large = sorted((vessel.width, vessel.height))
    inlet, outlet = (np.array(end.center) for end in channel_openings(vessel))
    axis = np.linspace(inlet, outlet, _SECTIONS)
    return Outline(
        wall=channel_wall(vessel),
        axis=axis,
        radius=np.full(len(axis), 0.5 * small),
        openings=channel_openings(vessel),
        length=vessel.length,
        volume=vessel.width * vessel.height * vessel.length,
        area=2.0 * (vessel.width + vessel.height) * vessel.length,
        narrowest=0.5 * small,
        # Layers on all sides: fitted to the cells of channels up to 100 times as wide as high.
        shear=developed_shear(vessel),
        diameters=2.0 * (large / small) ** 0.42 * vessel.length / math.sqrt(small * large),
    )


def _surface(vessel: SurfaceVessel) -> Outline:
    from magcap.geometry.sections import developed_shear
    from magcap.geometry.segmented import edge_notes, read_lumen_surface, surface_notes

    lumen = read_lumen_surface(vessel)
    narrowest = min(o.radius for o in lumen.openings)
    notes = (*surface_notes(lumen.openings, vessel), *edge_notes(lumen))
    shear = developed_shear(lumen.wall.points[lumen.loops[0]])
    return _of_wall(lumen, narrowest, notes, shear)


def _tree(vessel: Tree) -> Outline:
    from magcap.geometry.implicit import tree_level, tree_wall

    level = tree_level(vessel)
    narrowest = min(float(tube.radius.min()) for tube in level.tubes)
    return _of_wall(tree_wall(level), narrowest)


def _of_wall(
    lumen: LumenSurface, narrowest: float, notes: tuple[str, ...] = (), shear: float | None = None
) -> Outline:
    """Outline of a vessel whose wall is known as triangles."""
    from magcap.geometry.segmented import closed_volume
    from magcap.geometry.surfaces import dense_points

    inlet, *outlets = lumen.openings
    volume, area = abs(closed_volume(lumen)), float(lumen.wall.areas.sum())
    return Outline(
        wall=dense_points(lumen.wall, 0.5 * narrowest, most=_MOST_POINTS),
        axis=None,
        radius=None,
        openings=lumen.openings,
        length=max(math.dist(inlet.center, o.center) for o in outlets),
        volume=volume,
        area=area,
        narrowest=narrowest,
        # That of a tube of the same wall and volume: D = 4V/A, L = A/(πD).
        diameters=area**3 / (16 * math.pi * volume**2),
        notes=notes,
        shear=shear,
        surface=lumen,
    )


def _mesh(vessel: MeshVessel) -> Outline:
    from magcap.geometry.sections import developed_shear
    from magcap.geometry.surfaces import boundary_loops
    from magcap.geometry.volume_meshes import inspect_mesh

    found = inspect_mesh(vessel)
    inlet, *outlets = found.openings
    step = max(1, len(found.wall) // _MOST_POINTS)
    loops = boundary_loops(found.mesh.facets_of(inlet.name)[:, :3]) or []
    return Outline(
        wall=found.wall[::step],
        axis=None,
        radius=None,
        openings=found.openings,
        length=max(math.dist(inlet.center, o.center) for o in outlets),
        volume=found.volume,
        area=found.area,
        narrowest=min(o.radius for o in found.openings),
        diameters=found.area**3 / (16 * math.pi * found.volume**2),
        notes=found.notes,
        shear=developed_shear(found.mesh.points[loops[0]]) if len(loops) == 1 else None,
        cells=len(found.mesh.cells),
    )

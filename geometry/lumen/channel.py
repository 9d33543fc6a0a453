"""Straight channels of rectangular section: thin cells along all four sides, edges that stay.

The section is a grid whose lines are dense at the sides, each of its cells cut in two, swept along
the axis as the disc of a tube is. All faces are flat, so the mesh is exact: volume, openings and
the distance to the wall, min(w/2 − |y|, h/2 − |z|), which near an edge is that to the nearer side.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Channel, Mesh
from magcap.errors import CaseError
from magcap.geometry.mesh import VISCOUS_LAYER, Lumen, Opening, mesh_quality
from magcap.geometry.sections import Section, grid_lines, layer_radii, triangulated_grid

from .path import across, unit
from .sweep import MOST_CELLS, STRETCH, Sizes, sizes, swept_section

logger = logging.getLogger(__name__)

#: Points of the outline's wall along the channel and along each side.
_ALONG, _AROUND = 200, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Place of a channel: its middle in m, and unit vectors along, in width and in height."""

    middle: FloatArray
    axis: FloatArray
    width: FloatArray
    height: FloatArray

    def to_space(self, y: FloatArray, z: FloatArray, s: FloatArray) -> FloatArray:
        """Points in m from places in width, in height and along the axis, from the middle."""
        across = np.multiply.outer(y, self.width) + np.multiply.outer(z, self.height)
        return np.asarray(self.middle + across + np.multiply.outer(s, self.axis))


def frame_of(vessel: Channel) -> Frame:
    """The frame of a channel; without `width_direction` its height is nearest to z (y along z).

    Raises
    ------
    CaseError
        If a direction is zero or the width runs along the axis.
    """
    axis = unit(vessel.axis, "vessel.axis")
    if vessel.width_direction is None:
        height = across(axis, None, "vessel.axis")
        width = np.cross(height, axis)
    else:
        width = across(axis, vessel.width_direction, "vessel.width_direction")
        height = np.cross(axis, width)
    return Frame(middle=np.array(vessel.center), axis=axis, width=width, height=height)


def channel_openings(vessel: Channel) -> tuple[Opening, Opening]:
    """Inlet and outlet, exact."""
    frame, area = frame_of(vessel), vessel.width * vessel.height

    def end(name: str, side: float) -> Opening:
        center = frame.middle + 0.5 * side * vessel.length * frame.axis
        return Opening.at(name, name, center, side * frame.axis, area=area)

    return end("inlet", -1.0), end("outlet", 1.0)


def channel_wall(vessel: Channel) -> FloatArray:
    """Points of the four sides in m, shape (n, 3)."""
    frame = frame_of(vessel)
    s = np.linspace(-0.5, 0.5, _ALONG) * vessel.length
    t = np.linspace(-0.5, 0.5, _AROUND)
    y, z, half = t * vessel.width, t * vessel.height, np.full(_AROUND, 0.5)
    ring_y = np.concatenate([y, y, -vessel.width * half, vessel.width * half])
    ring_z = np.concatenate([-vessel.height * half, vessel.height * half, z, z])
    number = len(ring_y)
    return frame.to_space(np.tile(ring_y, _ALONG), np.tile(ring_z, _ALONG), np.repeat(s, number))


def developed_shear(vessel: Channel) -> float:
    """Mean shear rate at the wall of developed flow over the mean velocity, in 1/m.

    A balance of forces: G A = τ P L, with the gradient G = μ U A/K and the conductance
    K = h³w/12 (1 − Σ_odd 192 h/(π⁵ n⁵ w) tanh(nπw/2h)) (White, Viscous Fluid Flow, eq. 3-49).

    >>> plates = Channel.model_validate(
    ...     {"shape": "channel", "width": "1 m", "height": "1 mm", "length": "1 m"}
    ... )
    >>> round(developed_shear(plates) * 1e-3, 2)  # 6/h between plates
    6.0
    """
    small, large = sorted((vessel.width, vessel.height))
    n = np.arange(1, 100, 2)
    tails = np.tanh(0.5 * n * math.pi * large / small) / n**5
    lost = 192.0 * small / (math.pi**5 * large) * float(tails.sum())
    conductance = small**3 * large / 12.0 * (1.0 - lost)
    return (small * large) ** 2 / (2.0 * (small + large) * conductance)


def build_channel(vessel: Channel, mesh: Mesh) -> Lumen:
    """Mesh the blood in a channel.

    Raises
    ------
    CaseError
        If directions or sizes are impossible.
    """
    frame = frame_of(vessel)
    section, s = _grid(vessel, mesh)
    swept = swept_section(section, s)
    local = swept.reference
    tets = replace(swept.mesh, points=frame.to_space(*local.T))
    depth = (0.5 * np.array([vessel.width, vessel.height]) - np.abs(local[:, :2])).min(axis=1)
    depth[tets.facets_of("wall").ravel()] = 0.0
    wall = np.maximum(depth, 0.0)
    half = 0.5 * min(vessel.width, vessel.height)
    quality = mesh_quality(tets, wall=wall, radius=np.full(len(wall), half))
    logger.info("lumen: %d cells, worst quality %.3f", quality.cells, quality.worst)
    return Lumen(
        mesh=tets,
        openings=channel_openings(vessel),
        wall_distance=wall,
        arc_length=local[:, 2] + 0.5 * vessel.length,
        quality=quality,
    )


def expected_cells(vessel: Channel, mesh: Mesh) -> int:
    """Number of cells of `build_channel`, exact.

    Raises
    ------
    CaseError
        If a size is impossible.
    """
    section, s = _grid(vessel, mesh)
    return 3 * len(section.triangles) * (len(s) - 1)


def _grid(vessel: Channel, mesh: Mesh) -> tuple[Section, FloatArray]:
    """Section, and its places along the axis in m from the middle."""
    section, step = _section(vessel, mesh), STRETCH * _wide(vessel, mesh)
    stations = max(2.0, np.ceil(vessel.length / step - 1e-9))
    count = 3.0 * len(section.triangles) * stations
    if count > MOST_CELLS:
        raise CaseError(
            f"`mesh.lumen_size` and `mesh.wall_size` ask for about {count:.1e} cells in this "
            f"channel, at most {MOST_CELLS:.0e} are made; ask for larger cells."
        )
    return section, np.linspace(-0.5, 0.5, int(stations) + 1) * vessel.length


def _sizes(vessel: Channel, mesh: Mesh) -> Sizes:
    """Relative to half the smaller side."""
    return sizes(mesh, 0.5 * min(vessel.width, vessel.height))


def _wide(vessel: Channel, mesh: Mesh) -> float:
    """Size in m of cells where the flow changes little: across the longer side, along the axis.

    That of a square channel of the same area, or `mesh.lumen_size`.
    """
    if mesh.lumen_size is not None:
        return mesh.lumen_size
    return 0.5 * _sizes(vessel, mesh).core * math.sqrt(vessel.width * vessel.height)


def _section(vessel: Channel, mesh: Mesh) -> Section:
    """Triangulated rectangle in m; vertices on the rim come first."""
    size, half = _sizes(vessel, mesh), 0.5 * min(vessel.width, vessel.height)
    depths = half * (1.0 - layer_radii(size.wall, max(VISCOUS_LAYER, size.wall), size.core))
    core, wide = half * size.core, _wide(vessel, mesh)
    flat = vessel.height <= vessel.width
    return triangulated_grid(
        grid_lines(0.5 * vessel.width, depths, wide if flat else core),
        grid_lines(0.5 * vessel.height, depths, core if flat else wide),
    )

"""Magnets of the case resolved to bodies: simple shapes with a pose and a remanence vector."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import (
    CuboidMagnet,
    CylinderHalbach,
    CylinderMagnet,
    HalbachBase,
    LinearHalbach,
    Magnet,
    MagnetBase,
    PlanarHalbach,
    RingMagnet,
    Segment,
    SegmentMagnet,
    SphereMagnet,
    SurfaceMagnet,
)
from magcap.constants import ZERO_CELSIUS
from magcap.errors import CaseError
from magcap.geometry.bodies import Body, BodyShape, body_rotation
from magcap.geometry.surfaces import read_closed_surface
from magcap.library import magnet_grade

from . import halbach

#: Hk/HcJ of magnets whose grade is not known: that of the library's grades.
SQUARENESS = 0.9
#: Recoil permeability up to which charges on surfaces give the reaction within 0.3 % of the field.
STRONG_RECOIL = 1.5
_NO_VERTICES: FloatArray = np.empty((0, 3))
_NO_TRIANGLES: IntArray = np.empty((0, 3), dtype=np.int64)

_Single = CuboidMagnet | CylinderMagnet | RingMagnet | SegmentMagnet | SphereMagnet | SurfaceMagnet
_Array = LinearHalbach | PlanarHalbach | CylinderHalbach


@dataclass(frozen=True, slots=True, kw_only=True)
class MagnetBody(Body):
    """One uniformly magnetised body.

    Attributes
    ----------
    remanence : ndarray, shape (3,)
        Remanence vector (J = μ0 M at H = 0) in the lab's axes in T, at the magnet's temperature.
    recoil_permeability : float
        Relative.
    knee : float
        Field strength in A/m, negative, at the magnet's temperature, beyond which it loses
        magnetisation for good; nan where it is not known.
    temperature : float
        In K.
    """

    remanence: FloatArray
    recoil_permeability: float
    knee: float = math.nan
    temperature: float = ZERO_CELSIUS + 20.0


def bodies(magnets: Sequence[Magnet]) -> tuple[MagnetBody, ...]:
    """Uniformly magnetised bodies of all magnets of a case, in order.

    A Halbach array gives one body per block. The remanence is the middle of the grade's range
    at the magnet's temperature, Br(T) = Br(20 °C) [1 + α (T − 20 °C)], with the grade's recoil
    permeability; a `remanence` given as a number is taken as it is (at the magnet's temperature),
    with a relative recoil permeability of 1 unless `recoil_permeability` says otherwise.

    The magnets are taken as they are: `magcap.reading` has checked them.

    Raises
    ------
    CaseError
        If a surface file is not one closed surface.
    """
    return tuple(
        body for i, magnet in enumerate(magnets, 1) for body in bodies_of(magnet, f"magnet[{i}]")
    )


def bodies_of(magnet: Magnet, name: str) -> tuple[MagnetBody, ...]:
    """The bodies of one magnet; `name` is its path in the case, e.g. ``"magnet[1]"``.

    Raises
    ------
    CaseError
        If its surface file is not one closed surface.
    """
    if isinstance(magnet, HalbachBase):
        return tuple(_blocks_of(magnet, name))
    return (_single(magnet, name),)


def _single(magnet: _Single, name: str) -> MagnetBody:
    """A magnet of one block."""
    remanence, recoil = material_of(magnet)
    rotation = body_rotation(magnet.axis, magnet.rotation)
    direction = rotation[:, 2]
    if magnet.magnetization is not None:
        direction = np.array(magnet.magnetization) / np.linalg.norm(magnet.magnetization)
    vertices, triangles = _NO_VERTICES, _NO_TRIANGLES
    if isinstance(magnet, SurfaceMagnet):
        surface = read_closed_surface(magnet.file, magnet.unit, path=f"{name}.file")
        vertices, triangles = surface.vertices - surface.centroid, surface.triangles
    shape, dimensions = _shape(magnet)
    return MagnetBody(
        name=name,
        shape=shape,
        dimensions=dimensions,
        center=np.array(magnet.center),
        rotation=rotation,
        remanence=remanence * direction,
        recoil_permeability=recoil,
        knee=knee_of(magnet),
        temperature=magnet.temperature,
        vertices=vertices,
        triangles=triangles,
    )


def _blocks_of(magnet: _Array, name: str) -> Iterator[MagnetBody]:
    """The blocks of a Halbach array, ``"magnet[1] block 1"`` …"""
    remanence, recoil = material_of(magnet)
    rotation = body_rotation(magnet.axis, magnet.rotation)
    sectors = isinstance(magnet, CylinderHalbach)
    for number, block in enumerate(_layout(magnet), 1):
        yield MagnetBody(
            name=f"{name} block {number}",
            shape=BodyShape.SECTOR if sectors else BodyShape.CUBOID,
            dimensions=block.dimensions,
            center=np.array(magnet.center) + rotation @ block.offset,
            rotation=rotation,
            remanence=remanence * (rotation @ block.direction),
            recoil_permeability=recoil,
            knee=knee_of(magnet),
            temperature=magnet.temperature,
            vertices=_NO_VERTICES,
            triangles=_NO_TRIANGLES,
        )


def material_of(magnet: MagnetBase) -> tuple[float, float]:
    """Remanence in T at the magnet's temperature and relative recoil permeability.

    Raises
    ------
    CaseError
        If the magnet has no material.
    """
    if magnet.grade is not None:
        grade = magnet_grade(magnet.grade)
        remanence = grade.remanence_at(magnet.temperature)
        recoil = grade.recoil_permeability
    elif magnet.remanence is not None:
        remanence, recoil = magnet.remanence, 1.0
    else:
        raise CaseError(
            "A magnet needs a `grade` or a `remanence`; run `magcap check` on the case."
        )
    if magnet.recoil_permeability is not None:
        recoil = magnet.recoil_permeability
    return remanence, recoil


def recoil_of(magnet: MagnetBase) -> float:
    """Relative recoil permeability of a magnet; 1: nothing magnetises it."""
    return material_of(magnet)[1]


def knee_of(magnet: MagnetBase) -> float:
    """Field strength of the knee in A/m at the magnet's temperature; nan if it is not known.

    `coercivity` holds at 20 °C and replaces the grade's. Beside a `remanence` it is taken at the
    magnet's temperature as the remanence is, with the squareness of the library's grades.
    """
    if magnet.grade is not None:
        return magnet_grade(magnet.grade).knee_at(magnet.temperature, magnet.coercivity)
    return math.nan if magnet.coercivity is None else -SQUARENESS * magnet.coercivity


def _layout(magnet: _Array) -> tuple[halbach.Block, ...]:
    """Layout of a Halbach array."""
    if isinstance(magnet, CylinderHalbach):
        return halbach.cylinder(
            0.5 * magnet.inner_diameter,
            0.5 * magnet.outer_diameter,
            magnet.height,
            segments=magnet.segments,
            order=magnet.order,
        )
    return halbach.planar(
        magnet.size,
        magnet.blocks if isinstance(magnet, PlanarHalbach) else (magnet.blocks, 1),
        segments_per_period=magnet.segments_per_period,
        strong_side=magnet.strong_side,
    )


def _shape(magnet: _Single) -> tuple[BodyShape, tuple[float, ...]]:
    """Shape and dimensions of a single body; a segment all around is a ring."""
    match magnet:
        case CuboidMagnet():
            return BodyShape.CUBOID, magnet.size
        case CylinderMagnet():
            return BodyShape.CYLINDER, (magnet.diameter, magnet.height)
        case RingMagnet():
            sizes = (magnet.inner_diameter, magnet.outer_diameter, magnet.height)
            return BodyShape.RING, sizes
        case SegmentMagnet():
            sizes = (magnet.inner_diameter, magnet.outer_diameter, magnet.height)
            start, end = segment_angles(magnet)
            if end - start >= 2.0 * math.pi - 1e-9:
                return BodyShape.RING, sizes
            return BodyShape.SECTOR, (0.5 * sizes[0], 0.5 * sizes[1], sizes[2], start, end)
        case SphereMagnet():
            return BodyShape.SPHERE, (magnet.diameter,)
        case SurfaceMagnet():
            return BodyShape.SURFACE, ()


def segment_angles(segment: Segment) -> tuple[float, float]:
    """Where a segment begins and ends in rad, about its own z axis from its x axis; nan: not given.

    >>> from magcap.case import SegmentMagnet
    >>> arc = SegmentMagnet.model_validate({
    ...     "shape": "segment", "inner_diameter": "10 mm", "outer_diameter": "20 mm",
    ...     "height": "5 mm", "angle": "90 deg", "grade": "N42"})
    >>> [round(math.degrees(angle), 9) for angle in segment_angles(arc)]
    [-45.0, 45.0]
    """
    if segment.angle is not None:
        return -0.5 * segment.angle, 0.5 * segment.angle
    given = (segment.start_angle, segment.end_angle)
    start, end = (math.nan if angle is None else angle for angle in given)
    return start, end

"""Magnets of the case resolved to bodies: simple shapes with a pose and a remanence vector."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Magnet
from magcap.constants import ZERO_CELSIUS
from magcap.errors import CaseError
from magcap.geometry.bodies import Body, BodyShape, rotation_matrix, turn_z_to
from magcap.geometry.surfaces import read_closed_surface
from magcap.library import magnet_grade

from . import halbach

#: Hk/HcJ of magnets whose grade is not known: that of the library's grades.
SQUARENESS = 0.9
_NO_VERTICES: FloatArray = np.empty((0, 3))
_NO_TRIANGLES: IntArray = np.empty((0, 3), dtype=np.int64)


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

    Raises
    ------
    CaseError
        With all faults of the magnets (see `magcap.reading.checks.magnets`).
    """
    from magcap.reading.checks import magnet_faults

    faults = magnet_faults(magnets)
    if faults:
        raise CaseError(faults)
    return tuple(
        body for i, magnet in enumerate(magnets, 1) for body in _bodies_of(magnet, f"magnet[{i}]")
    )


def _bodies_of(magnet: Magnet, name: str) -> Iterator[MagnetBody]:
    """The bodies of one faultless magnet."""
    remanence, recoil = material_of(magnet)
    knee = knee_of(magnet)
    rotation = rotation_of(magnet)
    center = np.array(magnet.center)
    if magnet.shape == "halbach":
        blocks = _blocks(magnet)
        shape = BodyShape.SECTOR if magnet.arrangement == "cylinder" else BodyShape.CUBOID
        for number, block in enumerate(blocks, 1):
            yield MagnetBody(
                name=f"{name} block {number}",
                shape=shape,
                dimensions=block.dimensions,
                center=center + rotation @ block.offset,
                rotation=rotation,
                remanence=remanence * (rotation @ block.direction),
                recoil_permeability=recoil,
                knee=knee,
                temperature=magnet.temperature,
                vertices=_NO_VERTICES,
                triangles=_NO_TRIANGLES,
            )
        return
    direction = rotation[:, 2]
    if magnet.magnetization is not None:
        direction = np.array(magnet.magnetization) / np.linalg.norm(magnet.magnetization)
    vertices, triangles = _NO_VERTICES, _NO_TRIANGLES
    if magnet.shape == "surface":
        surface = read_closed_surface(_given(magnet.file), magnet.unit)
        vertices, triangles = surface.vertices - surface.centroid, surface.triangles
    yield MagnetBody(
        name=name,
        shape=BodyShape(magnet.shape),
        dimensions=_dimensions(magnet),
        center=center,
        rotation=rotation,
        remanence=remanence * direction,
        recoil_permeability=recoil,
        knee=knee,
        temperature=magnet.temperature,
        vertices=vertices,
        triangles=triangles,
    )


def material_of(magnet: Magnet) -> tuple[float, float]:
    """Remanence in T at the magnet's temperature and relative recoil permeability."""
    if magnet.grade is not None:
        grade = magnet_grade(magnet.grade)
        remanence = grade.remanence_at(magnet.temperature)
        recoil = grade.recoil_permeability
    else:
        remanence, recoil = _given(magnet.remanence), 1.0
    if magnet.recoil_permeability is not None:
        recoil = magnet.recoil_permeability
    return remanence, recoil


def knee_of(magnet: Magnet) -> float:
    """Field strength of the knee in A/m at the magnet's temperature; nan if it is not known.

    `coercivity` holds at 20 °C and replaces the grade's. Beside a `remanence` it is taken at the
    magnet's temperature as the remanence is, with the squareness of the library's grades.
    """
    if magnet.grade is not None:
        return magnet_grade(magnet.grade).knee_at(magnet.temperature, magnet.coercivity)
    return math.nan if magnet.coercivity is None else -SQUARENESS * magnet.coercivity


def rotation_of(magnet: Magnet) -> FloatArray:
    """Rotation of the body's own axes into the lab's, from `axis` or `rotation`."""
    if magnet.rotation is not None:
        return rotation_matrix(magnet.rotation.axis, magnet.rotation.angle)
    return turn_z_to(magnet.axis or (0.0, 0.0, 1.0))


def _blocks(magnet: Magnet) -> tuple[halbach.Block, ...]:
    """Layout of a Halbach array."""
    if magnet.arrangement == "cylinder":
        return halbach.cylinder(
            0.5 * _given(magnet.inner_diameter),
            0.5 * _given(magnet.outer_diameter),
            _given(magnet.height),
            segments=magnet.segments,
            order=magnet.order,
        )
    blocks = (magnet.blocks, 1) if isinstance(magnet.blocks, int) else _given(magnet.blocks)
    return halbach.planar(
        _given(magnet.size),
        blocks,
        segments_per_period=magnet.segments_per_period,
        strong_side=magnet.strong_side,
    )


def _dimensions(magnet: Magnet) -> tuple[float, ...]:
    """Dimensions of a single body in the order of `BodyShape`."""
    match magnet.shape:
        case "cuboid":
            return _given(magnet.size)
        case "cylinder":
            return (_given(magnet.diameter), _given(magnet.height))
        case "ring":
            return (
                _given(magnet.inner_diameter),
                _given(magnet.outer_diameter),
                _given(magnet.height),
            )
        case "sphere":
            return (_given(magnet.diameter),)
        case _:
            return ()


def _given[T](value: T | None) -> T:
    """The value of a key that `magnet_faults` has found to be there."""
    if value is None:
        raise CaseError("A dimension of a magnet is missing; run `magcap check` on the case.")
    return value

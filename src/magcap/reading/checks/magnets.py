"""Faults of the magnets of a case, each a sentence with its path (counting from 1)."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Sequence

from magcap.case import (
    CylinderHalbach,
    Magnet,
    MagnetBase,
    PlanarHalbach,
    Segment,
    SingleMagnet,
)
from magcap.constants import ZERO_CELSIUS
from magcap.geometry.scene import segment_angles
from magcap.library import canonical_grade, materials

from .tables import axis_faults, pose_faults, size_faults

_MAX_REMANENCE = 3.0
_MAX_BLOCKS = 1000
#: Smallest angle of a segment in degrees.
_LEAST_SPAN = 0.1


def magnet_faults(magnets: Sequence[Magnet | None]) -> list[str]:
    """Faults of each magnet in itself (None: said elsewhere); surface files are not read."""
    return [
        fault
        for number, magnet in enumerate(magnets, 1)
        if magnet is not None
        for fault in faults_of_magnet(magnet, f"magnet[{number}]")
    ]


def faults_of_magnet(magnet: Magnet, path: str) -> list[str]:
    """Faults of one magnet in itself; `path` is its place in the case."""
    faults = list(size_faults(magnet, path))
    if isinstance(magnet, CylinderHalbach):
        faults += _segment_faults(magnet, path)
    if isinstance(magnet, Segment):
        faults += _arc_faults(magnet, path)
    if isinstance(magnet, PlanarHalbach) and math.prod(magnet.blocks) > _MAX_BLOCKS:
        faults.append(
            f"`{path}.blocks` must make at most {_MAX_BLOCKS} blocks, got "
            f"{math.prod(magnet.blocks)}."
        )
    if isinstance(magnet, SingleMagnet):
        faults += axis_faults(magnet.magnetization, f"{path}.magnetization")
    return faults + shapeless_faults(magnet, path)


def shapeless_faults(magnet: MagnetBase, path: str) -> list[str]:
    """Faults of what every magnet has, whatever its shape: material and pose."""
    return [*_material_faults(magnet, path), *pose_faults(magnet, path)]


def _segment_faults(magnet: CylinderHalbach, path: str) -> Iterator[str]:
    """Segments that cannot follow the turns of the magnetisation."""
    least = 2 * abs(magnet.order)
    if magnet.segments < least:
        yield (
            f"`{path}.segments` must be at least twice the order ({least}), got {magnet.segments}."
        )


def _arc_faults(segment: Segment, path: str) -> Iterator[str]:
    """A segment says its angle once, by its span or by its ends."""
    keys = [key for key in ("angle", "start_angle", "end_angle") if getattr(segment, key) is None]
    if keys not in (["start_angle", "end_angle"], ["angle"]):
        yield (
            f'`{path}` needs either `angle`, such as "45 deg" for half of it on either side of its '
            "own x axis, or both `start_angle` and `end_angle`."
        )
        return
    start, end = segment_angles(segment)
    span = math.degrees(end - start)
    if _LEAST_SPAN <= span <= 360.0 + 1e-9:
        return
    what = (
        "angle` must be"
        if segment.angle is not None
        else "end_angle` must lie beyond `start_angle` by"
    )
    yield f"`{path}.{what} between {_LEAST_SPAN:g} and 360 deg, got {span:g} deg."


def _material_faults(magnet: MagnetBase, path: str) -> Iterator[str]:
    """Grade, remanence and temperature."""
    if magnet.remanence is not None and magnet.remanence > _MAX_REMANENCE:
        yield (
            f"`{path}.remanence` must be at most {_MAX_REMANENCE:g} T (the strongest magnets "
            f"have 1.5 T), got {magnet.remanence:g} T."
        )
    if magnet.grade is None:
        if magnet.remanence is None:
            yield (
                f'`{path}` needs a `grade` such as "N42" or a `remanence` such as "1.3 T"; '
                "`magcap materials` lists the grades."
            )
        return
    if magnet.remanence is not None:
        yield f"`{path}` must have either `grade` or `remanence`, not both."
    grades = materials().magnets
    grade = grades.get(canonical_grade(magnet.grade))
    if grade is None:
        close = difflib.get_close_matches(magnet.grade.upper(), list(grades), n=1, cutoff=0.5)
        hint = f' Did you mean "{close[0]}"?' if close else ""
        yield (f'`{path}.grade` must be a grade of `magcap materials`, got "{magnet.grade}".{hint}')
    elif magnet.temperature > grade.max_temperature + 1e-9:
        yield (
            f"`{path}.temperature` must be at most {grade.max_temperature - ZERO_CELSIUS:g} degC "
            f"for {grade.name}, got {magnet.temperature - ZERO_CELSIUS:g} degC; hotter, it loses "
            "magnetisation for good."
        )

"""Scenes with parts moved, or with other remanences and currents: pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.errors import CaseError
from magcap.geometry.bodies import rotation_matrix

from .names import table_name
from .scene import MagneticScene

Vector = tuple[float, float, float]
Change = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A turn about a point, then a shift.

    Attributes
    ----------
    shift : tuple of float
        In m.
    axis : tuple of float
        Direction of the axis of the turn.
    angle : float
        In rad, right-handed.
    about : tuple of float or None
        A point on the axis in m; None: the middle of what is moved.
    """

    shift: Vector = (0.0, 0.0, 0.0)
    axis: Vector = (0.0, 0.0, 1.0)
    angle: float = 0.0
    about: Vector | None = None


def part_names(scene: MagneticScene) -> tuple[str, ...]:
    """Names of the parts, e.g. ``"magnet[1]"`` (all blocks of an array), ``"coil[1]"``."""
    parts: tuple[Any, ...] = (*scene.magnets, *scene.iron, *scene.windings)
    return tuple(dict.fromkeys(table_name(part.name) for part in parts))


def moved(scene: MagneticScene, moves: Mapping[str, Move]) -> MagneticScene:
    """The scene with parts moved; ``"all"`` moves magnets, iron and coils together.

    Raises
    ------
    CaseError
        If there is no part of a name.
    """
    for name, move in moves.items():
        chosen = _chosen(scene, name)
        parts: tuple[Any, ...] = (*scene.magnets, *scene.iron, *scene.windings)
        centers = [part.center for part in parts if chosen(part)]
        about = np.mean(centers, axis=0) if move.about is None else np.array(move.about)
        turn = rotation_matrix(move.axis, move.angle)
        offset = about + np.array(move.shift)

        def placed(
            part: Any,
            chosen: Any = chosen,
            about: FloatArray = about,
            turn: FloatArray = turn,
            offset: FloatArray = offset,
        ) -> Any:
            if not chosen(part):
                return part
            changes = {
                "center": turn @ (part.center - about) + offset,
                "rotation": turn @ part.rotation,
            }
            if hasattr(part, "remanence"):
                changes["remanence"] = turn @ part.remanence
            return replace(part, **changes)

        scene = _mapped(scene, placed)
    return scene


def with_remanence(scene: MagneticScene, remanence: Mapping[str, float]) -> MagneticScene:
    """The scene with other remanences in T by magnet; the directions stay.

    Raises
    ------
    CaseError
        If there is no magnet of a name.
    """
    for name, value in remanence.items():
        scene = _remagnetised(scene, name, _of_length(value))
    return scene


def with_magnetization(scene: MagneticScene, directions: Mapping[str, Vector]) -> MagneticScene:
    """The scene with other directions of magnetisation by magnet; the remanences stay.

    Raises
    ------
    CaseError
        If there is no magnet of a name.
    """
    for name, direction in directions.items():
        scene = _remagnetised(scene, name, _along(direction))
    return scene


def with_current(scene: MagneticScene, currents: Mapping[str, float]) -> MagneticScene:
    """The scene with other currents in A by coil; a pair keeps the ratio of its two.

    Raises
    ------
    CaseError
        If there is no coil of a name.
    """
    for name, value in currents.items():
        chosen = _chosen(replace(scene, iron=(), magnets=()), name)
        first = next(winding for winding in scene.windings if chosen(winding))
        if first.current == 0.0:
            raise CaseError(f"`{name}` has no current to change: build it with one.")
        ratio = value / first.current
        windings = [
            replace(w, current=w.current * ratio) if chosen(w) else w for w in scene.windings
        ]
        scene = replace(scene, windings=tuple(windings))
    return scene


def _chosen(scene: MagneticScene, name: str) -> Any:
    """Whether a part has a name."""
    names = part_names(scene)
    if name == "all":
        return lambda part: True
    if name not in names:
        raise CaseError(f'There is no "{name}" among {", ".join(names) or "no parts"}.')
    return lambda part: table_name(part.name) == name


def _of_length(value: float) -> Change:
    return lambda J: J * (value / np.linalg.norm(J))


def _along(direction: Vector) -> Change:
    unit = np.array(direction) / np.linalg.norm(direction)
    return lambda J: np.linalg.norm(J) * unit


def _remagnetised(scene: MagneticScene, name: str, change: Change) -> MagneticScene:
    """The scene with the remanence vectors of a magnet changed."""
    chosen = _chosen(MagneticScene(magnets=scene.magnets), name)
    magnets = (
        replace(body, remanence=change(body.remanence)) if chosen(body) else body
        for body in scene.magnets
    )
    return replace(scene, magnets=tuple(magnets))


def _mapped(scene: MagneticScene, function: Any) -> MagneticScene:
    return replace(
        scene,
        magnets=tuple(function(part) for part in scene.magnets),
        iron=tuple(function(part) for part in scene.iron),
        windings=tuple(function(part) for part in scene.windings),
    )

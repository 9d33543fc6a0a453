"""Scenes that are one another moved as a whole: magnets, iron and coils together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.scene import MagneticScene
from magcap.solvers.results import FieldSample

#: Differences of poses and strengths, relative to 1, that are rounding.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """x ↦ turn x + shift, in m."""

    turn: FloatArray
    shift: FloatArray

    @property
    def still(self) -> bool:
        """Whether nothing moves but for rounding."""
        turned = np.abs(self.turn - np.eye(3)).max()
        return bool(max(turned, np.abs(self.shift).max()) < _ROUNDING)

    def back(self, points: FloatArray) -> FloatArray:
        """Where points in m, shape (n, 3), came from."""
        return (points - self.shift) @ self.turn

    def carried(self, sample: FieldSample, points: FloatArray) -> FieldSample:
        """A field at the points' origins, carried along."""
        turn = self.turn
        return FieldSample(
            points=points,
            B=sample.B @ turn.T,
            grad_half_B2=sample.grad_half_B2 @ turn.T,
            grad_B=turn @ sample.grad_B @ turn.T,
        )


def common_motion(first: MagneticScene, second: MagneticScene) -> Motion | None:
    """The motion that takes all magnets and iron of the first scene to those of the second.

    None if there is none. Remanences and currents may differ. A background or a map stays where
    it is, so with one there is no motion but none at all.
    """
    mine: tuple[Any, ...] = (*first.magnets, *first.iron)
    others: tuple[Any, ...] = (*second.magnets, *second.iron)
    if len(mine) != len(others) or not mine:
        return None
    turn = others[0].rotation @ mine[0].rotation.T
    motion = Motion(turn=turn, shift=others[0].center - turn @ mine[0].center)
    fixed = any(s.background is not None or s.maps for s in (first, second))
    if fixed and not motion.still:
        return None
    skip = ("name", "remanence")
    for a, b in zip(mine, others, strict=True):
        if not _same(_moved(a, motion), b, skip):
            return None
    return motion


def moved_back(scene: MagneticScene, motion: Motion) -> MagneticScene:
    """The scene before a motion; a background and maps stay."""
    back = Motion(turn=motion.turn.T, shift=-motion.turn.T @ motion.shift)
    return replace(
        scene,
        magnets=tuple(_moved(part, back) for part in scene.magnets),
        iron=tuple(_moved(part, back) for part in scene.iron),
        windings=tuple(_moved(part, back) for part in scene.windings),
    )


def same_scene(first: MagneticScene, second: MagneticScene) -> bool:
    """Whether two scenes are the same but for rounding."""
    mine: tuple[Any, ...] = (*first.magnets, *first.iron, *first.windings)
    others: tuple[Any, ...] = (*second.magnets, *second.iron, *second.windings)
    if len(mine) != len(others) or len(first.maps) != len(second.maps):
        return False
    maps = all(a is b for a, b in zip(first.maps, second.maps, strict=True))
    parts = all(_same(a, b, ("name",)) for a, b in zip(mine, others, strict=True))
    return maps and parts and first.background == second.background


def _moved(part: Any, motion: Motion) -> Any:
    changes = {
        "center": motion.turn @ part.center + motion.shift,
        "rotation": motion.turn @ part.rotation,
    }
    if hasattr(part, "remanence"):
        changes["remanence"] = motion.turn @ part.remanence
    return replace(part, **changes)


def _same(first: Any, second: Any, skip: tuple[str, ...]) -> bool:
    """Whether two parts are the same but for rounding and what is skipped."""
    if type(first) is not type(second):
        return False
    for name in first.__dataclass_fields__:
        a, b = getattr(first, name), getattr(second, name)
        if name in skip:
            continue
        if isinstance(a, np.ndarray):
            scale = max(1.0, float(np.abs(a).max(initial=0.0)))
            if a.shape != b.shape or np.abs(a - b).max(initial=0.0) > _ROUNDING * scale:
                return False
        elif a is not b and a != b:
            return False
    return True

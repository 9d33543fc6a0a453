"""A solution moved as a whole: magnets, iron and coils together, nothing else about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.geometry.scene import MagneticScene
from magcap.solvers.field_solution import FieldSolution
from magcap.solvers.results import FieldSample

FloatArray = NDArray[np.float64]

#: Differences of poses, relative to sizes and to 1, that are rounding.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """x ↦ turn x + shift, in m."""

    turn: FloatArray
    shift: FloatArray


def common_motion(first: MagneticScene, second: MagneticScene) -> Motion | None:
    """The motion that takes all of the first scene to the second; None if there is none.

    A background or a map stays where it is, so with one there is no such motion but none at all.
    """
    mine: tuple[Any, ...] = (*first.magnets, *first.iron, *first.windings)
    others: tuple[Any, ...] = (*second.magnets, *second.iron, *second.windings)
    if len(mine) != len(others) or not mine:
        return None
    if first.background != second.background or len(first.maps) != len(second.maps):
        return None
    if any(a is not b for a, b in zip(first.maps, second.maps, strict=True)):
        return None
    turn = others[0].rotation @ mine[0].rotation.T
    shift = others[0].center - turn @ mine[0].center
    still = np.abs(turn - np.eye(3)).max() < _ROUNDING and np.abs(shift).max() < _ROUNDING
    if (first.background is not None or first.maps) and not still:
        return None
    motion = Motion(turn=turn, shift=shift)
    pairs = zip(mine, others, strict=True)
    return motion if all(_same(_moved(a, motion), b) for a, b in pairs) else None


def sample_moved(solution: FieldSolution, motion: Motion, points: FloatArray) -> FieldSample:
    """The field of the moved solution at points in m."""
    turn = motion.turn
    own = solution.sample((points - motion.shift) @ turn)
    return FieldSample(
        points=points,
        B=own.B @ turn.T,
        grad_half_B2=own.grad_half_B2 @ turn.T,
        grad_B=turn @ own.grad_B @ turn.T,
    )


def _moved(part: Any, motion: Motion) -> Any:
    changes = {
        "center": motion.turn @ part.center + motion.shift,
        "rotation": motion.turn @ part.rotation,
    }
    if hasattr(part, "remanence"):
        changes["remanence"] = motion.turn @ part.remanence
    return replace(part, **changes)


def _same(first: Any, second: Any) -> bool:
    """Whether two parts are the same but for rounding."""
    if type(first) is not type(second):
        return False
    for name in first.__dataclass_fields__:
        a, b = getattr(first, name), getattr(second, name)
        if isinstance(a, np.ndarray):
            scale = max(1.0, float(np.abs(a).max(initial=0.0)))
            if a.shape != b.shape or np.abs(a - b).max(initial=0.0) > _ROUNDING * scale:
                return False
        elif name != "name" and a is not b and a != b:
            return False
    return True

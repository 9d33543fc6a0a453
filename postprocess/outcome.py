"""What a run hands to postprocessing, and how what several answers need is made only once."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

from magcap.case import Case
from magcap.geometry.mesh import FieldMesh, Lumen
from magcap.geometry.scene import MagneticScene
from magcap.solvers.results import CaptureResult, FieldSample, FlowField, MagneticField


class Remembering(Protocol):
    """What keeps the results of the functions marked with `once`."""

    @property
    def made(self) -> dict[Any, Any]:
        """Results by function."""
        ...


def once[H: Remembering, T](make: Callable[[H], T]) -> Callable[[H], T]:
    """The function, computed at its first call for a holder only; later calls get that result.

    What comes out is shared: nobody may change it.
    """

    @functools.wraps(make)
    def remembered(holder: H) -> T:
        if make not in holder.made:
            holder.made[make] = make(holder)
        result: T = holder.made[make]
        return result

    return remembered


@dataclass(frozen=True, slots=True)
class Observed:
    """The field at the points that the solver was asked for: the one place that knows their names.

    Attributes
    ----------
    samples : mapping of str to FieldSample
        By name, as the solver hands them on.
    """

    samples: Mapping[str, FieldSample]

    @property
    def depth(self) -> FieldSample | None:
        """Along the depth line, from the face of the bodies on."""
        return self.samples.get("depth")

    @property
    def stray(self) -> FieldSample | None:
        """On the rays on which the stray field is followed outwards."""
        return self.samples.get("stray")

    @property
    def cut(self) -> FieldSample | None:
        """In the plane of vessel and magnets."""
        return self.samples.get("section")

    @property
    def planes(self) -> Mapping[str, FieldSample]:
        """On the planes across the depth line by name (``"10 mm"``, ``"vessel"``), and the skin."""
        found = {
            name.removeprefix("plane "): sample
            for name, sample in self.samples.items()
            if name.startswith("plane ")
        }
        skin = self.samples.get("skin")
        return found if skin is None else found | {"skin": skin}

    @property
    def skin(self) -> tuple[FieldSample, ...]:
        """On the skin: its whole plane and the piece nearest to the bodies."""
        return tuple(self.samples[name] for name in ("skin", "skin near") if name in self.samples)

    def grid(self, name: str) -> FieldSample | None:
        """On the grid of the case that bears this name."""
        return self.samples.get(f"grid {name}")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """The results of a run's stages: what numbers, files and pictures are made of.

    Attributes
    ----------
    case : Case
    scene : MagneticScene
    lumen : Lumen
    field_mesh : FieldMesh or None
        None without magnets and iron.
    field : MagneticField
    flow : FlowField or None
        None where only the field was asked for, as is `capture`.
    capture : CaptureResult or None
    results : mapping of type to tuple
        Of all stages by their class: what a new stage makes is found here (`result`).
    made : dict
        What `once` keeps.
    """

    case: Case
    scene: MagneticScene
    lumen: Lumen
    field_mesh: FieldMesh | None
    field: MagneticField
    flow: FlowField | None = None
    capture: CaptureResult | None = None
    results: Mapping[type, tuple[object, ...]] = dataclasses.field(default_factory=dict)
    made: dict[Any, Any] = dataclasses.field(default_factory=dict, init=False, repr=False)

    def result[T](self, kind: type[T]) -> T | None:
        """The only result of this class; None where no stage made one."""
        found = self.results.get(kind, ())
        return cast("T", found[0]) if found else None

    @property
    def observed(self) -> Observed:
        """The field at the points that were asked for."""
        return Observed(self.field.observed)

"""What a stage of a run is, what it gets and what it hands on.

A stage is declared once, in a file of `magcap.pipeline.stages`: what it needs, which tables of the
case it reads, which rooms of magcap compute it, and how. Keys (`magcap.pipeline.keys`), reuse and
timings (`magcap.pipeline.engine`) follow from that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from magcap.case import Case

if TYPE_CHECKING:
    from magcap.geometry.scene import MagneticScene


def always(_: Case) -> bool:
    """Every case wants the stage."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage[T]:
    """One step of a run, done once for everything that it depends on.

    Attributes
    ----------
    name : str
        Of its own among all stages.
    title : str
        As the user reads it, default the name; a stage for each carrier gets their number:
        ``"capture 2"``.
    result : type
        A class marked by `magcap.stored.stored`.
    compute : callable
        From the case, the results so far and the run's surroundings to the result. On every rank,
        or with `root_only` on rank 0.
    reads : callable
        The tables of the case that the result depends on, as JSON (`magcap.pipeline.keys.table`).
    code : tuple of str
        Rooms or modules of magcap that compute it: ``"solvers.flow"``; the file of the stage is
        always among them, and what is among those of `needs` need not be said again.
    needs : tuple of Stage
    packages : tuple of str
        Libraries whose version matters.
    per : "carrier" or None
        A stage for each carrier sees a case that has this carrier alone.
    wanted : callable
        Whether a case has the stage at all; a stage that is not wanted has no result.
    root_only : bool
        `compute` runs on rank 0 and the result is sent to the others.
    times : str
        Where ``timings`` of the summary count it.
    """

    name: str
    result: type[T]
    compute: Callable[[Case, Made, Context], T]
    reads: Callable[[Case], Sequence[object]]
    code: tuple[str, ...]
    times: str
    title: str = ""
    needs: tuple[Stage[Any], ...] = ()
    packages: tuple[str, ...] = ()
    per: Literal["carrier"] | None = None
    wanted: Callable[[Case], bool] = always
    root_only: bool = False

    @property
    def always(self) -> Self:
        """The same stage, wanted by every case."""
        return replace(self, wanted=always)

    def cases(self, case: Case) -> list[Case]:
        """The cases that the stage is computed for: one, one for each carrier, or none."""
        if not self.wanted(case):
            return []
        if self.per is None:
            return [case]
        return [case.model_copy(update={"carrier": (carrier,)}) for carrier in case.carrier]

    def label(self, number: int) -> str:
        """The title of the stage for carrier `number`, counted from 0."""
        title = self.title or self.name
        return title if self.per is None else f"{title} {number + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Results of stages, and their keys, by the name of the stage; one for each of its cases.

    `number` is the carrier, counted from 0, whose results a stage for each carrier sees.
    """

    results: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    number: int = 0

    def __getitem__[T](self, stage: Stage[T]) -> T:
        return self.all(stage)[self.number if stage.per else 0]

    def get[T](self, stage: Stage[T]) -> T | None:
        """The result of a stage, None if it was not wanted."""
        return self[stage] if self.results.get(stage.name) else None

    def all[T](self, stage: Stage[T]) -> tuple[T, ...]:
        """The results of a stage for all carriers."""
        return cast("tuple[T, ...]", self.results[stage.name])

    def by_class(self) -> dict[type, tuple[object, ...]]:
        """All results by their class, in the order in which they were made."""
        found: dict[type, tuple[object, ...]] = {}
        for results in self.results.values():
            for result in results:
                found[type(result)] = (*found.get(type(result), ()), result)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What surrounds the stages of a run.

    Attributes
    ----------
    scene : MagneticScene
    comm : MPI communicator
    progress : callable
        Takes what is being done and which share of it is done.
    kept : dict of type to object
        What stages leave in memory for the next ones, beside their results.
    unfinished : Path or None
        The folder in which a long stage may keep its work, to go on where it was killed.
    fresh : bool
        Whether such work of an earlier run must not be used.
    lost : Path or None
        The folder in which a stage that fails may leave what shows why.
    """

    scene: MagneticScene
    comm: Any
    progress: Callable[[str, float], None]
    kept: dict[type, object] = field(default_factory=dict)
    unfinished: Path | None = None
    fresh: bool = False
    lost: Path | None = None

    def keep(self, value: object) -> None:
        """Leave `value` to the following stages of this run; it is never stored."""
        self.kept[type(value)] = value

    def recall[T](self, kind: type[T]) -> T | None:
        """What an earlier stage kept, if it was computed in this run."""
        return cast("T | None", self.kept.get(kind))

"""The engine of stages: what is stored under a stage's key is taken, the rest is made and stored.

Rank 0 alone touches the disk; what it finds or makes is sent to all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from magcap.case import Case
from magcap.geometry.scene import MagneticScene
from magcap.parallel import on_root

from .code import code_digest
from .keys import keys_of
from .progress import Reporter
from .stage import Context, Made, Stage
from .store import Store


@dataclass(kw_only=True)
class Stages:
    """The stages of one run.

    Attributes
    ----------
    store : Store
    comm : MPI communicator
    reporter : Reporter
    force : bool
        Compute everything anew.
    folder : Path or None
        Of the run, for what shows why a stage failed.
    code : callable
        From rooms of magcap to a digest of their code.
    timings : dict of str to float
        Wall time in s by the names of the summary; a stage that is reused costs its reading only.
    cached : dict of str to bool
        Whether the stage was reused.
    """

    store: Store
    comm: Any
    reporter: Reporter
    force: bool = False
    folder: Path | None = None
    code: Callable[..., str] = code_digest
    timings: dict[str, float] = field(default_factory=dict)
    cached: dict[str, bool] = field(default_factory=dict)

    def make(
        self,
        stages: Sequence[Stage[Any]],
        case: Case,
        scene: MagneticScene,
        before: Made | None = None,
    ) -> Made:
        """The results of `stages`, each of which stands after those it needs; collective.

        Parameters
        ----------
        stages : sequence of Stage
        case : Case
        scene : MagneticScene
            Of the case.
        before : Made, optional
            Results of earlier stages; they are in what is returned as well.
        """
        before = before or Made()
        key = on_root(self.comm, lambda: keys_of(stages, case, known=before.keys, code=self.code))
        made = replace(before, keys=key)
        context = Context(
            scene=scene,
            comm=self.comm,
            progress=lambda text, fraction: self.reporter.update(fraction, text),
            unfinished=self.store.folder,
            fresh=self.force,
            lost=self.folder,
        )
        for stage in stages:
            results = tuple(
                self._result(stage, number, one, made, context)
                for number, one in enumerate(stage.cases(case))
            )
            made = replace(made, results={**made.results, stage.name: results})
        return made

    def _result[T](
        self, stage: Stage[T], number: int, case: Case, made: Made, context: Context
    ) -> T:
        """The result of a stage for one of its cases."""
        start, label = time.perf_counter(), stage.label(number)
        self.reporter.stage(label)
        key = made.keys[stage.name][number]
        mine = replace(made, number=number)
        result = self._found(stage, key)
        self.cached[label] = result is not None
        if result is None:
            result = self._computed(stage, key, lambda: stage.compute(case, mine, context))
        seconds = time.perf_counter() - start
        self.timings[stage.times] = self.timings.get(stage.times, 0.0) + seconds
        self.reporter.done(label, seconds, self.cached[label])
        return result

    def _found[T](self, stage: Stage[T], key: str) -> T | None:
        if self.force:
            return None
        found = None
        if self.comm.rank == 0:
            found = self.store.load(stage.name, key, stage.result)
        return self.comm.bcast(found) if self.comm.size > 1 else found

    def _computed[T](self, stage: Stage[T], key: str, compute: Callable[[], T]) -> T:
        result = on_root(self.comm, compute) if stage.root_only else compute()
        if self.comm.rank == 0:
            try:
                self.store.save(stage.name, key, result)
            except OSError as error:  # a full disk is no reason to throw the result away
                self.reporter.warn(
                    f"The result of {stage.name} cannot be kept in {self.store.folder} "
                    f"({error.strerror or error}): the run goes on, another one computes it anew."
                )
        return result

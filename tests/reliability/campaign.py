"""Thousands of mutants in processes that may die or hang, and what came of them."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import TimeoutError
from dataclasses import dataclass, field
from typing import Any

from pebble import ProcessExpired, ProcessPool

from .judge import Answer, check, faults, limit_memory

#: An answer later than this is a hang, in s.
PATIENCE = 20.0
#: Mutants after which a worker is replaced, so that one does not fall ill of another's.
TASKS = 500


@dataclass(frozen=True, slots=True)
class Defect:
    """A mutant whose answer was not one."""

    index: int
    kind: str
    what: str


@dataclass(slots=True, kw_only=True)
class Outcome:
    """Counts of a campaign."""

    name: str
    mutants: int = 0
    accepted: int = 0
    refused: int = 0
    slowest: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)
    defects: list[Defect] = field(default_factory=list)

    def count(self, word: str) -> int:
        """How many defects begin with a word."""
        return sum(one.what.startswith(word) for one in self.defects)


def mutate(
    name: str, numbers: Iterable[int], *, workers: int = 2, patience: float = PATIENCE
) -> Outcome:
    """`magcap check` on the mutants `numbers` of the campaign `name` ("cases" or "files").

    A mutant that hangs is tried once more alone, as the machine may have been busy.
    """
    outcome = Outcome(name=name)
    doubtful = _all(name, numbers, workers, patience, outcome)
    for one in doubtful:
        again = Outcome(name=name)
        if _all(name, [one.index], 1, patience, again):
            outcome.defects.append(one)
            outcome.mutants += 1
        else:
            _add(outcome, again)
    return outcome


def _add(outcome: Outcome, other: Outcome) -> None:
    for key in ("mutants", "accepted", "refused"):
        setattr(outcome, key, getattr(outcome, key) + getattr(other, key))
    outcome.slowest = max(outcome.slowest, other.slowest)
    outcome.kinds += other.kinds
    outcome.defects += other.defects


def _all(
    name: str, numbers: Iterable[int], workers: int, patience: float, outcome: Outcome
) -> list[Defect]:
    """Fill `outcome`; gives back those that did not end in time."""
    late = []
    context = multiprocessing.get_context("spawn")
    with ProcessPool(workers, max_tasks=TASKS, initializer=limit_memory, context=context) as pool:
        waiting = [(i, pool.schedule(check, args=[name, i], timeout=patience)) for i in numbers]
        for index, future in waiting:
            try:
                kind, answer = future.result()
            except TimeoutError:
                late.append(Defect(index, "", f"hang: no answer in {patience:g} s"))
            except ProcessExpired as error:
                outcome.mutants += 1
                outcome.defects.append(Defect(index, "", f"death: exit code {error.exitcode}"))
            else:
                _count(outcome, index, kind, answer)
    return late


def _count(outcome: Outcome, index: int, kind: str, answer: Answer) -> None:
    outcome.mutants += 1
    outcome.kinds[kind] += 1
    outcome.slowest = max(outcome.slowest, answer.seconds)
    wrong = faults(answer)
    outcome.defects += [Defect(index, kind, what) for what in wrong]
    if not wrong:
        outcome.accepted += answer.code == 0
        outcome.refused += answer.code == 2


def told(outcome: Outcome, say: Callable[[str], Any] = print) -> None:
    """The defects of a campaign, with how to make each again."""
    for one in outcome.defects:
        say(f"{outcome.name} {one.index} ({one.kind}): {one.what}")

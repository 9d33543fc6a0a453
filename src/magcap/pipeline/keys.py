"""The key of every stage: a hash of exactly what its result depends on.

That is the tables of the case that it reads with the content of the files they name, the code that
computes it, and the keys of the stages that it needs. Moving a magnet changes the keys of the field
and of the capture, never those of the flow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from magcap.case import Case
from magcap.files import digest, file_digest

from .code import code_digest
from .stage import Stage


def keys_of(
    stages: Sequence[Stage[Any]],
    case: Case,
    *,
    known: Mapping[str, tuple[str, ...]] | None = None,
    code: Callable[..., str] = code_digest,
) -> dict[str, tuple[str, ...]]:
    """The keys of `stages` by name, one for each of a stage's cases; reads the files of the case.

    Parameters
    ----------
    stages : sequence of Stage
        Each after those that it needs.
    case : Case
    known : mapping of str to tuple of str, optional
        Keys of stages that were made before.
    code : callable
        From rooms of magcap to a digest of their code.

    Raises
    ------
    ValueError
        If a stage stands before one that it needs.
    """
    found = dict(known or {})
    for stage in stages:
        for need in stage.needs:
            if need.name not in found:
                raise ValueError(f"`{stage.name}` stands before `{need.name}`, which it needs")
        found[stage.name] = tuple(
            digest(
                stage.name,
                *stage.reads(one),
                code(*code_of(stage)),
                *map(_version, stage.packages),
                *(_of_need(need, found, number) for need in stage.needs),
            )
            for number, one in enumerate(stage.cases(case))
        )
    return found


def code_of(stage: Stage[Any]) -> tuple[str, ...]:
    """The rooms whose code computes a stage, with the file that declares it."""
    return (*stage.code, stage.compute.__module__.removeprefix("magcap."))


def _of_need(need: Stage[Any], found: Mapping[str, tuple[str, ...]], number: int) -> str | None:
    """The key of a needed stage for the carrier `number`; None if it is not wanted."""
    made = found[need.name]
    return made[number if need.per else 0] if made else None


def table(model: BaseModel | None, *, without: frozenset[str] = frozenset()) -> Any:
    """A table of the case as JSON, with the contents of the files that it names."""
    if model is None:
        return None
    kept = set(type(model).model_fields) - without
    values = [getattr(model, name) for name in sorted(kept)]
    files = [
        file_digest(Path(value)) for value in values if isinstance(value, Path) or _is_file(value)
    ]
    return [model.model_dump(mode="json", include=kept), files]


def _is_file(value: Any) -> bool:
    """Whether a text of the case (made absolute on loading) names a file, as a material may."""
    return isinstance(value, str) and value.startswith("/") and Path(value).is_file()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # conda and Debian install some libraries without metadata
        return "unknown"

"""A section of the answer: all that a run says about one topic, in every form in which it says it.

A new result is one file in `magcap.postprocess.sections` that makes a `Section`, and its name in
the list of `magcap.postprocess.answer`. Whoever writes, draws, prints or compares walks that list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from magcap.postprocess.outcome import Outcome

if TYPE_CHECKING:
    from rich.console import RenderableType

    from magcap.postprocess.pictures import Figure

#: Content of summary.json.
Summary = dict[str, Any]


class Saved(Protocol):
    """A file or several of a run folder: `magcap.postprocess.files.File`, `GridFiles`."""

    def save(self, folder: Path, outcome: Outcome) -> tuple[str, ...]:
        """Write it, or remove that of an earlier run where there is nothing to write."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Parts of report.html as sources of Jinja templates; one that gives no text is left out.

    They see the summary as ``s`` and the norm of a vector as ``length``. Filters: ``q("m")``
    quantity with a unit, ``n`` number, ``f`` fraction in per cent, ``ci`` confidence interval.

    Attributes
    ----------
    head : str
        Above everything: the results in a sentence.
    body : str
        Headings and tables.
    quality : str
        A card below "How good are the numbers?".
    """

    head: str = ""
    body: str = ""
    quality: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """What is printed at the end of a run.

    Attributes
    ----------
    blocks : callable
        Summary → tables and panels.
    rows : callable
        Summary → short rows of the last table: a word and what there is to say.
    """

    blocks: Callable[[Summary], Iterable[RenderableType]] = lambda summary: ()
    rows: Callable[[Summary], Iterable[tuple[str, str]]] = lambda summary: ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A number of each run for the table of `magcap compare`.

    Attributes
    ----------
    name : str
        With its unit in brackets.
    of : callable
        Summary and name of the carrier → the number; None where the run has none.
    """

    name: str
    of: Callable[[Summary, str], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One topic of the answer; what it has nothing to say in is left out.

    Attributes
    ----------
    name : str
        One word for the topic.
    numbers : callable
        Outcome → its part of summary.json. Tables of several sections under the same name, such
        as ``field``, are merged.
    conventions : mapping of str to str
        What its numbers mean; printed with every result.
    files : tuple of Saved
        Its files in the run folder.
    figures : tuple of Figure
    page : Page
        Its parts of the report.
    warnings : callable
        Summary → sentences that a reader must know before trusting the numbers.
    terminal : Terminal
    compared : tuple of Column
    """

    name: str
    numbers: Callable[[Outcome], Mapping[str, Any]] = lambda outcome: {}
    conventions: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Saved, ...] = ()
    figures: tuple[Figure, ...] = ()
    page: Page = Page()
    warnings: Callable[[Summary], Iterable[str]] = lambda summary: ()
    terminal: Terminal = Terminal()
    compared: tuple[Column, ...] = ()

"""The outcome of a run as tables on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from magcap.postprocess.answer import SECTIONS
from magcap.postprocess.section import Section, Summary


def print_summary(
    summary: Summary, console: Console, *, among: Sequence[Section] = SECTIONS
) -> None:
    """Print the summary of a run: captured fractions first, then why, then how sure."""
    console.print()
    console.print(Text(summary["title"], style="bold"))
    for section in among:
        for block in section.terminal.blocks(summary):
            console.print(block)
    console.print(_last_table(summary, among))


def _last_table(summary: Summary, among: Sequence[Section]) -> Table:
    """Field, flow, meshes and time in short rows."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for section in among:
        for row in section.terminal.rows(summary):
            table.add_row(*row)
    seconds = summary["timings"]
    spent = ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items() if value)
    table.add_row("time", spent or "–")
    return table

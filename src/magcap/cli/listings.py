"""``magcap carriers`` and ``magcap materials``: the libraries as tables with their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from magcap.library import LibraryCarrier

#: Mark behind a value by how sure it is; measured values have none.
_MARKS = {"measured": "", "typical": " ~", "assumed": " ?"}
_LOADS = {"iron_mass": "Fe", "magnetic_volume": "core volume", "magnetic_fraction": "core share"}


def console() -> Console:
    """A console that in a pipe is as wide as its tables need."""
    import sys

    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=200)


def new_table(title: str, *columns: str) -> Table:
    """An empty table with a title; cells that are too long are folded."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _matches(words: str | None, *texts: str) -> bool:
    """Whether every word of the filter occurs in the texts."""
    haystack = " ".join(texts).casefold()
    return all(word in haystack for word in (words or "").casefold().split())


def print_carriers(words: str | None) -> None:
    """Print the library of carriers, or the entries that have all `words`."""
    from rich.markup import escape

    from magcap.library import carriers

    found = [
        entry
        for entry in carriers().values()
        if _matches(words, entry.name, entry.title, entry.kind, entry.note)
    ]
    if not found:
        print(f"No carrier in the library has {words!r}.")
        return
    table = new_table(
        "Carriers: from = NAME. No mark: measured; ~ typical; ? assumed",
        *("name", "what", "diameter", "load", "core", "Ms", "notes and sources"),
    )
    for entry in found:
        notes = " ".join(part for part in (entry.note, _sources(entry)) if part)
        cells = (entry.name, entry.title, *_cells(entry), notes)
        table.add_row(*(escape(cell) for cell in cells))
    console().print(table)


def _cells(entry: LibraryCarrier) -> tuple[str, str, str, str]:
    load = next(key for key in _LOADS if key in entry.values)
    return (
        _value(entry, "diameter"),
        f"{_LOADS[load]} {_value(entry, load)}",
        _core(entry),
        _value(entry, "saturation"),
    )


def _core(entry: LibraryCarrier) -> str:
    """Size of the crystals, and that which magnetises where it is another."""
    crystals = _value(entry, "core_diameter")
    if "magnetic_core_diameter" not in entry.values:
        return crystals
    return f"{crystals}, magnetic {_value(entry, 'magnetic_core_diameter')}"


def _value(entry: LibraryCarrier, key: str) -> str:
    cell = entry.values[key]
    text = f"{cell.value:g}" if isinstance(cell.value, float | int) else str(cell.value)
    return text + _MARKS[cell.confidence]


def _sources(entry: LibraryCarrier) -> str:
    """Sources of what is not assumed, each once."""
    sources = [cell.source for cell in entry.values.values() if cell.confidence != "assumed"]
    return "; ".join(f"[{source}]" for source in dict.fromkeys(sources))


def print_materials(words: str | None) -> None:
    """Print magnets, soft iron, tissues and waveforms, or those that have all `words`."""
    from magcap.library import materials

    screen = console()
    grades = new_table(
        "Magnet grades: grade = NAME",
        *("grade", "family", "Br at 20 °C (T)", "μr", "per K", "HcJ (kA/m)", "to (°C)"),
        *("kg/m³", "how sure", "source"),
    )
    for g in materials().magnets.values():
        if _matches(words, g.name, g.family, g.source, "magnet"):
            grades.add_row(
                g.name,
                g.family,
                f"{g.remanence_min:.2f} to {g.remanence_max:.2f}",
                f"{g.recoil_permeability:.2f}",
                f"{100 * g.temperature_coefficient:+.3f} %",
                f"{g.coercivity / 1e3:.0f}",
                f"{g.max_temperature - 273.15:.0f}",
                f"{g.density:.0f}",
                str(g.confidence),
                g.source,
            )
    tissues = new_table(
        "Tissues: [[tissue.layer]] material = NAME",
        *("tissue", "kg/m³", "susceptibility", "how sure", "source"),
    )
    for t in materials().tissues.values():
        if _matches(words, t.name, t.source, t.note, "tissue"):
            source = f"{t.source} {t.note}".strip()
            sure = str(t.confidence)
            tissues.add_row(t.name, f"{t.density:.0f}", f"{t.susceptibility:.3g}", sure, source)
    tables = (grades, _soft_materials(words), tissues, _waveforms(words))
    shown = [table for table in tables if table.row_count]
    for table in shown:
        screen.print(table)
    if not shown:
        print(f"No material in the library has {words!r}.")


def _soft_materials(words: str | None) -> Table:
    """Soft-magnetic materials; the permeabilities are B/(μ0 H) at the points of their curves."""
    from magcap.library import soft_materials

    table = new_table(
        "Soft-magnetic materials: [[iron]] material = NAME, or the file of a B-H table",
        *("material", "what", "saturation (T)", "μr first", "μr most", "kg/m³"),
        *("how sure", "other names", "source"),
    )
    for entry in soft_materials().values():
        names = ", ".join(entry.aliases)
        if _matches(words, entry.name, entry.title, names, entry.source, entry.note, "iron soft"):
            table.add_row(
                entry.name,
                entry.title,
                f"{entry.saturation:.2f}",
                f"{entry.initial_permeability:.0f}",
                f"{entry.largest_permeability:.0f}",
                f"{entry.density:.0f}",
                str(entry.confidence),
                names,
                f"{entry.source} {entry.note}".strip(),
            )
    return table


def _waveforms(words: str | None) -> Table:
    """Flow rates over a heart beat, at the size of vessel that they were made for."""
    from magcap.library import waveform_of, waveforms

    table = new_table(
        'Waveforms: [flow] inlet = { waveform = "NAME" }, scale = … or a mean beside it',
        *("name", "vessel", "radius (mm)", "period (s)", "mean (ml/s)", "from, to (ml/s)"),
        *("other names", "source"),
    )
    for entry in waveforms().values():
        names = ", ".join(entry.aliases)
        if _matches(words, entry.name, entry.title, names, entry.source, "waveform flow"):
            wave = waveform_of(entry.name, entry.path.parent)
            table.add_row(
                entry.name,
                entry.title,
                f"{1e3 * entry.radius:.2f}",
                f"{wave.period:.3g}",
                f"{1e6 * wave.mean:.3g}",
                f"{1e6 * min(wave.values):.3g}, {1e6 * max(wave.values):.3g}",
                names,
                entry.source,
            )
    return table

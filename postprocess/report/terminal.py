"""The outcome of a run as tables on a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from magcap.postprocess.text import fraction_text, interval_text, number, quantity


def print_summary(summary: dict[str, Any], console: Console) -> None:
    """Print the summary of a run: captured fractions first, then why, then how sure."""
    console.print()
    console.print(Text(summary["title"], style="bold"))
    if summary["capture"]:
        console.print(capture_table(summary))
    for entry in summary["capture"]:
        console.print(_why(entry))
    if summary["field"].get("depth"):
        console.print(depth_table(summary["field"]))
    console.print(quality_table(summary))


def capture_table(summary: dict[str, Any]) -> Table:
    """One row a carrier: efficiencies with intervals, target, control, states."""
    entries = summary["capture"]
    targeted = any((e.get("in_target") or {}).get("fraction") is not None for e in entries)
    controlled = any(e.get("control") for e in entries)
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("carrier", style="bold", overflow="fold")
    table.add_column("captured (95 % CI)", justify="right", style="green", no_wrap=True)
    table.add_column("even inlet", justify="right")
    if targeted:
        table.add_column("in target", justify="right")
    if controlled:
        table.add_column("no magnet", justify="right")
    table.add_column("released", justify="right")
    table.add_column("lost", justify="right")
    for entry in entries:
        table.add_row(*_row(entry, targeted=targeted, controlled=controlled))
    return table


def depth_table(field: dict[str, Any]) -> Table:
    """Field, force and drift at the depths of the case's planes."""
    depth = field["depth"]
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("depth", "|B|", "|∇|B||", "½∇|B|²"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in depth["carriers"]:
        table.add_column(Text(f"{one['carrier']}: force, drift"), justify="right")
    for i, at in enumerate(depth["depth"]):
        pulls = [
            f"{quantity(one['force'][i], 'N')}, {quantity(one['drift'][i], 'm/s')}"
            for one in depth["carriers"]
        ]
        table.add_row(
            quantity(at, "m"), quantity(depth["B"][i], "T"), quantity(depth["gradB"][i], "T/m"),
            f"{number(depth['grad_half_B2'][i])} T²/m", *pulls,
        )  # fmt: skip
    return table


def _field_rows(field: dict[str, Any]) -> list[tuple[str, str]]:
    """Error estimate, stray field and what loads there are, where they are known."""
    rows = []
    estimate, safety = field.get("error_estimate"), field.get("safety") or {}
    if estimate:
        text = f"B {fraction_text(estimate['B'])}, force {fraction_text(estimate['force'])}"
        rows.append(("estimate", f"{text} in the target"))
    if safety.get("five_gauss_distance") is not None:
        text = f"0.5 mT at most {quantity(safety['five_gauss_distance'], 'm')} away"
        if safety.get("max_B_at_skin") is not None:
            text += f", {quantity(safety['max_B_at_skin'], 'T')} at the skin"
        rows.append(("safety", text))
    for load in field.get("loads") or []:
        size = sum((value or 0.0) ** 2 for value in load["force"]) ** 0.5
        if size > 1e-9:  # a lone magnet carries nothing
            rows.append(("load", f"{load['name']}: {quantity(size, 'N')}"))
    return rows


def quality_table(summary: dict[str, Any]) -> Table:
    """Field, flow and meshes in three short rows."""
    field, flow, mesh = summary["field"], summary["flow"], summary["mesh"]
    error = field["error_vs_exact"]
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    checked = (
        f", error of B {fraction_text(error['B'])}, of the force {fraction_text(error['force'])}"
        if error["B"] is not None
        else ""
    )
    table.add_row(
        "field",
        f"up to {quantity(field['max_B_in_lumen'], 'T')}, "
        f"{quantity(field['max_gradB_in_lumen'], 'T/m')} in the lumen{checked}",
    )
    for row in _field_rows(field):
        table.add_row(*row)
    if flow is not None:
        table.add_row(
            "flow",
            f"Re {number(flow['reynolds'])}, {number(flow['flow_rate_in'] * 1e6)} ml/s, "
            f"pressure drop {quantity(flow['pressure_drop'], 'Pa')}, mass imbalance "
            f"{number(flow['mass_imbalance'])}",
        )
    table.add_row(
        "meshes",
        f"{mesh['field_cells']:,} cells for the field, {mesh['lumen_cells']:,} for the lumen",
    )
    seconds = summary["timings"]
    spent = ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items() if value)
    table.add_row("time", spent or "–")
    return table


def _row(entry: dict[str, Any], *, targeted: bool, controlled: bool) -> list[str | Text]:
    flux, area = entry["efficiency_flux"], entry["efficiency_area"]
    lost = entry["lost"]
    row: list[str | Text] = [
        Text(entry["carrier"]),
        f"{fraction_text(flux['value'])} ({interval_text(flux).removesuffix(' %')})",
        fraction_text(area["value"]),
    ]
    if targeted:
        row.append(fraction_text(entry["in_target"]["fraction"]))
    if controlled:
        control = entry.get("control")
        row.append(fraction_text(control["efficiency_flux"]["value"]) if control else "–")
    row.append(f"{entry['released']:,}")
    row.append(Text(f"{lost:,}", style="red bold" if lost else ""))
    return row


def _why(entry: dict[str, Any]) -> Panel:
    """The regime of a carrier in words."""
    regime = entry["regime"]
    text = Text(regime["sentence"])
    enrichment = entry.get("enrichment")
    if enrichment:
        text.append("\n" + enrichment["sentence"])
    title = Text(f"{entry['carrier']}: {regime['name']}")
    return Panel(text, title=title, title_align="left", border_style="dim")

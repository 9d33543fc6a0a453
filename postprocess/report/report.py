"""report.html: what a run says, on one page that needs nothing else.

Pictures are inlined; nothing is loaded from elsewhere. All text of the case is escaped.
"""

from __future__ import annotations

import base64
import json
import math
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from magcap.files import write_text
from magcap.postprocess.files import read_summary
from magcap.postprocess.text import fraction_text, interval_text, number, quantity

#: Packages whose versions a reader needs to reproduce the numbers.
_PACKAGES = ("fenics-dolfinx", "dolfinx-solver-real", "gmsh", "magpylib", "numba", "numpy",
             "scipy", "pyvista")  # fmt: skip
#: Order and titles of the figures.
_FIGURES = {
    "captured": "Where the carriers ended",
    "overview": "Set-up and field",
    "depth": "Field, force and drift against depth",
    "planes": "Field on planes across the depth line",
    "iron": "Flux density in magnets and iron",
    "demagnetisation": "Working points of the magnets against the knee",
    "safety": "Stray field and the field at the skin",
    "density": "Captured carriers on the wall",
    "force": "Magnetic force in the lumen",
    "flow": "Blood flow",
}


def write_report(folder: str | Path) -> Path:
    """Write ``folder/report.html`` from summary.json, case.toml and figures; returns its path.

    Raises
    ------
    CaseError
        If the folder holds no finished run.
    """
    folder = Path(folder)
    summary = read_summary(folder)
    path = folder / "report.html"
    write_text(path, _render(folder, summary))
    return path


def _render(folder: Path, summary: dict[str, Any]) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.ChainableUndefined,
    )
    environment.filters.update(q=quantity, n=number, f=fraction_text, ci=interval_text)
    case = folder / "case.toml"
    return environment.get_template("report.html.j2").render(
        s=summary,
        headlines=[headline(entry) for entry in summary["capture"]],
        warnings=warnings(summary),
        length=_length,
        figures=_figures(folder),
        case=case.read_text(encoding="utf-8") if case.is_file() else "",
        versions=_versions(),
        python=platform.python_version(),
    )


def _length(vector: list[float | None] | None) -> float | None:
    """Euclidean norm; None where a component is not known."""
    if vector is None or any(value is None for value in vector):
        return None
    return math.hypot(*(float(value) for value in vector if value is not None))


def headline(entry: dict[str, Any]) -> str:
    """The result of one kind of carrier in one sentence."""
    value = entry["efficiency_flux"]
    text = (
        f"{fraction_text(value['value'])} of the {entry['carrier']} that enter with the blood "
        f"are captured (95 % confidence interval {interval_text(value)})"
    )
    target = entry.get("in_target") or {}
    if target.get("fraction") is not None:
        text += f", {fraction_text(target['fraction'])} in the target"
    return text + "."


def warnings(summary: dict[str, Any]) -> list[str]:
    """What a reader must know before trusting the numbers; empty for a clean run."""
    found = []
    for entry in summary["capture"]:
        name = entry["carrier"]
        if entry.get("lost"):
            found.append(f"{name}: {entry['lost']} carriers were lost by the tracer (a defect).")
        if entry.get("in_flight", 0) > 0.01 * max(entry.get("released", 0), 1):
            share = fraction_text(entry["in_flight"] / entry["released"])
            found.append(
                f"{name}: {share} were still in flight at the end; a longer `capture.duration` "
                "would settle them."
            )
    flow = summary.get("flow") or {}
    if (flow.get("mass_imbalance") or 0.0) > 1e-8:
        found.append(f"The flow loses mass: imbalance {number(flow['mass_imbalance'])}.")
    return found + field_warnings(summary["field"])


def field_warnings(field: dict[str, Any]) -> list[str]:
    """What to know before trusting the field, or building it."""
    found = []
    if (field.get("subharmonic_violation") or 0.0) > 1e-2:
        found.append(
            "|H|² has interior maxima in air, which the equations do not allow: the field mesh "
            "is too coarse somewhere."
        )
    error = (field.get("error_vs_exact") or {}).get("force")
    if error is not None and error > 0.05:
        found.append(f"The force differs by {fraction_text(error)} from its reference.")
    estimate = field.get("error_estimate") or {}
    wanted, reached = estimate.get("tolerance"), estimate.get("force")
    if wanted is not None and reached is not None and reached > wanted:
        found.append(
            f"The estimated error of the force, {fraction_text(reached)}, is above the wanted "
            f"{fraction_text(wanted)}."
        )
    for point in field.get("working_points") or []:
        if (point.get("volume_beyond") or 0.0) > 0.0:
            share = fraction_text(point["volume_beyond"])
            found.append(
                f"{point['name']} works beyond the knee of its demagnetisation curve in {share} "
                "of its volume: it would lose magnetisation there for good."
            )
    return found


def _figures(folder: Path) -> list[dict[str, str]]:
    """Title, caption and inlined picture of each figure that is there."""
    captions: dict[str, str] = {}
    file = folder / "figures" / "captions.json"
    if file.is_file():
        captions = json.loads(file.read_text(encoding="utf-8"))
    found = []
    for name, title in _FIGURES.items():
        picture = folder / "figures" / f"{name}.png"
        if picture.is_file():
            data = base64.b64encode(picture.read_bytes()).decode("ascii")
            found.append({"title": title, "caption": captions.get(name, ""), "data": data})
    return found


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found

"""report.html: what a run says, on one page that needs nothing else.

Pictures are inlined; nothing is loaded from elsewhere. All text of the case is escaped.
"""

from __future__ import annotations

import base64
import json
import math
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from magcap.files import write_text
from magcap.postprocess.answer import SECTIONS, warnings
from magcap.postprocess.files import read_summary
from magcap.postprocess.section import Section, Summary
from magcap.postprocess.text import fraction_text, interval_text, number, quantity

#: Packages whose versions a reader needs to reproduce the numbers.
_PACKAGES = (
    "fenics-dolfinx",
    "dolfinx-solver-real",
    "gmsh",
    "magpylib",
    "numba",
    "numpy",
    "scipy",
    "pyvista",
)


def write_report(folder: str | Path, *, among: Sequence[Section] = SECTIONS) -> Path:
    """Write ``folder/report.html`` from summary.json, case.toml and figures; returns its path.

    Raises
    ------
    CaseError
        If the folder holds no finished run.
    """
    folder = Path(folder)
    summary = read_summary(folder)
    path = folder / "report.html"
    write_text(path, _render(folder, summary, among))
    return path


def _render(folder: Path, summary: Summary, among: Sequence[Section]) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.ChainableUndefined,
    )
    environment.filters.update(q=quantity, n=number, f=fraction_text, ci=interval_text)

    def parts(sources: Iterable[str]) -> list[str]:
        """Parts of the page that give text; sections escape what comes from the summary."""
        texts = (
            environment.from_string(source).render(s=summary, length=_length) for source in sources
        )
        return [text for text in texts if text.strip()]

    case = folder / "case.toml"
    return environment.get_template("report.html.j2").render(
        s=summary,
        heads=parts(section.page.head for section in among),
        bodies=parts(section.page.body for section in among),
        qualities=parts(section.page.quality for section in among),
        warnings=warnings(summary, among=among),
        figures=_figures(folder, among),
        case=case.read_text(encoding="utf-8") if case.is_file() else "",
        versions=_versions(),
        python=platform.python_version(),
    )


def _length(vector: list[float | None] | None) -> float | None:
    """Euclidean norm; None where a component is not known."""
    if vector is None or any(value is None for value in vector):
        return None
    return math.hypot(*(float(value) for value in vector if value is not None))


def _figures(folder: Path, among: Sequence[Section]) -> list[dict[str, str]]:
    """Title, caption and inlined picture of each figure that is there."""
    captions: dict[str, str] = {}
    file = folder / "figures" / "captions.json"
    if file.is_file():
        captions = json.loads(file.read_text(encoding="utf-8"))
    found = []
    figures = [figure for section in among for figure in section.figures]
    for figure in sorted(figures, key=lambda one: one.order):
        picture = folder / "figures" / f"{figure.name}.png"
        if picture.is_file():
            data = base64.b64encode(picture.read_bytes()).decode("ascii")
            caption = captions.get(figure.name, "")
            found.append({"title": figure.title, "caption": caption, "data": data})
    return found


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found

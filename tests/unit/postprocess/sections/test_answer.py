"""The list of sections: one place, walked by all; a new result is one section; made once."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest
from rich.console import Console

from helpers.synthetic import Synthetic, make
from magcap.case import Case
from magcap.postprocess.answer import SECTIONS, draw_all, summarise, write_results
from magcap.postprocess.files import csv_file, read_results, write_summary
from magcap.postprocess.files.datasets import Datasets
from magcap.postprocess.numbers import depth as depth_numbers, planes, safety
from magcap.postprocess.outcome import Outcome, once
from magcap.postprocess.pictures import Figure, figure
from magcap.postprocess.report import print_summary, write_report
from magcap.postprocess.section import Page, Section, Summary, Terminal


@pytest.fixture(scope="module")
def run() -> Synthetic:
    return make(count=40, carriers=1)


# --- a section as a newcomer would write it ------------------------------------------------


@once
def coldest(outcome: Outcome) -> float:
    """The weakest |B| in the lumen in T."""
    return float(np.linalg.norm(outcome.field.lumen.B, axis=1).min())


def _write(stream: IO[Any], value: float) -> None:
    stream.write(f"weakest B [T]\n{value!r}\n")


def _read(path: Path) -> float:
    return float(path.read_text(encoding="utf-8").splitlines()[1])


WEAKEST_FILE = csv_file("weakest.csv", coldest, _write, _read)


def _draw(path: Path, data: Datasets) -> str:
    value = data[WEAKEST_FILE]
    with figure(path, 1.0) as fig:
        fig.subplots().barh([0], [value])
    return f"Weakest field: {value} T."


WEAKEST = Section(
    name="weakest",
    numbers=lambda outcome: {"field": {"weakest": coldest(outcome)}},
    conventions={"weakest": "Smallest |B| over the lumen nodes."},
    files=(WEAKEST_FILE,),
    figures=(Figure(name="weakest", title="Weak <spot>", order=15, draw=_draw),),
    page=Page(body="<h2>Weakest</h2><p>{{ s.title }}: {{ s.field.weakest | q('T') }}</p>"),
    warnings=lambda summary: ["The field is weak <somewhere>."],
    terminal=Terminal(rows=lambda summary: [("weakest", f"{summary['field']['weakest']:.3g} T")]),
)


def _written(run: Synthetic, folder: Path, *, among: tuple[Section, ...]) -> Summary:
    """Numbers and files of a run."""
    outcome = run.outcome()
    summary = summarise(outcome, version="0", among=among) | {"timings": {}}
    write_results(folder, outcome, among=among)
    write_summary(folder, summary)
    return summary


def test_a_new_result_is_one_section_and_its_place_in_the_list(
    run: Synthetic, tmp_path: Path
) -> None:
    titled = dataclasses.replace(run, case=run.case.model_copy(update={"title": "<b>"}))
    among = (*SECTIONS, WEAKEST)
    summary = _written(titled, tmp_path, among=among)
    weakest = float(np.linalg.norm(run.field.lumen.B, axis=1).min())
    assert summary["field"]["weakest"] == weakest
    assert summary["field"]["dofs"] == 1234, "beside the numbers of the others"
    assert "weakest" in summary["conventions"]
    assert _read(tmp_path / "weakest.csv") == weakest
    only = (dataclasses.replace(WEAKEST),)
    data = read_results(tmp_path)
    assert [path.name for path in draw_all(tmp_path, data, among=only)] == ["weakest.png"]
    text = write_report(tmp_path, among=among).read_text(encoding="utf-8")
    for words in ("<h2>Weakest</h2>", "&lt;b&gt;: ", "Weak &lt;spot&gt;", "weak &lt;somewhere&gt;"):
        assert words in text
    assert f"Weakest field: {weakest} T." in text
    out = io.StringIO()
    print_summary(summary, Console(file=out, width=100), among=among)
    assert f"{weakest:.3g} T" in out.getvalue()


def test_without_it_nothing_says_so(run: Synthetic, tmp_path: Path) -> None:
    """Negative control of the above."""
    summary = _written(run, tmp_path, among=SECTIONS)
    assert "weakest" not in summary["field"]
    assert not (tmp_path / "weakest.csv").exists()
    assert "Weakest" not in write_report(tmp_path).read_text(encoding="utf-8")


def test_figures_have_their_own_name_and_place() -> None:
    figures = [one for section in SECTIONS for one in section.figures]
    assert len({one.name for one in figures}) == len(figures)
    assert len({one.order for one in figures}) == len(figures)
    places = {one.name: one.order for one in figures}
    assert sorted(places, key=lambda name: places[name])[:3] == ["captured", "overview", "depth"]


def test_sections_share_no_number_and_no_convention(run: Synthetic) -> None:
    """Two sections that write the same name would hide each other."""
    outcome = run.outcome()
    seen: set[str] = set()
    for section in SECTIONS:
        for name in (*_leaves(section.numbers(outcome)), *section.conventions):
            assert name not in seen, f"{section.name} writes {name} again"
            seen.add(name)


def _leaves(table: Any) -> list[str]:
    """Names of a section's numbers; of what several sections write to with all names inside."""
    found = []
    for name, value in table.items():
        shared = name in ("field", "flow") and isinstance(value, dict)
        found += _paths(value, name) if shared else [f"table {name}"]
    return found


def _paths(table: dict[str, Any], above: str) -> list[str]:
    """Names of the numbers in a table of tables."""
    return [
        path
        for name, value in table.items()
        for path in (
            _paths(value, f"{above}.{name}") if isinstance(value, dict) else [f"{above}.{name}"]
        )
    ]


@pytest.mark.parametrize(
    ("module", "name"),
    [(depth_numbers, "depth_curve"), (planes, "plane_maps"), (safety, "stray_surfaces")],
)
def test_numbers_and_files_share_what_is_costly(
    run: Synthetic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    calls: list[int] = []
    real: Callable[..., Any] = getattr(module, name)

    def counted(*arguments: Any) -> Any:
        calls.append(1)
        return real(*arguments)

    monkeypatch.setattr(module, name, counted)
    _written(run, tmp_path, among=SECTIONS)
    assert len(calls) == 1
    # Negative control: another outcome of the same results knows nothing of the first.
    summarise(run.outcome(), version="0")
    assert len(calls) == 2


def test_summary_is_written_once_and_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real run without carriers' tracing: its timings stand in the file as returned."""
    import magcap
    from magcap.files import write_text as real

    case = tmp_path / "coil.toml"
    case.write_text(
        """
        title = "coil"
        vessel = { shape = "tube", radius = "3 mm", length = "30 mm" }
        flow.inlet.mean_velocity = "10 cm/s"
        carrier = [{ name = "a", diameter = "18 um", iron_mass = "20 pg", core_diameter = "10 nm" }]
        mesh.resolution = "coarse"
        [[coil]]
        shape = "solenoid"
        inner_diameter = "38 mm"
        outer_diameter = "42 mm"
        height = "40 mm"
        turns = 100
        current = "2 A"
        center = ["0 mm", "0 mm", "-40 mm"]
        """
    )
    present: list[set[str]] = []

    def spied(path: Path, text: str) -> None:
        if path.name == "summary.json":
            present.append({file.name for file in path.parent.iterdir()})
        real(path, text)

    monkeypatch.setattr("magcap.postprocess.files.folder.write_text", spied)
    result = magcap.run_field(magcap.load(case), tmp_path / "out", figures=False)
    assert len(present) == 1
    assert {"case.toml", "depth.csv", "planes.csv", "lumen.vtu"} <= present[0]
    written = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert written["timings"]["postprocess"] > 0.0
    assert written == json.loads(json.dumps(result.summary))


@dataclasses.dataclass(frozen=True)
class Opened:
    """What a stage of tomorrow may make."""

    valves: int


def test_a_section_finds_the_result_of_any_stage(run: Synthetic) -> None:
    outcome = dataclasses.replace(run.outcome(), results={Opened: (Opened(3),)})
    assert outcome.result(Opened) == Opened(3)
    assert outcome.result(Case) is None

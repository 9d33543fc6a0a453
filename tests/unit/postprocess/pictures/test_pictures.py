"""Pictures, report, view and tables on synthetic results."""

from __future__ import annotations

import dataclasses
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread
from rich.console import Console

from helpers.synthetic import Synthetic, make
from magcap.errors import CaseError
from magcap.postprocess.answer import render_folder
from magcap.postprocess.files import Datasets
from magcap.postprocess.pictures import build_scene, frame_of
from magcap.postprocess.report import print_summary, view, write_report

ALL = {"overview", "captured", "density", "depth", "planes", "safety", "force", "flow"}
EVIL = '<script>alert("x")</script> & co'


@pytest.fixture(scope="module")
def run() -> Synthetic:
    synthetic = make(count=600)
    return dataclasses.replace(synthetic, case=synthetic.case.model_copy(update={"title": EVIL}))


@pytest.fixture(scope="module")
def folder(run: Synthetic, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures")
    run.write(path)
    render_folder(path)
    return path


def test_all_figures_from_the_folder_alone(folder: Path) -> None:
    assert {file.stem for file in (folder / "figures").glob("*.png")} == ALL


@pytest.mark.parametrize("name", sorted(ALL))
def test_figures_are_wide_and_nothing_is_clipped(folder: Path, name: str) -> None:
    """Two columns of a journal at 220 dpi; the outermost pixels are white on all sides."""
    image = imread(folder / "figures" / f"{name}.png")[..., :3]
    assert image.shape[1] == pytest.approx(7.1 * 220, abs=2)
    assert image.std() > 0.05
    for side in (image[:2], image[-2:], image[:, :2], image[:, -2:]):
        assert side.min() > 0.99


def test_without_magnet_only_what_makes_sense(tmp_path: Path) -> None:
    bare = make(magnet=False, count=30, carriers=1)
    bare.write(tmp_path)
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "depth.png").write_bytes(b"stale")
    files = render_folder(tmp_path)
    assert {file.stem for file in files} == ALL - {"depth", "planes", "safety", "force"}
    assert not (tmp_path / "figures" / "depth.png").exists()


def test_side_view_has_the_vessel_across_and_the_magnet_below(run: Synthetic) -> None:
    data = Datasets.of(run.outcome())
    frame = frame_of(data.flow, data.bodies)
    np.testing.assert_allclose(frame.along, [1, 0, 0], atol=1e-6)
    np.testing.assert_allclose(frame.up, [0, 0, 1], atol=0.1)
    assert frame.magnet_below
    assert frame.normal @ [0, -1, 0] > 0.99


def test_scene_for_a_notebook(run: Synthetic) -> None:
    plotter = build_scene(run.outcome(), off_screen=True)
    assert len(plotter.actors) > 6
    plotter.close()


class _Page(HTMLParser):
    """Collects open tags and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href")]
        if tag not in ("meta", "img", "br", "link", "input"):
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag


def _checked(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    assert page.stack == []
    assert all(a.startswith("data:") for a in page.addresses)
    assert not re.search(r"url\(|@import|https?://", text)
    return page


def test_report_stands_alone(folder: Path) -> None:
    text = write_report(folder).read_text(encoding="utf-8")
    page = _checked(text)
    assert len(page.addresses) == len(ALL)
    assert "<script" not in text
    assert "95 % confidence interval" in text
    assert "3 chi/(3 + chi)" in text


def test_report_without_figures(tmp_path: Path) -> None:
    make(magnet=False, count=30).write(tmp_path)
    assert "of the MSC 10 pg" in write_report(tmp_path).read_text(encoding="utf-8")


def test_report_of_no_run(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="finished run"):
        write_report(tmp_path)


def test_view_stands_alone(folder: Path) -> None:
    text = view(folder, open_browser=False).read_text(encoding="utf-8")
    _checked(text)
    assert "<script>alert" not in text
    assert "webgl2" in text


def test_view_without_magnet(tmp_path: Path) -> None:
    make(magnet=False, count=30).write(tmp_path)
    assert view(tmp_path, open_browser=False).is_file()


def test_tables_name_every_carrier(run: Synthetic, tmp_path: Path) -> None:
    summary = run.write(tmp_path)
    out = io.StringIO()
    print_summary(summary, Console(file=out, width=100))
    text = out.getvalue()
    for word in ("MSC 10 pg", "MSC 20 pg", "captured", "mass imbalance", "boundary layer"):
        assert word in text

"""Loading: paths, defaults, the library, waveforms, and reading back what a run writes."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from magcap.cli.templates import TEMPLATES, template_text
from magcap.errors import CaseError
from magcap.reading import case_toml, load
from magcap.reading.read import loads

CASE = """
vessel = { shape = "tube", radius = "3 mm", length = "80 mm" }
flow.inlet.mean_velocity = "0.1 m/s"
carrier = [{ from = "msc-ferumoxides", count = 7 }]
"""


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_is_written_reads_back(template: str, tmp_path: Path) -> None:
    case = loads(template_text(template))
    assert loads(case_toml(case)) == case


def test_waveform_counts_with_its_mean(tmp_path: Path) -> None:
    rows = [f"{0.02 * i},{2e-6 * (1 + 0.5 * math.sin(2 * math.pi * i / 50))!r}" for i in range(51)]
    (tmp_path / "q.csv").write_text("\n".join(["t [s], Q [m^3/s]", *rows]))
    path = tmp_path / "case.toml"
    path.write_text(CASE.replace('mean_velocity = "0.1 m/s"', 'waveform = "q.csv"'))
    case = load(path)
    assert case.flow.inlets[0].flow_rate == pytest.approx(2e-6, rel=1e-9)
    assert case.flow.inlets[0].waveform == str(tmp_path / "q.csv")
    assert loads(case_toml(case)) == case
    other = case_toml(case).replace(f"{case.flow.inlets[0].flow_rate!r} m^3/s", "1e-6 m^3/s")
    assert loads(other).flow.inlets[0].flow_rate == 1e-6, "a mean beside a waveform is its mean"
    with pytest.raises(CaseError, match="got both"):
        loads(other.replace("scale = 1.0", "scale = 2.0"))


def test_waveform_by_name_and_scale() -> None:
    """The library's mean is 6.5 ml/s; what a run writes has the scale in its flow rate."""
    text = CASE.replace('mean_velocity = "0.1 m/s"', 'waveform = "carotid"\nflow.inlet.scale = 0.5')
    case = loads(text)
    assert case.flow.inlets[0].waveform == "common-carotid"
    assert case.flow.inlets[0].flow_rate == pytest.approx(3.25e-6, rel=1e-3)
    assert loads(case_toml(case)) == case


def test_paths_start_at_the_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cases").mkdir()
    lines = ["x,y,z,radius", *(f"{i},0,0,2" for i in range(0, 41, 4))]
    (tmp_path / "cases" / "line.csv").write_text("\n".join(lines))
    path = tmp_path / "cases" / "case.toml"
    tube = '{ shape = "tube", radius = "3 mm", length = "80 mm" }'
    path.write_text(CASE.replace(tube, '{ shape = "centerline", file = "line.csv" }'))
    monkeypatch.chdir(tmp_path)
    vessel = load("cases/case.toml").vessel
    assert getattr(vessel, "file", None) == tmp_path / "cases" / "line.csv"


def test_gradient_in_one_list() -> None:
    nine = ", ".join(f'"{value} T/m"' for value in (1, 0.5, 0, 0.5, -2, 0, 0, 0, 1))
    case = loads(f"{CASE}[background]\ngradient = [{nine}]")
    assert case.background is not None
    assert case.background.gradient == ((1, 0.5, 0), (0.5, -2, 0), (0, 0, 1))


def test_outlet_names() -> None:
    outlet = '[[flow.outlet]]\nname = "outlet_1"\nflow_fraction = "30 %"\n'
    text = template_text("bifurcation")
    start, end = text.index("[[flow.outlet]]"), text.index("[[carrier]]")
    fraction = loads(text[:start] + outlet + text[end:]).flow.outlet[0].flow_fraction
    assert fraction == pytest.approx(0.3)
    with pytest.raises(CaseError, match='"outlet_1" or "outlet_2"'):
        loads(text[:start] + outlet.replace("outlet_1", "left") + text[end:])


def test_faults_are_compared_by_what_they_say() -> None:
    with pytest.raises(CaseError) as first:
        loads("")
    with pytest.raises(CaseError) as second:
        loads("")
    assert first.value == second.value
    assert len(first.value.faults) == 3

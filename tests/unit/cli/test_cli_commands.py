"""The command line: what the commands say, their exit codes, and that help is quick."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from magcap.case import Case
from magcap.cli.app import app
from magcap.cli.check import engineering
from magcap.cli.estimate import estimate
from magcap.cli.exit_codes import guarded
from magcap.cli.templates import TEMPLATES
from magcap.errors import SolverError
from magcap.pipeline import logged
from magcap.pipeline.progress import PlainReporter
from magcap.reading import load_with_outline
from magcap.reading.read import loads
from magcap.version import __version__

TUBE = """
vessel = { shape = "tube", radius = "3 mm", length = "80 mm" }
flow.inlet.mean_velocity = "0.1 m/s"
[background]
field = ["0 T", "0 T", "3 T"]
gradient = [["-0.2 T/m", "0 T/m", "0 T/m"], ["0 T/m", "-0.2 T/m", "0 T/m"],
            ["0 T/m", "0 T/m", "0.4 T/m"]]
[[carrier]]
name = "cell"
diameter = "18 um"
iron_mass = "20 pg"
core_diameter = "1 um"
"""


def _say(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    assert "Traceback" not in result.output
    return result.exit_code, result.output


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_are_valid(
    template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, said = _say("new", "mine", "--template", template)
    assert (code, "mine.toml" in said) == (0, True)
    assert 'title = "mine"' in (tmp_path / "mine.toml").read_text()
    code, said = _say("check", "mine.toml")
    assert code == 0, said
    for words in ("Reynolds number", "Péclet number", "regime", "memory", "outlet"):
        assert words in said


def test_new_writes_nothing_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text("precious")
    code, said = _say("new", "mine")
    assert (code, "is there already" in said) == (2, True)
    assert (tmp_path / "mine.toml").read_text() == "precious"
    code, said = _say("new", "other", "--template", "stenossis")
    assert (code, "Did you mean stenosis?" in said) == (2, True)
    assert not (tmp_path / "other.toml").exists()


def test_schema_is_json() -> None:
    code, said = _say("schema")
    assert code == 0
    assert json.loads(said)["title"] == "Case"


def test_libraries() -> None:
    code, said = _say("carriers", "dynabeads m280")
    assert (code, "dynabeads-m280" in said, "myone" in said.lower()) == (0, True, False)
    code, said = _say("materials", "N52")
    assert (code, "N52" in said) == (0, True)
    assert _say("carriers", "nothing like it")[0] == 0


def test_waveforms_are_listed() -> None:
    code, said = _say("materials", "waveform carotid")
    assert code == 0
    assert "common-carotid" in said and "6.5" in said and "openBF" in said
    assert "abdominal" not in said


def test_version_and_usage() -> None:
    assert _say("--version") == (0, f"magcap {__version__}\n")
    assert _say("check")[0] == 2
    assert _say("chekc")[0] == 2
    assert _say("report", "/nonexistent")[0] == 2


def test_help_is_quick_and_light() -> None:
    """No heavy module for help; 0.3 s is the aim, measured by benchmarks on a quiet machine."""
    code = (
        "import sys; sys.argv = ['magcap', '--help']\n"
        "from magcap.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pint', 'pydantic', 'dolfinx', 'gmsh', 'pyvista', 'numba', 'rich'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "carriers" in done.stdout


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (SolverError("The flow did not converge; take a finer mesh."), 1, "finer mesh"),
        (KeyboardInterrupt(), 130, "Interrupted"),
        (OSError(28, "No space left on device", "runs/x"), 1, "runs/x: No space left on device"),
        (MemoryError(), 1, "memory"),
        (ZeroDivisionError("a defect"), 1, "ZeroDivisionError: a defect"),
    ],
)
def test_exit_codes(
    error: BaseException,
    code: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    @guarded
    def command() -> None:
        raise error

    with pytest.raises(SystemExit) as ended:
        command()
    assert ended.value.code == code
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said
    if isinstance(error, ZeroDivisionError):
        (log,) = (tmp_path / "magcap").iterdir()
        assert "Traceback" in log.read_text()
        assert str(log) in said


def test_ranks_agree_and_one_speaks(tmp_path: Path) -> None:
    """Every rank ends with 2; only rank 0 prints (ranks as a launcher tells them)."""
    case = tmp_path / "case.toml"
    case.write_text("title = 3")
    for rank, speaks in (("0", True), ("1", False)):
        done = subprocess.run(
            [sys.executable, "-c", "from magcap.cli import main; main()", "check", str(case)],
            env={**os.environ, "PMI_RANK": rank, "PMI_SIZE": "2"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, bool(done.stderr)) == (2, speaks)


def test_derived_numbers(tmp_path: Path) -> None:
    """Closed forms: Re, developed wall shear, saturated force and drift."""
    path = tmp_path / "case.toml"
    path.write_text(TUBE)
    case, shape = load_with_outline(path)
    numbers = estimate(case, shape)
    assert numbers.flow.reynolds == pytest.approx(1060 * 0.1 * 6e-3 / 3.5e-3)
    assert numbers.flow.wall_shear_rate == pytest.approx(8 * 0.1 / 6e-3)
    assert numbers.flow.transit_time == pytest.approx(0.8, rel=1e-6)
    (cell,) = numbers.carriers
    assert cell.moment == pytest.approx(20 * 1.1899e-13, rel=1e-4)
    # Saturated in 3 T: F = m |grad|B||, largest at the wall: |B| at 3 T + 0.4 T/m z and so on.
    assert cell.force == pytest.approx(20 * 1.1899e-13 * 0.4, rel=2e-3)
    mobility = 1 / (6 * 3.141592653589793 * 3.5e-3 * 9e-6)
    assert cell.transport.drift == pytest.approx(cell.force * mobility, rel=1e-12)
    assert numbers.gap == float("inf")


def test_sizes_with_prefixes() -> None:
    assert engineering(0.0123, "m") == "12.3 mm"
    assert engineering(-5.04e-7, "m/s") == "-504 nm/s"
    assert engineering(999.9, "m") == "1 km"


def test_core_diameter_is_filled_in(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        case = loads(TUBE.replace('core_diameter = "1 um"', ""))
    assert isinstance(case, Case)
    assert case.carrier[0].core_diameter == 10e-9
    assert "10 nm is taken" in caplog.text


def test_log_of_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (
        pytest.raises(SolverError),
        logged(tmp_path / "run", PlainReporter(), verbose=False) as progress,
    ):
        progress.stage("flow")
        progress.done("flow", 1.5, False)
        logging.getLogger("magcap.solvers.flow.steady").info("said quietly")
        logging.getLogger("magcap.solvers.flow.steady").warning("said aloud")
        raise SolverError("it failed")
    log = (tmp_path / "run" / "log.txt").read_text()
    for words in ("flow done in 1.50 s", "said quietly", "said aloud", "it failed", "Traceback"):
        assert words in log
    said = capsys.readouterr().out
    assert said == "flow: 1.5 s\nwarning: said aloud\n"
    assert not logging.getLogger("magcap").handlers


@pytest.mark.parametrize(("loads_too", "said"), [(False, "magnetics.loads = true"), (True, "and")])
def test_check_says_who_computes_the_forces_on_bodies(
    loads_too: bool, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _say("new", "mine", "--template", "iron")
    asked = f"magnetics.loads = {str(loads_too).lower()}\n"
    Path("mine.toml").write_text(asked + Path("mine.toml").read_text())
    code, text = _say("check", "mine.toml")
    (line,) = (line for line in text.splitlines() if "forces on the bodies" in line)
    assert code == 0
    assert said in line and "`magcap field`" in line

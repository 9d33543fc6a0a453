"""Wrong input: one clear sentence for each fault, exit code 2, no traceback, nothing written.

Every row changes a valid case and names the path (or the words) that the sentence must have.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from magcap.cli.app import app

BASE = """\
title = "base"
[[magnet]]
shape = "cylinder"
diameter = "50 mm"
height = "30 mm"
grade = "N52"
center = ["0 mm", "0 mm", "-25 mm"]
[vessel]
shape = "tube"
radius = "3 mm"
length = "80 mm"
[blood]
viscosity = "3.5 mPa*s"
[flow]
inlet = { mean_velocity = "0.1 m/s" }
[[flow.outlet]]
name = "outlet"
pressure = "0 Pa"
[[carrier]]
name = "MSC"
diameter = "15 um"
iron_mass = "20 pg"
core_diameter = "10 nm"
count = 100
[capture]
seed = 1
"""

VESSEL = 'shape = "tube"\nradius = "3 mm"\nlength = "80 mm"'
INLET = 'mean_velocity = "0.1 m/s"'
LOAD = 'iron_mass = "20 pg"'
SIZE = 'diameter = "50 mm"\nheight = "30 mm"'
OUTLET = '[[flow.outlet]]\nname = "outlet"\npressure = "0 Pa"\n'


def _background(*rows: str) -> str:
    return f"[background]\ngradient = [{', '.join(rows)}]\n"


def _row(*values: str) -> str:
    return "[" + ", ".join(f'"{value} T/m"' for value in values) + "]"


#: name, what is replaced, by what, what the sentence must contain.
CASES: list[tuple[str, str, str, str]] = [
    # Unknown keys.
    ("unknown table", "[capture]", "[captur]", r"`captur` is not known; did you mean `capture`"),
    ("unknown key", "radius =", "raduis =", r"`vessel\.raduis` .* did you mean `radius`"),
    ("unknown key in list", "grade =", "grad =", r"`magnet\[1\]\.grad` .* did you mean `grade`"),
    ("unknown nested key", INLET, INLET + ", speed = 1", r"`flow\.inlet\.speed` is not known"),
    ("strange key", "[capture]", '[capture]\n"a b.c" = 1', r'`capture\."a b\.c"` is not known'),
    # Units and numbers.
    ("wrong unit", '"3 mm"', '"3 kg"', r"`vessel\.radius` .* length .* got \"3 kg\""),
    ("no unit", '"3 mm"', "3", r"`vessel\.radius` .* got 3 without a unit"),
    ("unknown unit", '"3 mm"', '"3 parsnip"', r"`vessel\.radius` .* got \"3 parsnip\""),
    ("no number", '"3 mm"', '"mm"', r"`vessel\.radius` must be"),
    ("comma", '"3 mm"', '"3,5 mm"', r"`vessel\.radius` must be"),
    ("negative", '"3 mm"', '"-3 mm"', r"`vessel\.radius` .* positive length"),
    ("zero", '"3 mm"', '"0 mm"', r"`vessel\.radius` .* positive length"),
    ("nan", '"3 mm"', "nan", r"`vessel\.radius` .* got nan"),
    ("inf text", '"3 mm"', '"inf mm"', r"`vessel\.radius` must be"),
    ("overflow", '"3 mm"', '"1e999 mm"', r"`vessel\.radius` must be"),
    ("arithmetic", '"3 mm"', '"9^9^9^9 mm"', r"`vessel\.radius` must be"),
    ("empty text", '"3 mm"', '""', r"`vessel\.radius` must be"),
    ("date", '"3 mm"', "2020-01-01", r"`vessel\.radius` .* got 2020-01-01"),
    ("table for length", '"3 mm"', "{ a = 1 }", r"`vessel\.radius` .* got a table"),
    (
        "inf in direction",
        "[capture]",
        "[capture]\ngravity = [0, 0, inf]",
        r"`capture\.gravity\[3\]`",
    ),
    ("two entries", '"0 mm", "-25 mm"]', '"-25 mm"]', r"`magnet\[1\]\.center` must be a list of 3"),
    ("unit inside list", '"-25 mm"', '"-25 s"', r"`magnet\[1\]\.center\[3\]` must be a length"),
    ("remanence", 'grade = "N52"', 'remanence = "13 kg"', r"`magnet\[1\]\.remanence` .*1\.3 T"),
    # Types.
    ("mesh a number", 'title = "base"', "mesh = 3", r"`mesh` must be a table, got 3"),
    ("magnet one table", "[[magnet]]", "[magnet]", r"`magnet` must be a list of tables"),
    ("count a fraction", "count = 100", "count = 0.5", r"`carrier\[1\]\.count` .* whole number"),
    ("count true", "count = 100", "count = true", r"`carrier\[1\]\.count` .* got true"),
    ("seed a text", "seed = 1", 'seed = "one"', r"`capture\.seed` .* whole number"),
    ("seed negative", "seed = 1", "seed = -1", r"`capture\.seed` .* at least 0"),
    ("control a text", "seed = 1", 'control = "yes"', r"`capture\.control` .* true or false"),
    ("title a number", 'title = "base"', "title = 3", r"`title` must be a text"),
    # Choices.
    (
        "vessel shape",
        'shape = "tube"',
        'shape = "tub"',
        r"`vessel\.shape` must be one of .*\"tube\"",
    ),
    (
        "magnet shape",
        'shape = "cylinder"',
        'shape = "cone"',
        r"`magnet\[1\]\.shape` must be one of",
    ),
    ("grade", '"N52"', '"N53"', r"`magnet\[1\]\.grade`"),
    ("profile", INLET, INLET + ', profile = "flat"', r"`flow\.inlet\.profile` must be one of"),
    ("force", "seed = 1", 'forces = ["drag", "magic"]', r"`capture\.forces\[2\]` must be one of"),
    ("forces text", "seed = 1", 'forces = "drag"', r"`capture\.forces` must be a list"),
    ("kind", LOAD, LOAD + '\nkind = "virus"', r"`carrier\[1\]\.kind` must be one of"),
    ("resolution", "[capture]", '[mesh]\nresolution = "huge"\n[capture]', r"`mesh\.resolution`"),
    # Missing.
    ("no vessel", "[vessel]\n" + VESSEL, "", r"`vessel` is missing"),
    ("no radius", 'radius = "3 mm"\n', "", r"`vessel\.radius` is missing: a positive length"),
    ("no shape", 'shape = "tube"\n', "", r"`vessel\.shape` is missing: one of"),
    ("no magnet height", 'height = "30 mm"\n', "", r"`magnet\[1\]\.height` is missing"),
    ("no inlet", "inlet = {", "# {", r"`flow\.inlet` is missing"),
    ("no carrier name", 'name = "MSC"\n', "", r"`carrier\[1\]\.name` is missing"),
    ("no material", 'grade = "N52"\n', "", r"`magnet\[1\]` needs a `grade`"),
    # Between values.
    ("two inlets", INLET, INLET + ', flow_rate = "1 ml/s"', r"`flow\.inlet` must have exactly one"),
    ("no inflow", INLET, "", r"`flow\.inlet` must have exactly one .* got none"),
    ("outlet name", 'name = "outlet"', 'name = "out"', r"`flow\.outlet\[1\]\.name` .*\"outlet\""),
    ("outlet twice", OUTLET, OUTLET + OUTLET, r"`flow\.outlet\[2\]\.name` .* twice"),
    (
        "outlet both",
        'pressure = "0 Pa"',
        'pressure = "0 Pa"\nflow_fraction = 1',
        r"got pressure and flow",
    ),
    ("outlet neither", 'pressure = "0 Pa"', "", r"`flow\.outlet\[1\]` .* got none"),
    ("fractions", 'pressure = "0 Pa"', "flow_fraction = 0.5", r"`flow\.outlet` .* add up to 1"),
    ("no iron", LOAD, "", r"`carrier\[1\]` must have exactly one of iron_mass"),
    (
        "two loads",
        LOAD,
        LOAD + "\nmagnetic_fraction = 0.1",
        r"`carrier\[1\]` must have exactly one",
    ),
    ("fraction above 1", LOAD, "magnetic_fraction = 2", r"`carrier\[1\]\.magnetic_fraction`"),
    ("no susceptibility", LOAD, LOAD + '\nmagnetization = "linear"', r"`carrier\[1\]\.suscept"),
    ("carrier too large", '"15 um"', '"15 mm"', r"`carrier\[1\]\.diameter`"),
    ("core too large", '"10 nm"', '"1 mm"', r"`carrier\[1\]\.core_diameter` must be at most"),
    (
        "gsd",
        '"15 um"',
        '{ median = "15 um", gsd = 0.5 }',
        r"`carrier\[1\]\.diameter\.gsd` .* at least 1",
    ),
    ("list for diameter", '"15 um"', "[]", r"`carrier\[1\]\.diameter` must be .* or a table with"),
    ("no gsd", '"15 um"', '{ median = "15 um" }', r"`carrier\[1\]\.diameter\.gsd` is missing"),
    ("zero carriers", "count = 100", "count = 0", r"`carrier\[1\]\.count` .* at least 1"),
    ("library name", 'name = "MSC"', 'from = "msc-ferumoxide"', r"did you mean `msc-ferumoxides`"),
    (
        "force twice",
        "seed = 1",
        'forces = ["drag", "drag"]',
        r"`capture\.forces` has \"drag\" twice",
    ),
    ("no drag", "seed = 1", 'forces = ["magnetic"]', r"`capture\.forces` must have \"drag\""),
    ("axis zero", 'length = "80 mm"', 'length = "80 mm"\naxis = [0, 0, 0]', r"`vessel\.axis`"),
    ("hematocrit", "[blood]", "[blood]\nhematocrit = 45", r"`blood\.hematocrit` .* below 1"),
    ("temperature", "[blood]", '[blood]\ntemperature = "37 K"', r"`blood\.temperature`"),
    (
        "trace",
        "[blood]",
        _background(_row("1", "0", "0"), _row("0", "1", "0"), _row("0", "0", "1")) + "[blood]",
        r"`background\.gradient` must be trace-free .* trace of 3 T/m",
    ),
    (
        "asymmetric",
        "[blood]",
        _background(_row("0", "1", "0"), _row("2", "0", "0"), _row("0", "0", "0")) + "[blood]",
        r"`background\.gradient` must be symmetric .* 2 T/m in row 2, column 1 and 1 T/m",
    ),
    (
        "closed stenosis",
        VESSEL,
        'shape = "stenosis"\nradius = "3 mm"\nlength = "80 mm"\nseverity = "100 %"\n'
        'stenosis_length = "10 mm"',
        r"`vessel\.severity` must be below 100 %",
    ),
    (
        "folded bend",
        VESSEL,
        'shape = "bend"\nradius = "3 mm"\nbend_radius = "2 mm"\nangle = "90 deg"\n'
        'inlet_length = "10 mm"\noutlet_length = "10 mm"',
        r"`vessel\.bend_radius` must be at least",
    ),
    (
        "target keys",
        "[capture]",
        '[target]\nshape = "sphere"\n[capture]',
        r"`target\.radius` is miss",
    ),
    (
        "target order",
        "[capture]",
        '[target]\nshape = "segment"\nfrom = "2 mm"\nto = "1 mm"\n[capture]',
        r"`target\.to` must be beyond",
    ),
    ("tissue", "[capture]", "[tissue]\nlayer = []\n[capture]", r"`tissue\.skin` is missing"),
    # Bodies.
    ("magnet in vessel", '"-25 mm"', '"-15 mm"', r"`magnet\[1\]` overlaps the vessel by 3 mm"),
    (
        "magnets overlap",
        "[vessel]",
        '[[magnet]]\nshape = "sphere"\ndiameter = "20 mm"\ngrade = "N42"\n'
        'center = ["0 mm", "0 mm", "-40 mm"]\n[vessel]',
        r"`magnet\[2\]` overlaps `magnet\[1\]`",
    ),
    ("ring inside out", SIZE, 'inner_diameter = "5 mm"\nouter_diameter = "4 mm"', r"`magnet\[1\]"),
    # Files.
    ("no surface file", VESSEL, 'shape = "surface"\nfile = "a.stl"', r"`vessel\.file`.*a\.stl"),
    ("empty surface", VESSEL, 'shape = "surface"\nfile = "empty.stl"', r"`vessel\.file`.*empty"),
    ("not a mesh", VESSEL, 'shape = "surface"\nfile = "text.stl"', r"`vessel\.file`.*text\.stl"),
    ("a folder", VESSEL, 'shape = "surface"\nfile = "."', r"`vessel\.file`"),
    ("no centreline", VESSEL, 'shape = "centerline"\nfile = "a.csv"', r"`vessel\.file`.*a\.csv"),
    ("magnet file", SIZE, 'file = "a.stl"', r"`magnet\[1\]"),
    ("no waveform", INLET, 'waveform = "q.csv"', r"`flow\.inlet\.waveform`.* is not there"),
    ("waveform gap", INLET, 'waveform = "gap.csv"', r"`flow\.inlet\.waveform`.* a gap of"),
    (
        "waveform nan",
        INLET,
        'waveform = "nan.csv"',
        r"`flow\.inlet\.waveform`.* a value is missing",
    ),
    ("waveform drift", INLET, 'waveform = "open.csv"', r"`flow\.inlet\.waveform`.* not periodic"),
    ("waveform back", INLET, 'waveform = "back.csv"', r"`flow\.inlet\.waveform`.* must increase"),
    # Later versions.
    ("iron", "[vessel]", "[[iron]]\n[vessel]", r"`iron\[1\].shape` is missing"),
    ("coil", "[vessel]", "[[coil]]\n[vessel]", r"`coil\[1\].shape` is missing"),
    (
        "current without turns",
        "[vessel]",
        '[[coil]]\nshape = "solenoid"\ninner_diameter = "2 cm"\nouter_diameter = "3 cm"\n'
        'height = "1 cm"\ncurrent = "5 A"\ncenter = ["0 m", "0 m", "1 m"]\n[vessel]',
        r"`coil\[1\].turns` is missing",
    ),
    (
        "pulsatile",
        "[flow]",
        '[flow]\nregime = "pulsatile"',
        r"`flow\.regime` = \"pulsatile\" needs `flow\.inlet\.waveform`",
    ),
    ("thin", "[blood]", '[blood]\nyield_stress = "5 mPa"', r"`blood\.yield_stress` belongs to"),
    (
        "thin blood",
        "[blood]",
        '[blood]\nmodel = "quemada"\nhematocrit = 0.1',
        r"`blood\.hematocrit` must lie between 0\.2 and 0\.65 .* got 0\.1",
    ),
    (
        "solid blood",
        "[blood]",
        '[blood]\nmodel = "quemada"\nintrinsic_viscosity_at_rest = 5.0',
        r"`blood\.intrinsic_viscosity_at_rest` must be below 4\.4",
    ),
    (
        "thick blood",
        "[blood]",
        '[blood]\nmodel = "casson"\ncasson_viscosity = "1 Pa*s"',
        r"`blood\.maximum_viscosity` must be more than twice .* got 1 and 1 Pa\*s",
    ),
    (
        "bounds of blood",
        "[blood]",
        '[blood]\nmodel = "power-law"\nminimum_viscosity = "2 Pa*s"',
        r"`blood\.minimum_viscosity` must be below",
    ),
    (
        "womersley",
        INLET,
        INLET + ', profile = "womersley"',
        r"`flow\.inlet\.profile` = \"womersley\"",
    ),
    (
        "windkessel",
        'pressure = "0 Pa"',
        "windkessel = {}",
        r"`flow\.outlet\[1\]\.windkessel\.proximal` is missing",
    ),
    (
        "windkessel without a store",
        'pressure = "0 Pa"',
        'windkessel = { proximal = "1e8 Pa*s/m^3", distal = "2e9 Pa*s/m^3", '
        'compliance = "0 m^3/Pa" }',
        r"`flow\.outlet\[1\]\.windkessel\.compliance` must be a positive",
    ),
    (
        "two laws of an outlet",
        'pressure = "0 Pa"',
        'pressure = "0 Pa"\nresistance = "1e9 Pa*s/m^3"',
        r"`flow\.outlet\[1\]` must have one of .* got pressure and resistance",
    ),
    (
        "chains",
        "seed = 1",
        'forces = ["drag", "chains"]',
        r"`capture\.forces\[2\]` = \"chains\" is not",
    ),
    (
        "lift named twice",
        "seed = 1",
        'forces = ["drag", "lift", "wall-lift"]',
        r"`capture\.forces` has \"wall-lift\" twice: \"lift\" stands for it as well",
    ),
    (
        "nothing soft",
        "seed = 1",
        'forces = ["drag", "deformability-lift"]',
        r"`capture\.forces` has \"deformability-lift\", but no carrier has a `softness`",
    ),
    ("softness", 'name = "MSC"', 'name = "MSC"\nsoftness = -1', r"`carrier\[1\]\.softness` must"),
    (
        "friction above 2",
        "seed = 1",
        'wall = { model = "threshold", friction = 3 }',
        r"`capture\.wall\.friction` must be a number between 0 and 2, got 3\.",
    ),
    (
        "friction below 0",
        "seed = 1",
        'wall = { model = "threshold", friction = -0.1 }',
        r"`capture\.wall\.friction` must be a number between 0 and 2, got -0\.1",
    ),
    (
        "no friction",
        "seed = 1",
        'wall = { model = "threshold" }',
        r"`capture\.wall\.friction` is missing; a threshold wall needs `friction`\.",
    ),
    (
        "rough as a ball",
        "seed = 1",
        'wall = { model = "threshold", friction = 0.3, roughness = "5 um" }',
        r"`capture\.wall\.roughness` must be at most a tenth of the radius",
    ),
    (
        "bond strength without a unit",
        "seed = 1",
        'wall = { model = "adhesion", bond_strength = 100, formation_rate = "1 1/s" }',
        r"`capture\.wall\.bond_strength` must be a positive force such as \"100 pN\", got 100 "
        r"without a unit\.",
    ),
    (
        "friction of bonds",
        "seed = 1",
        'wall = { model = "adhesion", bond_strength = "100 pN", formation_rate = "1 1/s", '
        "friction = 0.3 }",
        r"`capture\.wall\.friction` does not belong to an adhesion wall",
    ),
    (
        "friction of a wall that sticks",
        "seed = 1",
        "wall = { friction = 0.3 }",
        r"`capture\.wall\.friction` does not belong to a stick wall\.",
    ),
    (
        "wall of glue",
        "seed = 1",
        'wall = { model = "glue" }',
        r"`capture\.wall\.model` must be one of .*\"threshold\".*, got \"glue\"\.",
    ),
    # TOML.
    ("not TOML", 'title = "base"', "title = base", r"is not valid TOML: .*line 1"),
    ("table twice", "[capture]", "[blood]\n[capture]", r"is not valid TOML"),
    ("huge integer", "count = 100", f"count = {'9' * 5000}", r"is not valid TOML|whole number"),
    ("deep", "[capture]", f"[capture]\nx = {'[' * 3000}{']' * 3000}", r"nested too deeply|TOML"),
]


def _files(folder: Path) -> None:
    (folder / "empty.stl").write_bytes(b"")
    (folder / "text.stl").write_text("to be or not to be\n" * 20)
    head = "t [s], Q [m^3/s]"
    lines = [head, *(f"{0.01 * i},{1e-6 * (1 + (i % 100 == 50))}" for i in range(101))]
    (folder / "gap.csv").write_text("\n".join(lines[:30] + lines[50:]))
    (folder / "nan.csv").write_text("\n".join([*lines[:30], "0.3,nan", *lines[31:]]))
    rising = [head, *(f"{0.01 * i},{1e-6 * i}" for i in range(100))]
    (folder / "open.csv").write_text("\n".join(rising))
    (folder / "back.csv").write_text("\n".join([*lines[:30], lines[10], *lines[31:]]))


def _snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and what was said; the outcome of a command run in `folder`."""
    result = CliRunner().invoke(app, [*arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("old", "new", "words"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_wrong_case(
    old: str, new: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert old in BASE
    monkeypatch.chdir(tmp_path)
    _files(tmp_path)
    (tmp_path / "case.toml").write_text(BASE.replace(old, new, 1))
    before = _snapshot(tmp_path)
    code, said = _run(tmp_path, "run", "case.toml", "-o", "out")
    assert code == 2, said
    assert re.search(words, said), said
    for raw in (
        "pydantic",
        "validation error",
        "Input should",
        "type=",
        "Extra inputs",
        "function-",
    ):
        assert raw not in said
    for line in said.strip().splitlines():
        assert re.search(r"[.?]\)?$", line), f"no sentence: {line}"
    assert _snapshot(tmp_path) == before
    assert not (tmp_path / "out").exists()


def test_there_are_sixty() -> None:
    assert len(CASES) >= 60
    assert len({row[0] for row in CASES}) == len(CASES)


def test_base_is_valid(tmp_path: Path) -> None:
    """The negative control: without a change nothing is wrong."""
    (tmp_path / "case.toml").write_text(BASE)
    code, said = _run(tmp_path, "check", str(tmp_path / "case.toml"))
    assert code == 0, said


def test_all_faults_at_once(tmp_path: Path) -> None:
    text = (
        BASE.replace('"3 mm"', '"3 kg"')
        .replace('grade = "N52"', 'grade = "N53"')
        .replace("mean_velocity", "mean_velocitty")
        .replace("seed = 1", 'forces = ["chains", "drag", "drag"]')
        .replace(LOAD, "")
    )
    (tmp_path / "case.toml").write_text(text)
    code, said = _run(tmp_path, "check", str(tmp_path / "case.toml"))
    assert code == 2
    for path in (
        "`vessel.radius`",
        "`magnet[1].grade`",
        "`flow.inlet.mean_velocitty`",
        "`capture.forces[1]`",
        '`capture.forces` has "drag" twice',
        "`carrier[1]` must have exactly one",
    ):
        assert path in said, said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "is not there"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"", "`vessel` is missing"),
        (b"#" * 10_000_001, "larger than 10 MB"),
        (b"\x00", "is not valid TOML"),
    ],
    ids=["absent", "binary", "empty", "large", "null"],
)
def test_wrong_file(content: bytes | None, words: str, tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    if content is not None:
        path.write_bytes(content)
    for command in ("check", "run"):
        code, said = _run(tmp_path, command, str(path))
        assert code == 2
        assert words in said


def test_folder_for_file(tmp_path: Path) -> None:
    code, said = _run(tmp_path, "check", str(tmp_path))
    assert code == 2
    assert "is not a file" in said


def test_output_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(BASE)
    (tmp_path / "out").write_text("precious")
    code, said = _run(tmp_path, "run", str(tmp_path / "case.toml"), "-o", str(tmp_path / "out"))
    assert code == 2
    assert "is a file" in said
    assert (tmp_path / "out").read_text() == "precious"

"""No text, bytes or values of a case file make anything but a case or a `CaseError`."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from magcap.case import Case
from magcap.cli.templates import TEMPLATES, template_text
from magcap.errors import CaseError
from magcap.reading import from_tables, load
from magcap.reading.read import loads
from reliability.mutants import spots_of

#: The surface takes a second to read, and its reader has its own tests.
TEXTS = [template_text(name) for name in TEMPLATES if name != "surface"]
#: A table of every shape, some of them with faults.
TEXTS.append(
    """
vessel = { shape = "tube", radius = "3 mm", length = "80 mm" }
flow.inlet.mean_velocity = "10 cm/s"
carrier = [{ name = "MSC", diameter = "18 um", iron_mass = "20 pg", core_diameter = "8 nm" }]
tissue = { shape = "shell", layer = [{ material = "muscle", thickness = "2 mm" }] }
target = { shape = "segment", from = "1 mm", to = "3 mm" }
magnet = [
  { shape = "ring", inner_diameter = "4 mm", outer_diameter = "8 mm", height = "3 mm" },
  { shape = "halbach", size = ["50 mm", "10 mm", "10 mm"], blocks = 5, grade = "N42" },
  { shape = "halbach", arrangement = "planar", size = ["5 mm", "5 mm", "5 mm"], blocks = [2, 2] },
  { shape = "halbach", arrangement = "cylinder", segments = 8, rotation = { angle = "3 deg" } },
  { shape = "surface", file = "nothing.stl", remanence = "1 T" },
]
iron = [
  { shape = "cone", diameter = "20 mm", height = "10 mm", relative_permeability = 100.0 },
  { shape = "frustum", bottom_diameter = "20 mm", top_diameter = "10 mm", material = "1010" },
]
coil = [
  { shape = "wire", point = ["0 m", "0 m", "1 m"], axis = [1, 0, 0], current = "1 A" },
  { shape = "racetrack", inner_size = ["2 cm", "2 cm"], thickness = "1 cm", height = "1 cm" },
  { shape = "maxwell", inner_diameter = "2 cm", outer_diameter = "3 cm", height = "1 cm" },
]
"""
)
FEW = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

words = st.sampled_from(
    [
        *("", "5 mm", "-5 mm", "0 mm", "1e400 m", "1e-300 m", "1e300 m", "nan mm", "5 kg", "3"),
        *("50 %", "1 T", "1e5 T", "tube", "bend", "surface", "halbach", "carreau-yasuda"),
        *("shell", "segment", "linear", "../..", "/dev/null", "\x00", "N52", "gmsh:nix.stl"),
        *("~nobody/x", "a" * 300),
    ]
)
scalars: st.SearchStrategy[Any] = (
    st.none().map(lambda _: {})
    | st.booleans()
    | st.integers()
    | st.floats()
    | words
    | st.text(max_size=20)
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8) | words, inner, max_size=3)
    ),
    max_leaves=6,
)


TREES = [tomllib.loads(text) for text in TEXTS]
SPOTS = [(i, spot) for i, tree in enumerate(TREES) for spot in spots_of(tree)]


def _outcome(result: Any) -> None:
    assert isinstance(result, Case)


def _faults(error: CaseError) -> None:
    """Faults are sentences for users."""
    assert error.faults
    for fault in error.faults:
        assert fault.strip()
        assert "Input should" not in fault


@FEW
@given(text=st.text(max_size=200))
def test_any_text(text: str) -> None:
    try:
        _outcome(loads(text))
    except CaseError as error:
        _faults(error)


@FEW
@given(data=st.binary(max_size=200))
def test_any_bytes(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_bytes(data)
    try:
        _outcome(load(path))
    except CaseError as error:
        _faults(error)


@FEW
@given(
    text=st.sampled_from(TEXTS),
    where=st.floats(0, 1),
    length=st.integers(0, 12),
    new=st.text(max_size=8) | words,
)
def test_changed_text(text: str, where: float, length: int, new: str) -> None:
    start = int(where * len(text))
    try:
        _outcome(loads(text[:start] + new + text[start + length :]))
    except CaseError as error:
        _faults(error)


@settings(FEW, max_examples=400)
@given(spots=st.lists(st.sampled_from(SPOTS), min_size=1, max_size=2), value=values, more=values)
def test_changed_values(spots: list[tuple[int, tuple[Any, ...]]], value: Any, more: Any) -> None:
    """One or two values of a template replaced by others, of any type."""
    tree = copy.deepcopy(TREES[spots[0][0]])
    for (_, spot), new in zip(spots, (value, more), strict=False):
        table: Any = tree
        for key in spot[:-1]:
            try:
                table = table[key]
            except (KeyError, IndexError, TypeError):
                break
        else:
            try:
                table[spot[-1]] = new
            except (IndexError, TypeError):
                continue
    try:
        _outcome(from_tables(tree, folder=Path("."))[0])
    except CaseError as error:
        _faults(error)

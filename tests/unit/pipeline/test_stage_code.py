"""The code that a stage declares is the code that computes it: nothing stale can be served."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from helpers.closure import is_room, reached
from helpers.places import ROOT
from magcap.case import Case, Mesh, Suspension
from magcap.pipeline import ALL, Stage, code_of, digest_of_code, keys_of
from magcap.pipeline.stages import FIELD_MESH, FLOW, VESSEL
from magcap.reading.read import loads

CASE = """
vessel = { shape = "tube", radius = "3 mm", length = "30 mm" }
flow.regime = "pulsatile"
flow.inlet = { mean_velocity = "10 cm/s", waveform = "carotid" }
magnetics.loads = true
carrier = [{ name = "MSC", diameter = "18 um", iron_mass = "20 pg" }]
mesh.tolerance = "1 %"
capture.control = true
[[magnet]]
shape = "sphere"
diameter = "20 mm"
center = ["0 mm", "0 mm", "-20 mm"]
grade = "N42"
"""
#: Doors of folders of rooms: a docstring and nothing else.
FLOORS = {"magcap", "magcap.geometry", "magcap.solvers", "magcap.postprocess"}


def _of_the_engine(module: str) -> bool:
    """What decides whether a stage is computed, and not what comes out."""
    rest = module.removeprefix("magcap.")
    declared = rest.startswith("pipeline.stages.") and rest != "pipeline.stages.rooms"
    return rest.startswith("pipeline") and not declared


@cache
def _needed(stage: Stage[Any]) -> frozenset[str]:
    """Modules that computing a stage can reach."""
    module = stage.compute.__module__
    found = reached(module, stop=_of_the_engine) - FLOORS
    return frozenset(f"{one}.__init__" if is_room(one) else one for one in found)


def _declared(stage: Stage[Any]) -> set[str]:
    """Rooms and modules in the key of a stage: its own and those of the stages it needs."""
    rooms = {f"magcap.{room}" for room in code_of(stage)}
    return rooms.union(*(_declared(need) for need in stage.needs))


def _undeclared(stage: Stage[Any]) -> set[str]:
    """Modules that a stage can reach and that are not in its key."""
    rooms = _declared(stage)
    return {
        module
        for module in _needed(stage)
        if not any(module == room or module.startswith(f"{room}.") for room in rooms)
    }


@pytest.mark.parametrize("stage", ALL, ids=lambda stage: stage.name)
def test_declared_rooms_cover_all_that_a_stage_imports(stage: Stage[Any]) -> None:
    assert _undeclared(stage) == set()


@pytest.mark.parametrize("room", ["solvers.flow", "solvers.laws", "case"])
def test_a_room_left_out_is_seen(room: str) -> None:
    forgetful = replace(FLOW, code=tuple(one for one in FLOW.code if one != room), needs=())
    assert any(module.startswith(f"magcap.{room}") for module in _undeclared(forgetful))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of magcap's code, as a wheel would install it."""
    root = tmp_path_factory.mktemp("code") / "magcap"
    only_code = shutil.ignore_patterns("__pycache__", "*.html", "*.j2")
    shutil.copytree(ROOT / "src" / "magcap", root, ignore=only_code)
    return root


@pytest.fixture(scope="module")
def unedited(tree: Path) -> dict[str, tuple[str, ...]]:
    """The keys that the copy gives; all stages are among them."""
    found = _keys(tree)
    assert found.keys() == EVERYTHING and all(found.values())
    return found


def _keys(tree: Path) -> dict[str, tuple[str, ...]]:
    """The keys of a case that wants nearly all stages.

    Those of the field mesh without a tolerance, of the suspension in steady flow.
    """
    code = cache(partial(_digest, tree))
    adapted, plain, steady = _cases()
    meshed = keys_of([VESSEL, FIELD_MESH], plain, code=code)
    suspended = keys_of(ALL, steady, code=code)
    others = {"field mesh": meshed["field mesh"], "suspension": suspended["suspension"]}
    return keys_of(ALL, adapted, code=code) | others


@cache
def _cases() -> tuple[Case, Case, Case]:
    adapted = loads(CASE)
    steady = adapted.flow.model_copy(update={"regime": "steady"})
    table = Suspension.model_validate({"concentration": "1e6 1/ml"})
    return (
        adapted,
        adapted.model_copy(update={"mesh": Mesh()}),
        adapted.model_copy(update={"flow": steady, "suspension": table}),
    )


def _digest(tree: Path, *rooms: str) -> str:
    return digest_of_code(tree, rooms)


MESHED = {"vessel mesh", "field mesh", "adapted field mesh"}
PULLED = {"suspension", "capture"}
FIELDS = {"magnetic field", "body loads", *PULLED}
FLOWS = {"flow over a period", "flow", "tracing velocity", "floor", "control", *PULLED}
EVERYTHING = {stage.name for stage in ALL}


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("solvers/tracking/seeding.py", {"floor", "control", "capture"}),
        ("solvers/flow/inlet.py", FLOWS),
        ("solvers/loads/contact.py", {"body loads"}),
        ("solvers/loads/working_point.py", FIELDS),
        ("solvers/magnetostatics/forms.py", {"adapted field mesh", *FIELDS}),
        ("solvers/surface_charges/__init__.py", FIELDS),
        ("solvers/suspension/transport.py", {"suspension"}),
        ("geometry/observers/planes.py", {"magnetic field", *PULLED}),
        ("geometry/field_mesh/__init__.py", {"field mesh", "adapted field mesh", *FIELDS}),
        ("geometry/lumen/__init__.py", EVERYTHING),
        ("geometry/mesh/second_order.py", EVERYTHING),
        ("postprocess/report/report.py", set()),
        ("cli/app.py", set()),
        ("pipeline/engine.py", set()),
        ("pipeline/stages/flow.py", FLOWS),
    ],
)
def test_an_edit_changes_the_keys_that_depend_on_it_and_no_others(
    tree: Path, unedited: dict[str, tuple[str, ...]], file: str, changed: set[str]
) -> None:
    path = tree / file
    text = path.read_text()
    path.write_text(text + "\n# edited\n")
    after = _keys(tree)
    path.write_text(text)
    assert {name for name in EVERYTHING if unedited[name] != after[name]} == changed

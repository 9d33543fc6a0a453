"""The engine on stages of the test's own: what is made, what is reused, what a stage sees."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from magcap.case import Case
from magcap.geometry.scene import MagneticScene, scene_of
from magcap.pipeline import Context, Made, Stage, Stages, Store, keys_of
from magcap.pipeline.progress import Silent
from magcap.reading.read import loads
from magcap.stored import stored

CASE = """
vessel = { shape = "tube", radius = "3 mm", length = "30 mm" }
flow.inlet.mean_velocity = "10 cm/s"
background.field = ["0 T", "0 T", "1 T"]
carrier = [
    { name = "MSC", diameter = "18 um", iron_mass = "20 pg", core_diameter = "10 nm", count = 10 },
    { name = "RBC", diameter = "8 um", iron_mass = "1 pg", core_diameter = "10 nm", count = 20 },
]
"""


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A result of the test's stages."""

    value: float


@pytest.fixture
def case() -> Case:
    return loads(CASE)


@pytest.fixture
def scene(case: Case) -> MagneticScene:
    return scene_of(case)


def _vessel(case: Case, made: Made, context: Context) -> Length:
    context.keep("left by the vessel")
    return Length(value=1.0)


def _carrier(case: Case, made: Made, context: Context) -> Length:
    (carrier,) = case.carrier
    context.progress(carrier.name, 0.5)
    return Length(value=made[VESSEL].value + carrier.count)


def _sum(case: Case, made: Made, context: Context) -> Length:
    pair = made.get(NEVER), made[CARRIER]
    assert pair[0] is None
    (carrier,) = case.carrier
    assert pair[1].value == 1.0 + carrier.count, "a carrier sees its own results"
    assert context.recall(str) in ("left by the vessel", None)
    return pair[1]


def _stage(name: str, compute: Any, **fields: Any) -> Stage[Length]:
    return replace(
        Stage(
            name=name,
            result=Length,
            compute=compute,
            reads=lambda case: [],
            code=("case",),
            times="geometry",
        ),
        **fields,
    )


VESSEL = _stage("a vessel", _vessel, reads=lambda case: [case.vessel.model_dump()])
NEVER = _stage("never", _vessel, wanted=lambda case: False)
CARRIER = _stage(
    "carrier",
    _carrier,
    needs=(VESSEL, NEVER),
    per="carrier",
    reads=lambda case: [one.model_dump() for one in case.carrier],
    times="capture",
)
SUM = _stage("sum", _sum, needs=(NEVER, CARRIER), per="carrier", times="capture")
CHAIN = (VESSEL, NEVER, CARRIER, SUM)


def _code(*rooms: str) -> str:
    """Stages of a test are in no room of magcap."""
    return "code"


def _engine(folder: Path, *, force: bool = False) -> Stages:
    return Stages(
        store=Store(folder=folder),
        comm=SimpleNamespace(rank=0, size=1),
        reporter=Silent(),
        force=force,
        code=_code,
    )


def test_each_carrier_has_its_stage(tmp_path: Path, case: Case, scene: MagneticScene) -> None:
    engine = _engine(tmp_path)
    made = engine.make(CHAIN, case, scene)
    assert [one.value for one in made.all(SUM)] == [11.0, 21.0]
    assert list(engine.cached) == ["a vessel", "carrier 1", "carrier 2", "sum 1", "sum 2"]
    assert engine.timings.keys() == {"geometry", "capture"}
    assert not any(engine.cached.values())


def test_what_is_stored_is_reused(tmp_path: Path, case: Case, scene: MagneticScene) -> None:
    _engine(tmp_path).make(CHAIN, case, scene)
    again = _engine(tmp_path)
    assert again.make(CHAIN, case, scene).all(SUM)[1].value == 21.0
    assert all(again.cached.values())
    anew = _engine(tmp_path, force=True)
    anew.make(CHAIN, case, scene)
    assert not any(anew.cached.values())


def test_carriers_in_another_order_are_the_same(
    tmp_path: Path, case: Case, scene: MagneticScene
) -> None:
    _engine(tmp_path).make(CHAIN, case, scene)
    turned = case.model_copy(update={"carrier": case.carrier[::-1]})
    again = _engine(tmp_path)
    again.make(CHAIN, turned, scene)
    assert all(again.cached.values())


def test_a_key_holds_the_keys_of_what_is_needed(case: Case) -> None:
    before = keys_of(CHAIN, case, code=_code)
    longer = case.vessel.model_copy(update={"length": 0.04})
    after = keys_of(CHAIN, case.model_copy(update={"vessel": longer}), code=_code)
    assert before["never"] == after["never"] == ()
    assert all(set(before[name]).isdisjoint(after[name]) for name in ("a vessel", "carrier", "sum"))


def test_later_stages_take_up_what_was_made(
    tmp_path: Path, case: Case, scene: MagneticScene
) -> None:
    first = _engine(tmp_path).make(CHAIN[:2], case, scene)
    parts = _engine(tmp_path).make(CHAIN[2:], case, scene, first)
    whole = _engine(tmp_path).make(CHAIN, case, scene)
    assert parts.keys == whole.keys
    assert parts[VESSEL].value == 1.0


def test_a_stage_stands_after_those_it_needs(
    tmp_path: Path, case: Case, scene: MagneticScene
) -> None:
    with pytest.raises(ValueError, match="`carrier` stands before `a vessel`"):
        _engine(tmp_path).make((NEVER, CARRIER, VESSEL), case, scene)


def test_always_wanted(case: Case) -> None:
    assert NEVER.cases(case) == []
    assert NEVER.always.cases(case) == [case]

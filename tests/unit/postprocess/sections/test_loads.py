"""What is said of forces whose two ways differ, or which do not add up to nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from helpers.magnets import background
from magcap.geometry.scene import MagneticScene
from magcap.postprocess.sections.loads import LOADS
from magcap.solvers.results import BodyLoad


def load(name: str, force: float, virtual: float) -> BodyLoad:
    zero = np.zeros(3)
    return BodyLoad(
        name=name,
        point=zero,
        force=np.array([0, 0, force]),
        torque=zero,
        force_virtual_work=np.array([0, 0, virtual]),
        torque_virtual_work=zero,
    )


def said(*loads: BodyLoad, scene: MagneticScene | None = None) -> tuple[dict[str, Any], list[str]]:
    """The numbers and the warnings."""
    outcome: Any = SimpleNamespace(
        field=SimpleNamespace(loads=loads), scene=scene or MagneticScene()
    )
    numbers = LOADS.numbers(outcome)
    plain: dict[str, Any] = {
        "field": {
            **numbers["field"],
            "loads": [
                {key: list(x) if isinstance(x, np.ndarray) else x for key, x in one.items()}
                for one in numbers["field"]["loads"]
            ],
        }
    }
    return numbers["field"], list(LOADS.warnings(plain))


def test_ways_that_agree_are_not_spoken_of() -> None:
    numbers, warnings = said(load("magnet[1]", 1.0, 1.01), load("iron[1]", -1.0, -1.0))
    assert [one["agree"] for one in numbers["loads"]] == [True, True]
    assert numbers["loads_balance"]["balanced"] and not warnings


def test_ways_that_differ_are_flagged() -> None:
    """29.6 and 1.64 µN for one magnet, as a user found them."""
    numbers, warnings = said(load("magnet[1]", 29.6e-6, 1.64e-6), load("coil[1]", -29.6e-6, np.nan))
    assert [one["agree"] for one in numbers["loads"]] == [False, None]
    assert len(warnings) == 1
    assert "magnet[1]" in warnings[0] and "29.6" in warnings[0] and "1.64" in warnings[0]


def test_a_rest_is_said() -> None:
    numbers, warnings = said(load("iron[1]", 267.0, np.nan), load("iron[2]", -249.4, np.nan))
    assert not numbers["loads_balance"]["balanced"]
    assert any("17.6 N" in text and "267 N" in text for text in warnings)


def test_small_forces_are_noise() -> None:
    numbers, _ = said(load("a", 1.0, 1.0), load("b", 1e-4, 3e-4), load("c", -1.0, -1.0))
    assert all(one["agree"] for one in numbers["loads"])


@pytest.mark.parametrize("count", [3, 12])
def test_many_doubts_are_few_sentences(count: int) -> None:
    _, warnings = said(*(load(f"magnet[{i}]", (-1.0) ** i, 0.5) for i in range(count)))
    assert len([text for text in warnings if "not sure" in text]) == min(count, 5)


def test_where_others_pull_there_is_no_balance() -> None:
    scene = MagneticScene(background=background((0.0, 0.0, 1.0)))
    numbers, warnings = said(load("a", 1.0, 1.0), load("b", 1.0, 1.0), scene=scene)
    assert "loads_balance" not in numbers and not warnings

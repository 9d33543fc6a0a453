"""The error budget of a captured fraction from what is known of it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from helpers.synthetic import make
from magcap.postprocess.accuracy import Level, MeshStudy, error_budget
from magcap.postprocess.answer import summarise
from magcap.solvers.results import (
    CarrierCapture,
    FieldError,
    MagneticField,
    Sensitivity,
    SolenoidalVelocity,
)

ENTRY = {"efficiency_flux": {"value": 0.10, "ci95": [0.09, 0.12]}}
ANSWER = Sensitivity(
    carriers=1000,
    force=0.06,
    flow=-0.07,
    tolerance=-1e-4,
    force_noise=0.005,
    flow_noise=0.005,
    tolerance_noise=3e-4,
)


def _carrier(sensitivity: Sensitivity | None = ANSWER) -> CarrierCapture:
    return replace(make().capture.carriers[0], sensitivity=sensitivity)


def _field(error: float | None) -> MagneticField:
    if error is None:
        return replace(make().field, estimate=None)
    estimate = FieldError(B=0.0, force=error, method="m", rounds=1, tolerance=math.nan)
    return replace(make().field, estimate=estimate)


def _study(*values: float) -> MeshStudy:
    levels = [
        Level(
            resolution=name,
            summary={
                "mesh": {"lumen_cells": cells},
                "capture": [{"efficiency_flux": {"value": value, "ci95": [value, value]}}],
            },
        )
        for name, cells, value in zip(
            ("coarse", "medium", "fine"), (1_000, 8_000, 64_000), values, strict=True
        )
    ]
    return MeshStudy(levels=(levels[0], levels[1], levels[2]), used="medium", sizes="")


def _budget(
    field: MagneticField,
    carrier: CarrierCapture | None = None,
    velocity: SolenoidalVelocity | None = None,
    study: MeshStudy | None = None,
) -> dict[str, Any]:
    return error_budget(ENTRY, 0, carrier or _carrier(), field, velocity, study)


def test_each_part_has_its_rule() -> None:
    found = _budget(_field(0.02))
    assert found["sampling"] == pytest.approx(0.015)
    assert found["force"] == pytest.approx(0.06 * 0.02)
    assert found["tracer"] == pytest.approx(3e-4)  # the noise is larger than the change
    assert math.isnan(found["flow"]) and "--study mesh" in found["how"]["flow"]


def test_no_error_of_the_force_moves_nothing() -> None:
    assert _budget(_field(0.0))["force"] == 0.0
    assert _budget(_field(None), _carrier(None))["force"] == 0.0
    assert _budget(_field(0.04))["force"] == 2 * _budget(_field(0.02))["force"]


def test_the_flow_of_one_mesh_is_known_by_its_change() -> None:
    velocity = SolenoidalVelocity(reference=np.zeros((1, 1, 10, 3)), change=0.01)
    found = _budget(_field(0.0), velocity=velocity)
    assert found["flow"] == pytest.approx(0.07 * 0.01) and "one mesh" in found["how"]["flow"]
    still = SolenoidalVelocity(reference=velocity.reference, change=0.0)
    assert _budget(_field(0.0), velocity=still)["flow"] == 0.0
    studied = _budget(_field(0.0), velocity=velocity, study=_study(0.1256, 0.1064, 0.1016))
    assert studied["flow"] == pytest.approx(0.0064, rel=1e-6)


def test_the_flow_comes_from_three_meshes() -> None:
    """0.1 + 0.0016 h² with h = 4, 2, 1: the medium mesh is off by 0.0064."""
    found = _budget(_field(0.0), study=_study(0.1256, 0.1064, 0.1016))
    assert found["flow"] == pytest.approx(0.0064, rel=1e-6)
    spread = _budget(_field(0.0), study=_study(0.10, 0.12, 0.11))
    assert spread["flow"] == pytest.approx(0.02) and "spread" in spread["how"]["flow"]


def test_what_is_not_known_is_said() -> None:
    found = _budget(_field(0.02), _carrier(None))
    assert math.isnan(found["force"]) and math.isnan(found["tracer"])
    assert "not known" in found["how"]["force"]


def test_the_summary_has_the_budget_of_every_carrier() -> None:
    summary = summarise(make().outcome(), version="0")
    assert all(set(entry["error"]) > {"sampling", "flow"} for entry in summary["capture"])
    assert summary["capture"][0]["error"]["tracer"] is None
    assert "error" in summary["conventions"]

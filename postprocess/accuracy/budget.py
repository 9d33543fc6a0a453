"""The error budget of a captured fraction: what each source of error may have moved it by.

- *sampling*: half of the 95 % interval.
- *flow*: the distance to the extrapolated value where the meshes were studied; otherwise
  |dη/d ln u| times the relative change that made the velocity divergence-free: that change is an
  error of the flow solution which is known, and of the size of the one that is not.
- *force*: |dη/d ln F| times the estimated relative error of the force in the target (of the vessel
  without one).
- *tracer*: the change at a tenth of the tolerance, or its standard error where that is larger.

The derivatives are those of the traced carriers (`magcap.solvers.results.Sensitivity`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from magcap.postprocess.outcome import Outcome
from magcap.solvers.results import (
    CarrierCapture,
    MagneticField,
    Sensitivity,
    SolenoidalVelocity,
)

from .mesh_study import MeshStudy

_NO_RUNS = "not known: no paired runs were made"


def with_errors(entries: list[dict[str, Any]], outcome: Outcome) -> list[dict[str, Any]]:
    """The entries of ``capture`` with the ``error`` of each."""
    if outcome.capture is None:
        return entries
    study, field = outcome.result(MeshStudy), outcome.field
    velocity = outcome.result(SolenoidalVelocity)
    return [
        entry | {"error": error_budget(entry, number, carrier, field, velocity, study)}
        for number, (entry, carrier) in enumerate(
            zip(entries, outcome.capture.carriers, strict=True)
        )
    ]


def error_budget(
    entry: Mapping[str, Any],
    number: int,
    carrier: CarrierCapture,
    field: MagneticField,
    velocity: SolenoidalVelocity | None = None,
    study: MeshStudy | None = None,
) -> dict[str, Any]:
    """``error`` of an entry of ``capture``: absolute, in ``efficiency_flux``; nan where unknown.

    Parameters
    ----------
    entry : mapping
        The entry so far: its ``efficiency_flux`` counts.
    number : int
        Of the carrier, counted from 0.
    carrier : CarrierCapture
    field : MagneticField
    velocity : SolenoidalVelocity, optional
        What was followed.
    study : MeshStudy, optional
        Of the meshes, where one was made.
    """
    found = {
        "sampling": _sampling(entry["efficiency_flux"]),
        "flow": _studied(study, number) if study else _flow(carrier.sensitivity, velocity),
        "force": _force(carrier.sensitivity, field),
        "tracer": _tracer(carrier.sensitivity),
    }
    values = {name: value for name, (value, _) in found.items()}
    return {**values, "how": {name: how for name, (_, how) in found.items()}}


def _sampling(efficiency: Mapping[str, Any]) -> tuple[float, str]:
    low, high = efficiency["ci95"]
    known = low is not None and high is not None
    return (0.5 * (high - low) if known else math.nan), "half of the 95 % interval"


def _studied(study: MeshStudy, number: int) -> tuple[float, str]:
    about = study.of_carrier(number)
    return about.errors[study.position], f"three meshes (flow, force and tracer): {about.how}"


def _flow(answer: Sensitivity | None, velocity: SolenoidalVelocity | None) -> tuple[float, str]:
    if answer is None or velocity is None:
        return math.nan, "not known from one mesh: `magcap run --study mesh` tells it"
    slope = max(abs(answer.flow), answer.flow_noise)
    return slope * velocity.change, (
        f"an estimate from one mesh: change of {100 * velocity.change:.2g} % that made the "
        f"velocity divergence-free, times d(efficiency)/d ln u = {answer.flow:.2g}; "
        "`magcap run --study mesh` tells more"
    )


def _force(answer: Sensitivity | None, field: MagneticField) -> tuple[float, str]:
    error = 0.0 if field.estimate is None else field.estimate.force
    if error == 0.0:
        return 0.0, "the field of the sources is exact"
    if answer is None:
        return math.nan, _NO_RUNS
    slope = max(abs(answer.force), answer.force_noise)
    return slope * error, (
        f"estimated error of the force {100 * error:.2g} % times d(efficiency)/d ln F = "
        f"{answer.force:.2g} of {answer.carriers} carriers"
    )


def _tracer(answer: Sensitivity | None) -> tuple[float, str]:
    if answer is None:
        return math.nan, _NO_RUNS
    change = max(abs(answer.tolerance), answer.tolerance_noise)
    return change, (
        f"change at a tenth of the tolerance, of {answer.carriers} carriers in paired runs "
        f"({answer.tolerance:.2g}, standard error {answer.tolerance_noise:.1g})"
    )

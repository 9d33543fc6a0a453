"""Running the checks and showing them."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from magcap.errors import SolverError

from .check import Check

#: The parts that can be asked for.
PARTS = ("field", "flow", "capture", "laboratory")


def groups() -> dict[str, list[Callable[[Path], list[Check]]]]:
    """The checks by part."""
    from . import blood, field, flow, flows, iron, laboratory, pulse, team13

    return {
        "field": [
            field.design_figures,
            field.cube,
            field.finite_elements,
            iron.permeable_sphere,
            iron.saturating_sphere,
            iron.coils,
            iron.cubes,
            team13.team13,
        ],
        "flow": [
            flow.poiseuille,
            blood.generalised_newtonian,
            flow.bent_tube,
            pulse.womersley,
            pulse.windkessel,
            pulse.windkessel_of_a_waveform,
            flows.ethier_steinman,
            flows.backward_step,
            flows.steady_cylinder,
            flows.shedding_cylinder,
            flows.rising_cylinder,
            flows.curved_tube,
            flows.nozzle_expansion,
            flows.nozzle_diffuser,
        ],
        "capture": _captures(),
        "laboratory": [laboratory.dragged_bead, laboratory.tweezers, laboratory.red_cells],
    }


def _captures() -> list[Callable[[Path], list[Check]]]:
    """The checks of captured fractions."""
    from . import capture, coverage, published

    return [
        capture.drift_in_a_tube,
        coverage.coverage_of_intervals,
        coverage.coverage_under_a_magnet,
        capture.diffusion_to_the_wall,
        capture.no_force,
        published.rod_across_a_vessel,
        published.duct_above_a_magnet,
    ]


def run_checks(parts: list[str] | None = None) -> Iterator[Check]:
    """Checks of `parts` (default: all), one after the other, in a temporary folder.

    What a solver cannot do is a failed check, with its reason, and the next one follows.
    """
    with tempfile.TemporaryDirectory(prefix="magcap-validate-") as folder:
        for part, functions in groups().items():
            if parts and part not in parts:
                continue
            for function in functions:
                try:
                    yield from function(Path(folder))
                except SolverError as error:
                    yield _unsolved(part, function.__name__, error)


def _unsolved(part: str, name: str, error: SolverError) -> Check:
    """A check that came to no number."""
    return Check(
        part=part,
        case=name.replace("_", " "),
        quantity=str(error),
        computed=math.nan,
        reference=1.0,
        tolerance=0.0,
        source="",
    )


def as_line(check: Check) -> str:
    """One check as a line of the terminal."""
    gated = math.isfinite(check.tolerance)
    verdict = ("ok  " if gated else "told") if check.passed else "FAIL"
    limit = f"at most {100 * check.tolerance:.2g} %" if gated else "not gated"
    return (
        f"{verdict} {check.part}: {check.case}: {check.quantity} {check.computed:.6g}, "
        f"reference {check.reference:.6g}, error {100 * check.error:.2g} % "
        f"({limit})"
    )


def as_markdown(checks: list[Check]) -> str:
    """The table of the README."""
    lines = [
        "| part | case | quantity | computed | reference | error | source |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {c.part} | {c.case} | {c.quantity} | {c.computed:.5g} | {c.reference:.5g} "
        f"| {100 * c.error:.2g} % | {c.source} |"
        for c in checks
    ]
    return "\n".join(lines)

"""The table of `magcap validate`."""

from __future__ import annotations

from pathlib import Path

import pytest

from magcap.errors import SolverError
from magcap.validation import as_line, run_checks, table
from magcap.validation.check import Check


def test_what_cannot_be_solved_fails_and_the_next_check_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = Check(
        part="flow", case="b", quantity="c", computed=1.0, reference=1.0, tolerance=0.1, source=""
    )

    def steel_plates(folder: Path) -> list[Check]:
        raise SolverError("The iterations ran out.")

    monkeypatch.setattr(
        table, "groups", lambda: {"field": [steel_plates], "flow": [lambda folder: [good]]}
    )
    failed, passed = run_checks()
    assert not failed.passed
    assert as_line(failed).startswith("FAIL field: steel plates: The iterations ran out.")
    assert passed is good

"""When carriers are released: what is refused, and in which words."""

from __future__ import annotations

import pytest

from magcap.case import Capture
from magcap.errors import CaseError
from magcap.reading.checks import late_release
from magcap.validation.cases import tube_case


@pytest.mark.parametrize(
    ("release", "sentence"),
    [
        (
            {"phase": "0.2 s"},
            '`capture.release` with a phase needs `flow.regime` = "pulsatile", got "steady"; '
            "leave it out.",
        ),
        (
            {"phase": "-1 s"},
            '`capture.release.phase` must be a non-negative time such as "20 s", got "-1 s".',
        ),
        ("never", '`capture.release` must be one of "cycle", got "never".'),
    ],
)
def test_release_that_is_refused(release: object, sentence: str) -> None:
    with pytest.raises(CaseError) as refused:
        tube_case(radius=1e-3, length=1e-2, velocity=0.01, capture={"release": release})
    assert refused.value.faults == (sentence,)


def test_phase_within_the_period() -> None:
    capture = Capture.model_validate({"release": {"phase": "0.8 s"}})
    assert late_release(capture, 0.9) == []
    assert late_release(None, 0.9) == late_release(Capture(), 0.9) == []
    assert late_release(capture, 0.8) == [
        "`capture.release.phase` must be below the waveform's period of 0.8 s, got 0.8 s."
    ]

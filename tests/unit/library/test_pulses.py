"""The library of waveforms: complete, licensed, with the means and periods that were published."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from helpers.places import SHARED
from magcap.case import Inlet
from magcap.errors import CaseError
from magcap.library import library_waveform, pulse_of, waveform_of, waveforms

#: Period in s and mean in ml/s; Boileau et al. (2015).
PUBLISHED = {
    "common-carotid": (1.1, 6.5),
    "thoracic-aorta": (0.955, 103.0),
    "abdominal-aorta": (1.1, 7.99),
    "ascending-aorta": (1.0, 112.9),
}
FOURIER = {"CCA (Boileau 2015)": "carotid", "UTA thoracic aorta (Boileau 2015)": "thoracic-aorta"}


@pytest.mark.parametrize("name", waveforms())
def test_entries(name: str) -> None:
    entry = waveforms()[name]
    assert "Apache" in entry.source or "MIT" in entry.source
    assert entry.path.name in (entry.path.parent / "NOTICE.md").read_text()
    waveform = waveform_of(name, Path("/nowhere"))
    flow = waveform.series()
    assert flow.error <= 0.01, "the series is close to the samples"
    if name in PUBLISHED:
        period, mean = PUBLISHED[name]
        assert waveform.period == pytest.approx(period, rel=1e-3)
        assert 1e6 * waveform.mean == pytest.approx(mean, rel=2e-3)
    assert 0.01 < waveform.mean / (np.pi * entry.radius**2) < 1.5, "a speed of blood in m/s"


@pytest.mark.parametrize("case", FOURIER)
def test_coefficients_of_another_program(case: str) -> None:
    """q = a0 + Σ a cos + b sin, taken from the tables by others."""
    file = SHARED / "data" / "waveforms" / "fourier.json"
    if not file.is_file():
        pytest.skip(f"{file} is not there")
    theirs = json.loads(file.read_text())[case]
    ours = waveform_of(FOURIER[case], Path()).series()
    assert 1e6 * ours.mean == pytest.approx(theirs["a0"], rel=2e-3)
    count = min(len(ours.coefficients), 8)
    expected = 1e-6 * (np.array(theirs["a"]) - 1j * np.array(theirs["b"]))[:count]
    np.testing.assert_allclose(
        np.array(ours.coefficients[:count]), expected, atol=4e-3 * np.abs(expected).max()
    )


def test_names_and_what_is_no_name(tmp_path: Path) -> None:
    entry = library_waveform("carotid")
    assert entry is not None and entry.name == "common-carotid"
    assert library_waveform("femoral") is None
    with pytest.raises(CaseError, match=r"name of the library.*common-carotid.*got \"femoral\""):
        waveform_of("femoral", tmp_path)
    with pytest.raises(CaseError, match="is not there"):
        waveform_of("q.csv", tmp_path)


def test_a_pulse_has_the_mean_that_is_asked_for() -> None:
    flow = pulse_of(Inlet(waveform="carotid"), 2e-6)
    assert flow.over_period().mean() == pytest.approx(2e-6, rel=1e-12)
    assert flow.period == pytest.approx(1.1)
    with pytest.raises(CaseError, match="waveform"):
        pulse_of(Inlet.model_validate({"mean_velocity": "1 m/s"}), 2e-6)

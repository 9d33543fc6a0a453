"""What the summary says of a carrier's fluid and label."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from helpers.synthetic import make
from magcap.pipeline import npz
from magcap.postprocess.answer import SECTIONS, summarise


def test_both_limits_are_told(tmp_path: Path) -> None:
    """The other fluid's ensemble survives the store, and is a fraction, a note and a warning."""
    run = make()
    first, second = run.capture.carriers
    both = dataclasses.replace(first, other_fluid=second.ensemble)
    npz.save(tmp_path / "kept.npz", both)
    kept = npz.load(tmp_path / "kept.npz")
    assert np.array_equal(kept.other_fluid.position, second.ensemble.position)
    capture = dataclasses.replace(run.capture, carriers=(kept, second))
    summary = summarise(dataclasses.replace(run, capture=capture).outcome(), version="0")
    one, other = summary["capture"]
    fluid = one["fluid"]
    assert (fluid["name"], fluid["density"]) == ("blood", 1060.0)
    assert set(fluid["limits"]) == {"plasma", "blood"}
    assert fluid["limits"]["blood"] == one["efficiency_flux"]
    assert fluid["limits"]["plasma"] == other["efficiency_flux"]
    assert other["fluid"]["limits"] is None
    (note,) = one["label"]["notes"]
    assert "neither far smaller nor far larger than a red cell" in note
    assert note in [text for section in SECTIONS for text in section.warnings(summary)]


def test_share_of_saturation_is_that_of_the_largest_field() -> None:
    summary = summarise(make().outcome(), version="0")
    label = summary["capture"][0]["label"]
    assert label["field"] > 0.0
    assert 0.0 < label["share_of_saturation"] < 1.0
    assert label["notes"] == []
    assert {"fluid", "label", "regime"} <= set(summary["conventions"])

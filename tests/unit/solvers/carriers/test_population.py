"""Populations: what is drawn, medians, and the parameters that a law needs."""

from __future__ import annotations

import numpy as np
import pytest

from magcap.case import Blood, Carrier
from magcap.errors import CaseError
from magcap.solvers import carriers as populations


def carrier(**changes: object) -> Carrier:
    values = {"name": "c", "diameter": "10 um", "core_diameter": "10 nm", "iron_mass": "10 pg"}
    return Carrier.model_validate({**values, **changes})


def test_populations() -> None:
    rng = np.random.default_rng(0)
    spread = carrier(
        count=20_000,
        diameter={"median": "10 um", "gsd": 1.3},
        iron_mass={"median": "10 pg", "gsd": 2.0},
    )
    drawn = populations.sample(spread, rng.standard_normal((20_000, populations.SCORES)))
    assert np.median(drawn.diameter) == pytest.approx(10e-6, rel=0.01)
    assert np.std(np.log(drawn.moment)) == pytest.approx(np.log(2), rel=0.02)
    assert populations.median(spread).moment[0] == pytest.approx(1.1899e-12, rel=1e-4, abs=0)
    by_fraction = carrier(iron_mass=None, magnetic_fraction=0.1, count=1)
    exact = 446e3 * 0.1 * np.pi / 6 * 1e-15
    assert populations.sample(by_fraction, np.zeros((1, 2))).moment[0] == pytest.approx(
        exact, rel=1e-9, abs=0
    )


def test_laws_need_their_parameters() -> None:
    B = np.ones((1, 3))
    for changes, key in (
        ({"core_diameter": None}, "core_diameter"),
        ({"magnetization": "linear"}, "susceptibility"),
    ):
        with pytest.raises(CaseError, match=rf"`carrier\[2\]\.{key}`"):
            populations.force_per_moment(carrier(**changes), B, B, Blood(), path="carrier[2]")

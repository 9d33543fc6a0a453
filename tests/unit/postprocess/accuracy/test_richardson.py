"""Three meshes: numbers of a known order, and numbers that follow none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from magcap.postprocess.accuracy import convergence

#: Sizes of cells as three resolutions have them: no constant ratio.
SIZES = (1.63, 1.0, 0.54)


def _manufactured(order: float, scale: float = 0.3) -> list[float]:
    return [2.0 + scale * h**order for h in SIZES]


@pytest.mark.parametrize("order", [0.7, 1.0, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("scale", [0.3, -1e-4])
def test_a_manufactured_sequence_gives_its_order_and_limit(order: float, scale: float) -> None:
    found = convergence(_manufactured(order, scale), SIZES)
    assert found.order == pytest.approx(order, rel=1e-6)
    assert found.extrapolated == pytest.approx(2.0, abs=1e-8)
    errors = [abs(scale) * h**order for h in SIZES]
    np.testing.assert_allclose(found.errors, errors, rtol=1e-4)


def test_only_ratios_of_sizes_count() -> None:
    one, other = (convergence(_manufactured(2.0), [s * h for h in SIZES]) for s in (1.0, 1e-4))
    assert one.order == pytest.approx(other.order)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ([1.0, 1.2, 1.1], "one side"),
        ([1.0, 1.1, 1.25], "order"),  # the steps grow
        ([1.0, 2.0, 2.0 + 1e-9], "order"),  # a jump: no method is of such an order
        ([1.0, 1.1, 1.1], "one side"),
    ],
)
def test_what_follows_no_law_has_its_spread(values: list[float], word: str) -> None:
    found = convergence(values, SIZES)
    assert math.isnan(found.extrapolated) and math.isnan(found.order)
    assert found.errors == pytest.approx([max(values) - min(values)] * 3)
    assert word in found.how and found.how.startswith("spread")


def test_differences_within_the_noise_are_not_extrapolated() -> None:
    values = _manufactured(2.0)
    step = values[1] - values[2]
    assert math.isnan(convergence(values, SIZES, noise=1.01 * step).order)
    assert convergence(values, SIZES, noise=0.99 * step).order == pytest.approx(2.0)


def test_equal_numbers_have_no_error_and_unknown_ones_no_answer() -> None:
    assert convergence([0.0, 0.0, 0.0], SIZES).errors == (0.0, 0.0, 0.0)
    unknown = convergence([1.0, math.nan, 1.0], SIZES)
    assert np.isnan(unknown.errors).all() and "not known" in unknown.how


def test_sizes_must_fall() -> None:
    with pytest.raises(ValueError, match="must fall"):
        convergence([1.0, 2.0, 3.0], [1.0, 1.0, 0.5])

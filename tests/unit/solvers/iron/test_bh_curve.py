"""The curve B(H): through its points, monotone, C1, saturation, published laws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from magcap.arrays import FloatArray
from magcap.constants import MU_0
from magcap.library import SoftMaterial, linear_material
from magcap.solvers.iron.bh_curve import BHTable, build, flux_density

#: TEAM workshop problem 13: its table.
TEAM_B = [
    0, 0.0025, 0.005, 0.0125, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2,
    1.3, 1.4, 1.5, 1.55, 1.6, 1.65, 1.7, 1.75, 1.8,
]  # fmt: skip
TEAM_H = [
    0, 16, 30, 54, 93, 143, 191, 210, 222, 233, 247, 258, 272, 289, 313, 342, 377, 433, 509, 648,
    933, 1228, 1934, 2913, 4993, 7189, 9423,
]  # fmt: skip


def material(H: FloatArray, B: FloatArray) -> SoftMaterial:
    return SoftMaterial(name="test", relative_permeability=None, H=np.array(H), B=np.array(B))


def team13() -> BHTable:
    return build(material(np.array(TEAM_H, dtype=float), np.array(TEAM_B)))


def steel37(H: FloatArray) -> FloatArray:
    """B of Steel37 (Radia's material library): μ0 H + Σ Ms tanh(k μ0 H/Ms)."""
    terms = [(1.1488, 1596.3), (0.4268, 133.11), (0.4759, 18.713)]
    J = np.sum([ms * np.tanh(k * MU_0 * H / ms) for ms, k in terms], axis=0)
    return np.asarray(MU_0 * H + J)


def sampled(law: Callable[[FloatArray], FloatArray], n: int, top: float = 1e6) -> BHTable:
    H = np.concatenate([[0.0], np.geomspace(1.0, top, n)])
    return build(material(H, law(H)))


@pytest.mark.parametrize("table", [team13(), sampled(steel37, 40)], ids=["TEAM 13", "Steel37"])
def test_the_curve_is_monotone_and_smooth(table: BHTable) -> None:
    H = np.linspace(0.0, 2e4, 200_001)
    B, slope = flux_density(table, H)
    assert (slope >= MU_0).all()
    assert (np.diff(B) > 0.0).all()
    # dB/dH is the derivative of B, and continuous: its jumps shrink with the step.
    middle = flux_density(table, 0.5 * (H[1:] + H[:-1]))[1]
    np.testing.assert_allclose(np.diff(B) / np.diff(H), middle, rtol=0.02)
    knots = np.array(TEAM_H[1:], dtype=float)
    below, above = (flux_density(table, knots * (1.0 + e))[1] for e in (-1e-9, 1e-9))
    np.testing.assert_allclose(below, above, rtol=1e-6)


def test_the_curve_passes_through_its_points() -> None:
    B, _ = flux_density(team13(), np.array(TEAM_H, dtype=float))
    np.testing.assert_allclose(B, TEAM_B, rtol=1e-12, atol=1e-15)


def test_the_permeability_dips_at_low_field() -> None:
    """TEAM 13's steel: μr 100 at zero field, some 900 at 0.4 T, and no wiggle on the way up."""
    table = team13()
    assert 80.0 < table.initial_permeability < 0.0025 / 16 / MU_0
    H = np.geomspace(0.1, 210.0, 500)
    permeability = flux_density(table, H)[0] / H / MU_0
    assert permeability[0] == pytest.approx(table.initial_permeability, rel=1e-2)
    assert permeability.max() == pytest.approx(0.2 / 210.0 / MU_0, rel=1e-3)
    assert np.diff(permeability).min() > -2e-3 * permeability.max()


@pytest.mark.parametrize(("n", "error"), [(20, 1e-2), (80, 2e-4), (2000, 1e-6)])
def test_tanh_sums_are_met(n: int, error: float) -> None:
    H = np.geomspace(0.01, 3e6, 3000)
    B, _ = flux_density(sampled(steel37, n), H)
    np.testing.assert_allclose(B, steel37(H), rtol=error)


@pytest.mark.parametrize("points", [(100.0, 1e3, 1e4), (1.0, 2.0, 3.0), (1e-3, 1e3, 1e6)])
def test_a_linear_law_is_met_exactly(points: tuple[float, ...]) -> None:
    H = np.array([0.0, *points])
    table = build(material(H, 500.0 * MU_0 * H))
    inside = np.linspace(0.0, points[-1], 1001)[:-1]
    B, slope = flux_density(table, inside)
    np.testing.assert_allclose(B, 500.0 * MU_0 * inside, rtol=1e-9)
    np.testing.assert_allclose(slope, 500.0 * MU_0, rtol=1e-9)


def test_beyond_the_table_the_slope_goes_to_vacuum() -> None:
    table = team13()
    end = TEAM_H[-1]
    B, slope = flux_density(table, np.array([end, 10.0 * end, 1e3 * end, 1e9]))
    J_end, slope_end = B[0] - MU_0 * end, slope[0] - MU_0
    # J = J_s - J' Hn²/H
    np.testing.assert_allclose(B[1] - MU_0 * 10 * end, J_end + 0.9 * slope_end * end, rtol=1e-12)
    np.testing.assert_allclose(slope[1:] - MU_0, slope_end * np.array([1e-2, 1e-6, 0]), atol=1e-14)
    assert table.saturation == pytest.approx(J_end + slope_end * end)
    assert 1.9 < table.saturation < 2.2  # the problem's own law saturates at 2.16 T


def test_a_table_that_ends_in_the_slope_of_vacuum_goes_on_with_it() -> None:
    H = np.array([0.0, 100.0, 1e3, 1e4, 1e5, 2e5])
    B = MU_0 * H + np.array([0.0, 0.8, 1.8, 2.1, 2.1, 2.1])
    table = build(material(H, B))
    far = np.array([1.5e5, 3e5, 1e7])
    np.testing.assert_allclose(flux_density(table, far)[0], MU_0 * far + 2.1, rtol=1e-14)
    np.testing.assert_allclose(flux_density(table, far)[1], MU_0, rtol=1e-14)


def test_zero_field_has_no_flux_and_a_slope() -> None:
    B, slope = flux_density(team13(), np.zeros((2, 3)))
    assert B.shape == slope.shape == (2, 3)
    np.testing.assert_array_equal(B, 0.0)
    np.testing.assert_allclose(slope, team13().initial_permeability * MU_0)


def test_wrong_tables_are_refused() -> None:
    H = np.array([0.0, 1.0, 2.0, 3.0])
    for wrong in (np.array([0, 0.1, 0.05, 0.2]), np.array([0.1, 0.2, 0.3, 0.4])):
        with pytest.raises(ValueError, match="does not rise"):
            build(material(H, wrong))
    with pytest.raises(ValueError, match="linear"):
        build(linear_material(1000.0))

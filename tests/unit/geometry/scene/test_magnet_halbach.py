"""Halbach arrays have the fields that made them famous."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

from helpers.tables import valid
from magcap.case import Magnet
from magcap.geometry.scene import bodies, halbach
from magcap.geometry.scene.to_magpylib import magpylib_collection

RI, RO = 0.015, 0.030


def field(keys: dict[str, Any], points: Any) -> np.ndarray[Any, Any]:
    """B of a Halbach array of 1 T at points in m."""
    magnet = valid(Magnet, {"shape": "halbach", "remanence": "1 T", **keys})
    return np.asarray(magpylib_collection(bodies([magnet])).getB(points))


def ring(**keys: Any) -> dict[str, Any]:
    """A Halbach cylinder of 30 and 60 mm."""
    return {
        "arrangement": "cylinder",
        "inner_diameter": "30 mm",
        "outer_diameter": "60 mm",
        "height": "4 m",
        **keys,
    }


def bore_field(segments: int) -> float:
    """Br ln(Ro/Ri) sin(2π/N)/(2π/N) of a long dipole cylinder of 1 T (Halbach 1980)."""
    half = 2.0 * math.pi / segments
    return math.log(RO / RI) * math.sin(half) / half


@pytest.mark.parametrize("segments", [8, 16, 32])
def test_the_bore_of_a_long_dipole_cylinder_is_uniform(segments: int) -> None:
    points = [[0, 0, 0], [0.004, 0, 0], [0, 0.004, 0], [0.003, -0.003, 0.01]]
    B = field(ring(segments=segments), points)
    assert B[0, 0] == pytest.approx(bore_field(segments), rel=1e-4)
    uniform = 2e-2 if segments == 8 else 1e-4
    np.testing.assert_allclose(B, np.tile(B[0], (4, 1)), atol=uniform * B[0, 0])


def test_the_reference_sees_a_wrong_order() -> None:
    B = field(ring(segments=16, order=3), [0, 0, 0])
    assert B[0] != pytest.approx(bore_field(16), rel=0.5)


def short_bore_field(half_length: float) -> float:
    """Centre of a dipole cylinder of 1 T, N → ∞: Br [s/2 + artanh s] from Ro to Ri.

    With s(ρ) = z/√(ρ² + z²), z half the length: from B_x = Br/(4π) ∫ 3ρ² cos²φ/r⁵ dV (the dipoles
    of the ring; the other term vanishes over φ), integrated over the height and then over ρ.
    """
    inner, outer = (half_length / math.hypot(half_length, r) for r in (RI, RO))
    return 0.5 * (inner - outer) + math.atanh(inner) - math.atanh(outer)


def test_a_short_cylinder_has_the_exact_centre_field() -> None:
    assert short_bore_field(100.0) == pytest.approx(math.log(RO / RI), rel=1e-6)
    B = field(ring(segments=64, height="40 mm"), [0, 0, 0])[0]
    half = 2.0 * math.pi / 64
    assert pytest.approx(short_bore_field(0.02) * math.sin(half) / half, rel=1e-4) == B


def test_order_3_is_a_quadrupole() -> None:
    points = np.array([[0, 0, 0], [0.003, 0, 0], [0.006, 0, 0], [0, 0.003, 0]], dtype=float)
    B = np.linalg.norm(field(ring(segments=24, order=3), points), axis=1)
    assert B[0] < 1e-9
    assert B[2] / B[1] == pytest.approx(2.0, rel=1e-3)
    assert B[3] == pytest.approx(B[1], rel=1e-3)


def test_sectors_fill_the_ring() -> None:
    blocks = halbach.cylinder(RI, RO, 0.04, segments=7, order=2)
    angles = [block.dimensions[4] - block.dimensions[3] for block in blocks]
    assert sum(angles) == pytest.approx(2 * math.pi)
    np.testing.assert_allclose([np.linalg.norm(block.direction) for block in blocks], 1.0)


ROW = {"size": ["50 mm", "10 mm", "10 mm"], "blocks": 5}


def test_the_strong_side_of_a_row_is_above_and_can_be_turned() -> None:
    above, below = [0, 0, 0.015], [0, 0, -0.015]
    B = np.linalg.norm(field(ROW, [above, below]), axis=1)
    assert B[0] > 5 * B[1]
    mirrored = np.linalg.norm(field({**ROW, "strong_side": "-z"}, [above, below]), axis=1)
    np.testing.assert_allclose(mirrored, B[::-1], rtol=1e-12)


def test_a_row_fills_its_size_and_turns_by_a_quarter() -> None:
    blocks = halbach.linear((0.05, 0.01, 0.02), 5, segments_per_period=4)
    assert sum(block.dimensions[0] for block in blocks) == pytest.approx(0.05)
    assert np.mean([block.offset for block in blocks], axis=0) == pytest.approx([0, 0, 0])
    assert blocks[2].direction.tolist() == [0, 0, 1]
    for one, two in itertools.pairwise(blocks):
        assert one.direction @ two.direction == pytest.approx(0.0, abs=1e-12)


def test_eight_segments_turn_by_45_degrees() -> None:
    blocks = halbach.linear((0.08, 0.01, 0.01), 8, segments_per_period=8)
    for one, two in itertools.pairwise(blocks):
        assert one.direction @ two.direction == pytest.approx(math.sqrt(0.5))


def test_a_planar_array_beats_uniform_magnetisation_near_its_face() -> None:
    size = ["60 mm", "60 mm", "10 mm"]
    point = np.array([[0.0, 0.0, 0.015 + d] for d in (-1e-5, 1e-5)])
    array = {"arrangement": "planar", "size": size, "blocks": [6, 6]}
    uniform = magpylib_collection(
        bodies([valid(Magnet, {"shape": "cuboid", "size": size, "remanence": "1 T"})])
    )
    strong = np.sum(field(array, point) ** 2, axis=1)
    plain = np.sum(np.asarray(uniform.getB(point)) ** 2, axis=1)
    assert strong[0] - strong[1] > 3.0 * (plain[0] - plain[1])


def test_a_fan_of_blocks_reaches_the_published_optimum_at_depth() -> None:
    """`test_halbach_closed_forms.py`: no directions of 6 × 6 blocks give more than 0.3227 T²/m."""
    array = {"arrangement": "planar", "size": ["20 cm", "20 cm", "5 cm"], "blocks": [6, 6]}
    step = 1e-4
    points = [[0, 0, 0.125 - step], [0, 0, 0.125 + step]]

    def pull(period: int) -> float:
        squares = np.sum(field({**array, "segments_per_period": period}, points) ** 2, axis=1)
        return float(squares[0] - squares[1]) / (2 * step)

    assert 0.98 * 0.3227 < pull(14) <= 0.3227
    assert pull(4) < 0.01


def test_an_array_turns_with_its_axis() -> None:
    magnet = valid(Magnet, {"shape": "halbach", "remanence": "1 T", **ROW, "axis": [1, 0, 0]})
    centres = np.array([body.center for body in bodies([magnet])])
    assert np.ptp(centres[:, 2]) == pytest.approx(0.04)
    B = magpylib_collection(bodies([magnet])).getB([[0.015, 0, 0], [-0.015, 0, 0]])
    assert np.linalg.norm(B[0]) > 5 * np.linalg.norm(B[1])

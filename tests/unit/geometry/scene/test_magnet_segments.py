"""Segments of a ring: where they lie, and that a ring of them is a ring."""

from __future__ import annotations

import math
from typing import Any

import magpylib
import numpy as np
import pytest

from helpers.magnets import box_points, scene_with
from helpers.tables import valid
from magcap.case import Magnet
from magcap.geometry.bodies import BodyShape, volume
from magcap.geometry.scene import MagnetBody, bodies
from magcap.solvers.exact import sample

POINTS = box_points((0, 0, 0.012), 0.006, 40)


def segment(**keys: Any) -> MagnetBody:
    """One of 10 to 20 mm in diameter, 5 mm high, of 1 T."""
    sizes = {"inner_diameter": "10 mm", "outer_diameter": "20 mm", "height": "5 mm"}
    table = {"shape": "segment", "remanence": "1 T", **sizes, **keys}
    (body,) = bodies([valid(Magnet, table)])
    return body


def test_it_lies_on_both_sides_of_its_x_axis() -> None:
    """As magpylib has it between those angles, whatever its pose and magnetisation."""
    body = segment(angle="50 deg", center=["1 mm", "2 mm", "-3 mm"], magnetization=[1, 2, 0.5])
    source = magpylib.magnet.CylinderSegment(
        dimension=(0.005, 0.01, 0.005, -25, 25),
        position=(1e-3, 2e-3, -3e-3),
        polarization=np.array([1, 2, 0.5]) / math.hypot(1, 2, 0.5),
    )
    reference = source.getB(POINTS)
    B = sample(scene_with((body,)), POINTS).B
    np.testing.assert_allclose(B, reference, rtol=0, atol=2e-6 * np.abs(reference).max())
    ends = segment(start_angle="-20 deg", end_angle="30 deg", magnetization=[1, 2, 0.5])
    assert np.abs(sample(scene_with((ends,)), POINTS).B - reference).max() > 1e-3


@pytest.mark.parametrize("count", [2, 5, 8])
def test_a_ring_of_segments_is_a_ring(count: int) -> None:
    """Alike magnetised: the closed form of a ring, by elliptic integrals."""
    step = 360.0 / count
    parts = tuple(
        segment(
            start_angle=f"{k * step} deg",
            end_angle=f"{(k + 1) * step} deg",
            magnetization=[1, 0, 1],
        )
        for k in range(count)
    )
    whole = segment(angle="360 deg", magnetization=[1, 0, 1])
    assert whole.shape is BodyShape.RING
    assert sum(volume(part) for part in parts) == pytest.approx(volume(whole), rel=1e-12)
    reference = sample(scene_with((whole,)), POINTS)
    found = sample(scene_with(parts), POINTS)
    np.testing.assert_allclose(found.B, reference.B, rtol=0, atol=1e-5 * np.abs(reference.B).max())
    missing = sample(scene_with(parts[1:]), POINTS)
    assert np.abs(missing.B - reference.B).max() > 1e-2 * np.abs(reference.B).max()

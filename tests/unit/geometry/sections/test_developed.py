"""Mean wall shear of developed flow: tubes, ducts with their series, sections that are not seen."""

from __future__ import annotations

import math

import numpy as np
import pytest

from magcap.arrays import FloatArray
from magcap.case import Channel
from magcap.geometry.lumen import channel as channels
from magcap.geometry.sections import developed_shear


def rectangle(width: float, height: float, divisions: int) -> FloatArray:
    corners = 0.5 * np.array([[-width, -height], [width, -height], [width, height]])
    corners = np.vstack([corners, [[-0.5 * width, 0.5 * height]]])
    share = np.arange(divisions)[:, None] / divisions
    sides = [a + share * (b - a) for a, b in zip(corners, np.roll(corners, -1, 0), strict=True)]
    return np.column_stack([np.vstack(sides), np.full(4 * divisions, 7e-3)])


@pytest.mark.parametrize("divisions", [1, 3, 60])
@pytest.mark.parametrize("width", [1.0, 2.0, 6.25, 20.0])
def test_a_duct_against_its_series(width: float, divisions: int) -> None:
    exact = channels.developed_shear(
        Channel.model_validate(
            {"shape": "channel", "width": f"{width} mm", "height": "1 mm", "length": "50 mm"}
        )
    )
    found = developed_shear(rectangle(1e-3 * width, 1e-3, divisions))
    assert found == pytest.approx(exact, rel=5e-3)
    if width > 2.0:  # the control: that of a tube of the same area is another
        assert found != pytest.approx(8e3 / math.sqrt(4 * width / math.pi), rel=0.2)


@pytest.mark.parametrize("points", [24, 64, 500])
def test_a_circle_and_an_ellipse_in_any_plane(points: int) -> None:
    """4/R; of an ellipse A²/(P K) with K = π a³b³/(4 (a² + b²))."""
    angle = np.linspace(0.0, 2.0 * math.pi, points, endpoint=False)
    u, v = np.array([0.6, 0.8, 0.0]), np.array([0.0, 0.0, -1.0])
    for a, b in ((1.0, 1.0), (2.0, 1.0)):
        rim = np.outer(a * np.cos(angle), u) + np.outer(b * np.sin(angle), v) + 5.0
        after = np.roll(rim, -1, axis=0)
        perimeter = float(np.linalg.norm(after - rim, axis=1).sum())
        conductance = math.pi * (a * b) ** 3 / (4.0 * (a * a + b * b))
        exact = (math.pi * a * b) ** 2 / (perimeter * conductance)
        assert developed_shear(rim) == pytest.approx(exact, rel=1.5e-2)


def test_a_section_with_a_corner_that_hides_has_none() -> None:
    shape = [[0, 0], [10, 0], [10, 10], [9, 10], [9, 1], [0, 1]]
    assert developed_shear(np.column_stack([np.array(shape, dtype=float), np.zeros(6)])) is None

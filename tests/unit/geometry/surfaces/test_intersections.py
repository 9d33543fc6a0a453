"""Surfaces that cut, touch or cover themselves, and sound ones that only seem to."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from helpers.surfaces import capped, prism, tube, vessel_of
from magcap.arrays import FloatArray, IntArray
from magcap.errors import CaseError
from magcap.geometry.segmented import read_lumen_surface
from magcap.geometry.surfaces import TriangleSurface, intersecting_triangles


def cuts(points: FloatArray, triangles: IntArray) -> int:
    return len(intersecting_triangles(TriangleSurface(points=points, triangles=triangles)))


def both(
    one: tuple[FloatArray, IntArray], other: tuple[FloatArray, IntArray]
) -> tuple[FloatArray, IntArray]:
    return np.vstack([one[0], other[0]]), np.vstack([one[1], other[1] + len(one[0])])


def folded() -> tuple[FloatArray, IntArray]:
    """A ring of points pushed past its neighbour: the wall lies on itself in its own planes."""
    points, triangles = tube(16, 13)
    points[np.isclose(points[:, 2], 3.0), 2] = 3.8
    return points, triangles


def crossed() -> tuple[FloatArray, IntArray]:
    """Two equal tubes through each other: all crossings lie on sides and corners."""
    points, triangles = tube(16, 13)
    points = points - [0.0, 0.0, 3.0]
    return both((points, triangles), (points[:, [2, 1, 0]], triangles))


def shifted(by: float) -> tuple[FloatArray, IntArray]:
    """A square on another in the same plane."""
    square = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0.0]])
    triangles = np.array([[0, 1, 2], [0, 2, 3]])
    return both((square, triangles), (square + np.array([by, 0.1, 0.0]), triangles))


@pytest.mark.parametrize("turn", [0.0, 0.7])
def test_what_cuts_is_found(turn: float) -> None:
    axis = np.array([[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0]])
    rotation = np.vstack([axis, [0.0, 0.0, 1.0]]) @ np.roll(np.eye(3), 1, axis=0)
    for points, triangles in (folded(), crossed(), shifted(0.5), shifted(0.95)):
        assert cuts(points @ rotation.T, triangles) > 0
        rounded = (1e3 * points @ rotation.T).astype(np.float32).astype(float)
        assert cuts(rounded, triangles) > 0


def test_sound_surfaces_do_not_cut() -> None:
    """Coplanar neighbours, fans of caps, thin triangles, a gap of a thousandth."""
    box = prism(np.array([[0, 0], [5, 0], [5, 0.8], [0, 0.8]]), 9, length=30.0)
    for sound in (tube(16, 13), capped(*tube(16, 13), 16), box, shifted(1.001)):
        assert cuts(*sound) == 0
        assert cuts(sound[0].astype(np.float32).astype(float), sound[1]) == 0


def test_all_pairs_are_those_of_the_slow_way() -> None:
    """Random triangles against the separating axis theorem (11 axes and their like)."""
    rng = np.random.default_rng(3)
    number = 120
    points = np.repeat(rng.random((number, 3)), 3, axis=0) + 0.6 * rng.random((3 * number, 3))
    triangles = np.arange(3 * number).reshape(-1, 3)
    found = {
        tuple(pair)
        for pair in intersecting_triangles(
            TriangleSurface(points=points, triangles=triangles)
        ).tolist()
    }
    expected = {
        (i, j)
        for i in range(number)
        for j in range(i + 1, number)
        if not separated(points[triangles[i]], points[triangles[j]])
    }
    assert len(expected) > 50
    assert found == expected


def separated(one: FloatArray, other: FloatArray) -> bool:
    """Whether a plane lies between two triangles (Gottschalk, Lin and Manocha 1996)."""
    sides = [np.roll(t, -1, axis=0) - t for t in (one, other)]
    axes = [np.cross(a, b) for a in sides[0] for b in sides[1]]
    axes += [np.cross(s[0], s[1]) for s in sides]
    return any(
        (one @ a).max() < (other @ a).min() or (other @ a).max() < (one @ a).min() for a in axes
    )


def test_the_place_is_said(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"lies on itself.* z = [23]\.\d\d to [34]\.\d\d mm"):
        read_lumen_surface(vessel_of(tmp_path / "bad.obj", folded()))

"""Ends that are not flat, flat triangles on a rim, units and inlets that are not said."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from helpers.surfaces import capped, prism, tube, vessel_of
from magcap.case import Mesh
from magcap.errors import CaseError
from magcap.geometry.lumen import outline
from magcap.geometry.mesh import flatten
from magcap.geometry.segmented import build_surface_lumen, read_lumen_surface
from magcap.geometry.surfaces import TriangleSurface, edges_of, without_flat_triangles


def saddle(height: float) -> tuple[np.ndarray, np.ndarray]:
    """A tube of 24 sides whose ends are saddles."""
    points, triangles = tube(24, 21, length=10.0)
    wave = np.cos(2 * np.arctan2(points[:, 1], points[:, 0]))
    share = np.abs(points[:, 2] / 5.0 - 1.0)
    points[:, 2] += height * wave * share
    return points, triangles


def test_an_opening_has_the_area_across_the_vessel(tmp_path: Path) -> None:
    vessel = vessel_of(tmp_path / "saddle.obj", saddle(0.5))
    lumen = build_surface_lumen(vessel, Mesh(resolution="coarse"))
    polygon = 0.5 * 24 * math.sin(2 * math.pi / 24) * 1e-6
    for end in (*outline(vessel).openings, *lumen.openings):
        assert end.area == pytest.approx(polygon, rel=0.02)
        assert abs(end.normal[2]) == pytest.approx(1.0, abs=1e-3)
    # The control: the bent skin itself has more surface, which is not the vessel's section.
    points, triangles = flatten(lumen.mesh.points, lumen.mesh.facets_of("inlet"))
    a, b, c = points[triangles.T]
    skin = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()
    assert skin > 1.1 * polygon


def with_flat_triangle() -> tuple[np.ndarray, np.ndarray]:
    """A capped tube; one edge of a rim is split, a triangle without area closes the gap."""
    points, triangles = capped(*tube(16, 9), 16)
    cap = int(np.flatnonzero((triangles == len(points) - 2).any(axis=1))[0])
    b, a, center = triangles[cap]
    new = len(points)
    points = np.vstack([points, 0.5 * (points[a] + points[b])])
    split = np.array([[b, new, center], [new, a, center], [b, a, new]])
    return points, np.vstack([np.delete(triangles, cap, axis=0), split])


def test_a_flat_triangle_on_a_rim_hides_no_end(tmp_path: Path) -> None:
    surface = read_lumen_surface(vessel_of(tmp_path / "flat.obj", with_flat_triangle()))
    assert [end.role for end in surface.openings] == ["inlet", "outlet"]
    for end in surface.openings:
        assert end.area == pytest.approx(0.5e-6 * 16 * math.sin(math.pi / 8), rel=1e-6)


def test_repair_keeps_the_surface_closed_and_in_place() -> None:
    points, triangles = with_flat_triangle()
    given = TriangleSurface(points=points, triangles=triangles)
    mended = without_flat_triangles(given)
    assert len(mended.triangles) == len(triangles)
    assert (edges_of(mended.triangles).count == 2).all()
    assert mended.areas.min() > 1e-3
    assert mended.areas.sum() == pytest.approx(given.areas.sum(), rel=1e-12)
    sound = TriangleSurface(points=points[:-1], triangles=capped(*tube(16, 9), 16)[1])
    assert without_flat_triangles(sound) is sound


def test_an_inlet_chosen_by_a_tie_is_said(tmp_path: Path) -> None:
    points, triangles = tube(24, 9)
    taper = vessel_of(tmp_path / "a.obj", (points * [1.0, 1.0, 1.0], triangles))
    (note,) = outline(taper).notes
    assert "Which end is the inlet" in note and '"outlet"' in note and "[[vessel.cap]]" in note
    points[:, :2] *= (1.0 + 0.02 * points[:, 2])[:, None]
    wide = vessel_of(tmp_path / "b.obj", (points, triangles))
    assert outline(wide).notes == ()


def test_a_lumen_of_micrometres_is_asked_about(tmp_path: Path) -> None:
    points, triangles = tube(24, 9)
    points[:, :2] *= (1.0 + 0.02 * points[:, 2])[:, None]
    small = outline(vessel_of(tmp_path / "a.obj", (1e-3 * points, triangles)))
    (note,) = small.notes
    assert '`unit = "m"`' in note
    metres = outline(vessel_of(tmp_path / "a.obj", (1e-3 * points, triangles), "m"))
    assert metres.notes == ()
    with pytest.raises(CaseError, match="Did you mean"):
        outline(vessel_of(tmp_path / "b.obj", (points, triangles), "m"))


def test_a_box_of_eight_triangles_has_points_all_over(tmp_path: Path) -> None:
    """Bodies that overlap the lumen are found by points of its wall."""
    box = np.array([[0.0, 0.0], [5.0, 0.0], [5.0, 0.8], [0.0, 0.8]])
    shape = outline(vessel_of(tmp_path / "box.obj", prism(box, 2, length=30.0)))
    assert shape.volume == pytest.approx(120e-9, rel=1e-9)
    middle = np.array([2.5e-3, 0.8e-3, 15e-3])
    assert np.linalg.norm(shape.wall - middle, axis=1).min() < 1e-3

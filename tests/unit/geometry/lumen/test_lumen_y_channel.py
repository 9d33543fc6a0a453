"""Channels that split in two: exact volume, faces, openings and distances; faults."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers.lumen_checks import area_vectors, check_lumen, curved_volume
from magcap.case import Mesh, YChannel
from magcap.errors import CaseError
from magcap.geometry.lumen import build_lumen, expected_cells, outline


def y_channel(**changes: Any) -> YChannel:
    return YChannel.model_validate(
        {
            "shape": "y-channel",
            "width": "2 mm",
            "height": "1 mm",
            "length": "8 mm",
            "branch_widths": ["1.2 mm", "1.2 mm"],
            "branch_length": "6 mm",
            "angles": ["40 deg", "40 deg"],
        }
        | changes
    )


SHAPES: list[dict[str, Any]] = [
    {},
    {"branch_widths": ["2 mm", "2 mm"], "angles": ["90 deg", "90 deg"]},
    {"height": "0.3 mm", "branch_widths": ["1.5 mm", "0.8 mm"], "angles": ["25 deg", "55 deg"]},
    {"axis": [1, 1, 0], "toward": [0, 0, 1], "center": ["1 mm", "2 mm", "3 mm"]},
]


@pytest.mark.parametrize("changes", SHAPES)
@pytest.mark.parametrize("mesh", [{"resolution": "coarse"}, {"lumen_size": "0.1 mm"}])
def test_y_channel_is_exact(changes: dict[str, Any], mesh: dict[str, str]) -> None:
    vessel, sizes = y_channel(**changes), Mesh.model_validate(mesh)
    shape, lumen = outline(vessel), build_lumen(vessel, sizes)
    check_lumen(lumen)
    assert lumen.quality.worst > 0.004
    assert curved_volume(lumen.mesh) == pytest.approx(shape.volume, rel=1e-11)
    wall = np.linalg.norm(area_vectors(lumen.mesh, "wall"), axis=1).sum()
    assert wall == pytest.approx(shape.area, rel=1e-11)
    assert expected_cells(vessel, sizes, shape) == lumen.quality.cells
    widths = (vessel.width, *vessel.branch_widths)
    for end, width in zip(lumen.openings, widths, strict=True):
        vector = area_vectors(lumen.mesh, end.name).sum(axis=0)
        assert vector == pytest.approx(width * vessel.height * np.array(end.normal), abs=1e-18)
    total = sum(area_vectors(lumen.mesh, name).sum(axis=0) for name in lumen.mesh.boundaries)
    assert np.abs(total).max() < 1e-12 * shape.area


def test_a_right_angled_split_is_a_t() -> None:
    vessel = y_channel(branch_widths=["2 mm", "2 mm"], angles=["90 deg", "90 deg"])
    # A T: stem 8 × 2, crossbar 2 × 12 around K, the middle of its far wall.
    shape = outline(vessel)
    assert shape.volume == pytest.approx((8 * 2 + 2 * 12) * 1e-9)
    first, second = shape.outlets
    assert np.array(first.normal) == pytest.approx([0, 1, 0])
    assert np.array(second.normal) == pytest.approx([0, -1, 0])
    assert first.center[0] == pytest.approx(9e-3)


def test_wall_distance_is_that_to_the_nearest_face() -> None:
    vessel = y_channel()
    lumen = build_lumen(vessel, Mesh(resolution="coarse"))
    points, triangles = lumen.mesh.points, lumen.mesh.facets_of("wall")[:, :3]
    corners = points[triangles].mean(axis=1)
    for node in np.random.default_rng(0).choice(len(points), 200, replace=False):
        nearest = np.linalg.norm(corners - points[node], axis=1).min()
        assert lumen.wall_distance[node] <= nearest + 1e-12
    inside = lumen.wall_distance.max()
    assert inside == pytest.approx(0.5 * vessel.height, rel=0.02)


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"branch_widths": ["0.3 mm", "0.3 mm"]}, r"vessel\.branch_widths"),
    ({"angles": ["5 deg", "40 deg"]}, r"vessel\.angles\[1\]"),
    ({"angles": ["40 deg", "120 deg"]}, r"vessel\.angles\[2\]"),
    ({"toward": [3, 0, 0]}, r"vessel\.toward"),
]


@pytest.mark.parametrize(("changes", "path"), FAULTS)
def test_impossible_y_channels_are_refused(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(CaseError, match=path):
        build_lumen(y_channel(**changes), Mesh(resolution="coarse"))


def test_sizes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(CaseError, match=r"mesh\.lumen_size"):
        build_lumen(y_channel(), Mesh.model_validate({"lumen_size": "1 mm"}))
    with pytest.raises(CaseError, match="ask for about"):
        build_lumen(y_channel(), Mesh.model_validate({"lumen_size": "2 um"}))

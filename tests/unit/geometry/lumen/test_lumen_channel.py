"""The rectangular channel: exact volume, sides, openings and distances; directions; faults."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers.lumen_checks import area_vectors, check_lumen, curved_volume
from magcap.case import Channel, Mesh
from magcap.errors import CaseError
from magcap.geometry.lumen import build_lumen, outline
from magcap.geometry.mesh import wall_distance
from magcap.reading.read import loads

W, H, L = 5e-3, 0.8e-3, 12e-3


def channel(**changes: Any) -> Channel:
    data = {"shape": "channel", "width": "5 mm", "height": "0.8 mm", "length": "12 mm"}
    return Channel.model_validate(data | changes)


SHAPES = {
    "flat": channel(),
    "upright": channel(width="0.8 mm", height="5 mm"),
    "square": channel(width="1 mm", height="1 mm"),
    "turned": channel(axis=[1, 2, 0.5], width_direction=[0, 0, 1], center=["1 mm"] * 3),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_channel_is_exact(name: str) -> None:
    vessel = SHAPES[name]
    lumen = build_lumen(vessel, Mesh(resolution="coarse"))
    check_lumen(lumen)
    area = vessel.width * vessel.height
    assert curved_volume(lumen.mesh) == pytest.approx(area * vessel.length, rel=1e-10)
    wall = np.linalg.norm(area_vectors(lumen.mesh, "wall"), axis=1).sum()
    assert wall == pytest.approx(2 * (vessel.width + vessel.height) * vessel.length, rel=1e-10)
    for end, drawn in zip(lumen.openings, outline(vessel).openings, strict=True):
        assert end == drawn
        assert np.linalg.norm(area_vectors(lumen.mesh, end.name), axis=1).sum() == pytest.approx(
            area, rel=1e-10
        )
    assert np.abs(lumen.wall_distance - wall_distance(lumen.mesh)).max() < 1e-9 * vessel.width
    assert lumen.arc_length.max() == pytest.approx(vessel.length)


def test_the_height_is_nearest_to_z_unless_said() -> None:
    points = outline(channel()).wall
    assert np.ptp(points, axis=0) == pytest.approx([L, W, H])
    points = outline(channel(width_direction=[0, 0, 1])).wall
    assert np.ptp(points, axis=0) == pytest.approx([L, H, W])
    points = outline(channel(axis=[0, 0, 1])).wall
    assert np.ptp(points, axis=0) == pytest.approx([W, H, L])
    with pytest.raises(CaseError, match="width_direction"):
        outline(channel(width_direction=[2, 0, 0]))


def test_sizes_of_cells_can_be_given() -> None:
    fine = build_lumen(channel(), Mesh.model_validate({"lumen_size": "0.2 mm"}))
    check_lumen(fine)
    with pytest.raises(CaseError, match="lumen_size"):
        build_lumen(channel(), Mesh.model_validate({"lumen_size": "1 mm"}))
    with pytest.raises(CaseError, match="cells"):
        build_lumen(channel(length="300 mm"), Mesh.model_validate({"lumen_size": "0.01 mm"}))


CASE = """
vessel = { shape = "channel", width = "5 mm", height = "0.8 mm", length = "12 mm"EXTRA }
flow.inlet.mean_velocity = "1 cm/s"
carrier = [{ name = "MSC", diameter = "18 um", iron_mass = "20 pg" }]
"""


def test_a_case_file_knows_channels() -> None:
    assert isinstance(loads(CASE.replace("EXTRA", "")).vessel, Channel)
    with pytest.raises(CaseError, match=r"vessel\.width_direction"):
        loads(CASE.replace("EXTRA", ", width_direction = [0, 0, 0]"))
    with pytest.raises(CaseError, match=r"vessel\.width"):
        loads(CASE.replace('"5 mm"', '"-5 mm"').replace("EXTRA", ""))
    with pytest.raises(CaseError, match=r"carrier\[1\]\.diameter"):
        loads(CASE.replace('"0.8 mm"', '"8 um"').replace("EXTRA", ""))

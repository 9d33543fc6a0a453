"""Lumens as users bring them, read where they lie; small copies of the kinds are in
`tests/unit/geometry`."""

from __future__ import annotations

import pytest

from helpers.places import SHARED
from magcap.case import Case
from magcap.errors import CaseError
from magcap.geometry.lumen import Outline, outline
from magcap.geometry.scene import scene_of
from magcap.reading import load_with_outline
from magcap.reading.checks import placement_notes
from magcap.reading.read import loads

CASES = SHARED / "cases_from_users"


def read(name: str) -> tuple[Case, Outline]:
    if not (CASES / name).exists():
        pytest.skip(f"{CASES / name} is not here (inputs of users)")
    return load_with_outline(CASES / name)


def rate(case: Case, shape: Outline) -> float:
    """Flow rate in ml/s that `check` prints."""
    return 1e6 * (case.flow.inlets[0].mean_velocity or 0.0) * shape.inlet.area


@pytest.mark.parametrize("name", ["rectangular_channel.toml", "rectangular_channel_cad.toml"])
def test_channels_have_their_volume_and_flow(name: str) -> None:
    case, shape = read(name)
    assert shape.volume == pytest.approx(120e-9, rel=1e-6)
    assert shape.inlet.area == pytest.approx(4e-6, rel=1e-6)
    assert rate(case, shape) == pytest.approx(0.04, rel=1e-6)


def test_ends_that_are_not_flat_count_across_the_vessel() -> None:
    assert rate(*read("open_end_not_flat.toml")) == pytest.approx(0.0699, abs=1e-4)


def test_a_flat_triangle_on_a_rim_hides_no_end() -> None:
    _, shape = read("cap_with_flat_triangle.toml")
    assert [end.role for end in shape.openings] == ["inlet", "outlet"]
    assert [end.radius for end in shape.openings] == pytest.approx([1.49e-3] * 2, rel=2e-3)


def test_a_file_in_metres_is_asked_about() -> None:
    _, shape = read("surface_in_metres.toml")
    assert any('write `unit = "m"`' in note for note in shape.notes)


@pytest.mark.parametrize(
    ("name", "place"),
    [("folded_surface.toml", r"z = 9\.\d+ to 11\.\d+ mm"), ("damaged/cross.toml", "all within x")],
)
def test_surfaces_that_lie_on_themselves_are_refused(name: str, place: str) -> None:
    with pytest.raises(CaseError, match=place):
        read(name)


TOUCHING = """
vessel = { shape = "tube", radius = "3 mm", length = "30 mm" }
flow.inlet.mean_velocity = "1 cm/s"
carrier = [{ name = "MSC", diameter = "18 um", iron_mass = "20 pg" }]
[[magnet]]
shape = "cuboid"
size = ["10 mm", "10 mm", "10 mm"]
grade = "N42"
center = ["0 mm", "0 mm", "8 mm"]
axis = [0, 0, 1]
"""


def test_a_magnet_that_touches_the_lumen_is_told_of() -> None:
    def notes(text: str) -> list[str]:
        case = loads(text)
        return placement_notes(scene_of(case), outline(case.vessel).wall)

    (note,) = notes(TOUCHING)
    assert "touches the lumen" in note and "magnet" in note
    assert notes(TOUCHING.replace('"8 mm"', '"8.5 mm"')) == []
    with pytest.raises(CaseError, match="overlaps the vessel"):
        loads(TOUCHING.replace('"8 mm"', '"7.5 mm"'))

"""The stored field mesh depends on shapes and poses alone."""

from __future__ import annotations

import pytest

from magcap.pipeline import ALL, keys_of
from magcap.reading.read import loads

CASE = """
vessel = {{ shape = "tube", radius = "3 mm", length = "30 mm" }}
flow.inlet.mean_velocity = "10 cm/s"
carrier = [{{ name = "MSC", diameter = "18 um", iron_mass = "20 pg" }}]
[[magnet]]
shape = "cylinder"
diameter = "20 mm"
height = "10 mm"
center = ["0 mm", "0 mm", "{z} mm"]
{material}
[[coil]]
shape = "solenoid"
inner_diameter = "10 mm"
outer_diameter = "20 mm"
height = "10 mm"
center = ["0 mm", "60 mm", "0 mm"]
turns = 100
current = "{current} A"
"""


def keys(
    *, material: str = 'grade = "N42"', current: float = 1.0, z: float = -20.0
) -> dict[str, tuple[str, ...]]:
    return keys_of(ALL, loads(CASE.format(material=material, current=current, z=z)))


@pytest.mark.parametrize(
    "changed",
    [
        keys(material='grade = "N52"'),
        keys(material='remanence = "1.1 T"\nrecoil_permeability = 1.02'),
        keys(material='grade = "N42"\ntemperature = "60 degC"'),
        keys(material='grade = "N42"\nmagnetization = [1, 0, 0]'),
        keys(current=3.0),
    ],
    ids=["grade", "remanence", "temperature", "direction", "current"],
)
def test_material_and_current_keep_the_mesh_and_change_the_field(
    changed: dict[str, tuple[str, ...]],
) -> None:
    assert changed["field mesh"] == keys()["field mesh"]
    assert changed["magnetic field"] != keys()["magnetic field"]


def test_a_move_makes_a_new_mesh() -> None:
    assert keys(z=-25.0)["field mesh"] != keys()["field mesh"]
    assert keys(z=-25.0)["flow"] == keys()["flow"]

"""Iron in a case file: tables beside it, overlaps, the domain, keys of stages, the way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from magcap.errors import CaseError
from magcap.geometry.scene import scene_of
from magcap.pipeline import ALL, keys_of
from magcap.reading import case_toml, load
from magcap.reading.read import loads

BASE = """
vessel = { shape = "tube", radius = "3 mm", length = "80 mm" }
flow.inlet.mean_velocity = "10 cm/s"
carrier = [{ name = "MSC", diameter = "18 um", iron_mass = "20 pg", core_diameter = "8 nm" }]
"""
MAGNET = """
[[magnet]]
shape = "cuboid"
size = ["20 mm", "20 mm", "10 mm"]
grade = "N42"
center = ["0 mm", "0 mm", "-30 mm"]
"""
TABLE = "H [A/m], B [T]\n0, 0\n100, 0.5\n1000, 1.5\n1e4, 1.9\n1e5, 2.2\n"


def plate(z: float, *, material: str = "1010 steel", more: str = "") -> str:
    return f"""
[[iron]]
shape = "cuboid"
size = ["40 mm", "40 mm", "5 mm"]
material = "{material}"
center = ["0 mm", "0 mm", "{z} mm"]
{more}
"""


def faults_of(text: str) -> list[str]:
    with pytest.raises(CaseError) as caught:
        loads(BASE + text)
    return list(caught.value.faults)


def test_touching_is_allowed_and_names_the_regions() -> None:
    scene = scene_of(loads(BASE + MAGNET + plate(-37.5) + plate(-42.5)))
    assert [name for name, _ in scene.solids] == ["magnet_1", "iron_1", "iron_2"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (plate(-36), "`iron[1]` overlaps `magnet[1]` by 1.5 mm"),
        (plate(-37.5) + plate(-40), "`iron[2]` overlaps `iron[1]` by 2.5 mm"),
        (plate(0), "`iron[1]` overlaps the vessel by 5.5 mm"),
    ],
)
def test_overlaps_are_said_with_their_depth(text: str, fault: str) -> None:
    (found,) = faults_of(MAGNET + text)
    assert found.startswith(fault)


def test_iron_in_the_tissue() -> None:
    tissue = """
[tissue]
shape = "slab"
skin = ["0 mm", "0 mm", "-8 mm"]
normal = [0, 0, -1]
layer = [{ material = "muscle", thickness = "10 mm" }]
"""
    (found,) = faults_of(plate(-9) + tissue)
    assert found.startswith("`iron[1]` overlaps the tissue by 1.5 mm")


@pytest.mark.parametrize(
    ("text", "radius", "who"),
    [
        (MAGNET + plate(-37.5), 30, "the vessel"),
        (MAGNET, 40, "the vessel"),
        (MAGNET + plate(-90), 42, "`iron[1]` and the vessel"),
        ('\n[[magnet]]\nshape = "halbach"\nblocks = 5\nsize = ["200 mm", "10 mm", "10 mm"]\n'
         'grade = "N42"\ncenter = ["0 mm", "0 mm", "-10 mm"]\n', 80, "`magnet[1]`"),
    ],
)  # fmt: skip
def test_what_leaves_the_domain_is_said(text: str, radius: int, who: str) -> None:
    (found,) = faults_of(text + f'\n[mesh]\nair_radius = "{radius} mm"\n')
    assert found.startswith("`mesh.air_radius` must be at least ")
    assert f"got {radius} mm: {who} would leave the domain" in found
    least = found.split("at least ")[1].split(" mm")[0]
    loads(BASE + text + f'\n[mesh]\nair_radius = "{least} mm"\n')


@pytest.mark.parametrize(
    ("arrangement", "key", "value", "fault"),
    [
        ("cylinder", "segments", "0", "`magnet[1].segments` must be a whole number at least 4"),
        (
            "linear",
            "segments_per_period",
            "0",
            "`magnet[1].segments_per_period` must be a whole number",
        ),
        ("linear", "blocks", "0", "`magnet[1].blocks` must be a whole number at least 1"),
        ("planar", "blocks", "[0, 3]", "`magnet[1].blocks[1]` must be a whole number at least 1"),
    ],
)
def test_halbach_counts_of_zero(arrangement: str, key: str, value: str, fault: str) -> None:
    text = '\n[[magnet]]\nshape = "halbach"\ngrade = "N42"\n'
    text += f'arrangement = "{arrangement}"\n{key} = {value}\n'
    assert any(f.startswith(fault) and "got 0" in f for f in faults_of(text))


def test_faulty_iron_keeps_its_number() -> None:
    found = faults_of(plate(-37.5) + plate(-50, material="steal") + plate(-60, more="x = 1"))
    assert any(fault.startswith("`iron[2].material` must be") for fault in found)
    assert any("iron[3].x" in fault for fault in found)


def test_a_table_is_found_beside_the_case(tmp_path: Path) -> None:
    (tmp_path / "steel.csv").write_text(TABLE)
    file = tmp_path / "case.toml"
    file.write_text(BASE + MAGNET + plate(-37.5, material="steel.csv"))
    case = load(file)
    assert case.iron[0].material == str(tmp_path / "steel.csv")
    (body,) = scene_of(case).iron
    assert body.material.B[-1] == pytest.approx(2.2)


def test_another_table_changes_the_field_but_not_its_mesh(tmp_path: Path) -> None:
    table = tmp_path / "steel.csv"
    table.write_text(TABLE)
    case = loads(BASE + MAGNET + plate(-37.5, material="steel.csv"), folder=tmp_path)
    before = keys_of(ALL, case)
    table.write_text(TABLE.replace("1.9", "1.95"))
    after = keys_of(ALL, case)
    assert before["field mesh"] == after["field mesh"]
    assert before["magnetic field"] != after["magnetic field"]
    moved = keys_of(ALL, loads(BASE + MAGNET + plate(-38, material="steel.csv"), folder=tmp_path))
    assert moved["field mesh"] != after["field mesh"]


def test_a_case_with_iron_is_written_and_read_again(tmp_path: Path) -> None:
    (tmp_path / "steel.csv").write_text(TABLE)
    cone = """
[[iron]]
shape = "cone"
diameter = "20 mm"
height = "10 mm"
relative_permeability = 1000.0
center = ["0 mm", "0 mm", "-70 mm"]
axis = [0, 1, 0]
"""
    case = loads(BASE + MAGNET + plate(-37.5, material="steel.csv") + cone, folder=tmp_path)
    assert loads(case_toml(case), folder="/") == case

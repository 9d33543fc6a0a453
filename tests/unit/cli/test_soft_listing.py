"""What `magcap materials` and `magcap check` say of iron."""

from __future__ import annotations

import pytest

from magcap.cli.check import check_lines
from magcap.cli.estimate import effort, estimate
from magcap.cli.listings import print_materials
from magcap.geometry.lumen import outline
from magcap.reading.read import loads

BASE = """
vessel = { shape = "tube", radius = "3 mm", length = "80 mm" }
flow.inlet.mean_velocity = "10 cm/s"
carrier = [{ name = "MSC", diameter = "18 um", iron_mass = "20 pg", core_diameter = "8 nm" }]
[[magnet]]
shape = "sphere"
diameter = "20 mm"
grade = "N42"
center = ["0 mm", "0 mm", "-30 mm"]
"""
PLATE = """
[[iron]]
shape = "cuboid"
size = ["40 mm", "40 mm", "5 mm"]
center = ["0 mm", "0 mm", "-50 mm"]
"""


def test_soft_materials_are_listed_with_their_numbers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_materials("mu-metal")
    text = capsys.readouterr().out
    for word in ("[[iron]]", "mu-metal", "0.66", "80001", "8700", "FEMM"):
        assert word in text
    assert "N42" not in text


def test_the_check_counts_iron_and_says_what_the_estimate_leaves_out() -> None:
    alone = loads(BASE)
    shape = outline(alone.vessel)
    linear = loads(BASE + PLATE + "relative_permeability = 1000.0\n")
    steel = loads(BASE + PLATE + 'material = "1010"\n')
    efforts = [effort(case, shape) for case in (alone, linear, steel)]
    assert efforts[0].field_cells < efforts[1].field_cells == efforts[2].field_cells
    assert efforts[0].seconds < efforts[1].seconds < efforts[2].seconds
    assert efforts[0].memory < efforts[1].memory
    text = "\n".join(check_lines(steel, estimate(steel, shape), "case.toml"))
    assert "without what the iron adds" in text
    assert "without what the iron" not in "\n".join(
        check_lines(alone, estimate(alone, shape), "case.toml")
    )


def test_iron_in_a_background_counts_too() -> None:
    case = loads(
        BASE.split("[[magnet]]", maxsplit=1)[0]
        + PLATE
        + 'material = "1010"\n[background]\nfield = ["0 T", "0 T", "1 T"]\n'
    )
    assert effort(case, outline(case.vessel)).field_cells > 10_000

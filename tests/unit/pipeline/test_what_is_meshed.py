"""A field mesh is made where something reacts or finite elements are asked for, and only there."""

from __future__ import annotations

import pytest

from magcap.case import Case
from magcap.cli.estimate import effort
from magcap.geometry.lumen import outline
from magcap.pipeline import keys_of
from magcap.pipeline.stages import FIELD_MESH, VESSEL, meshed
from magcap.pipeline.stages.field_mesh import by_elements
from magcap.reading.read import loads

CASE = """
vessel = { shape = "tube", radius = "3 mm", length = "20 mm" }
flow.inlet.mean_velocity = "10 cm/s"
carrier = [{ name = "MSC", diameter = "18 um", iron_mass = "20 pg" }]
"""
MAGNET = """
[[magnet]]
shape = "sphere"
diameter = "8 mm"
center = ["0 mm", "0 mm", "-12 mm"]
"""
IRON = """
[[iron]]
shape = "sphere"
diameter = "4 mm"
center = ["0 mm", "0 mm", "12 mm"]
relative_permeability = 100
"""
STAGES = [VESSEL, FIELD_MESH]
RIGID, REACTING = MAGNET + 'remanence = "1 T"\n', MAGNET + 'grade = "N42"\n'
STRONG = MAGNET + 'remanence = "1 T"\nrecoil_permeability = 2.0\n'


def case(text: str, first: str = "") -> Case:
    return loads(first + CASE + text)


@pytest.mark.parametrize(
    ("text", "first", "mesh", "elements"),
    [
        (RIGID, "", False, False),
        (RIGID, "mesh.tolerance = '1 %'\n", False, False),
        (RIGID, "magnetics.loads = true\n", False, False),
        (RIGID, "magnetics.cross_check = true\n", True, True),
        (RIGID, "magnetics.formulation = 'total'\n", True, True),
        (RIGID + IRON, "", True, True),
        (REACTING, "", True, False),
        (REACTING, "mesh.tolerance = '1 %'\n", True, True),
        (STRONG, "", True, True),
    ],
)
def test_where(text: str, first: str, mesh: bool, elements: bool) -> None:
    one = case(text, first)
    assert meshed(one) is mesh
    assert by_elements(one) is elements
    assert FIELD_MESH.wanted(one) is (mesh and one.mesh.tolerance is None)
    assert (effort(one, outline(one.vessel)).field_cells > 0) is mesh


def test_a_magnet_that_only_moves_needs_no_other_mesh() -> None:
    """Another grade of the same shape keeps the mesh, as before."""
    one, other = (case(REACTING.replace("N42", grade)) for grade in ("N42", "N52"))
    assert keys_of(STAGES, one)["field mesh"] == keys_of(STAGES, other)["field mesh"]

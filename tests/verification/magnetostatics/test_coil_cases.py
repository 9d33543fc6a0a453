"""Cases without magnets and iron: coils and backgrounds run end to end on the exact field."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from helpers.magnets import probes
from magcap.case import Background, Case, MagneticsOptions
from magcap.constants import MU_0
from magcap.geometry.scene import MagneticScene, scene_of
from magcap.pipeline import run
from magcap.reading.read import loads
from magcap.solvers import field as magnetostatics
from magcap.solvers.exact import sample
from magcap.solvers.exact.coils import field_and_gradient

CASE = """
title = "coils and a scanner"
[[coil]]
shape = "maxwell"
name = "gradient"
inner_diameter = "196 mm"
outer_diameter = "204 mm"
height = "8 mm"
turns = 100
current = "50 A"
[[coil]]
shape = "wire"
point = ["0 mm", "0 mm", "-20 mm"]
axis = [1, 0, 0]
current = "100 A"
BACKGROUND
[vessel]
shape = "tube"
radius = "2 mm"
length = "12 mm"
[flow]
inlet = { mean_velocity = "2 cm/s" }
[[carrier]]
name = "bead"
diameter = "10 um"
iron_mass = "50 pg"
core_diameter = "10 nm"
count = 40
[capture]
control = false
[mesh]
resolution = "coarse"
[[probe]]
point = ["1 mm", "2 mm", "3 mm"]
"""
SCANNER = """
[background]
field = ["0 T", "0 T", "1.5 T"]
gradient = [["0.02 T/m", "0 T/m", "0 T/m"], ["0 T/m", "0.02 T/m", "0 T/m"],
            ["0 T/m", "0 T/m", "-0.04 T/m"]]
"""


def case(background: str = SCANNER) -> Case:
    return loads(CASE.replace("BACKGROUND", background))


def closed_form(points: np.ndarray) -> np.ndarray:
    """Near the middle: Maxwell's gradient, the wire and the scanner."""
    slope = 48 * np.sqrt(3) / (49 * np.sqrt(7)) * MU_0 * 5000 / 0.1**2
    G = np.diag([0.02 - 0.5 * slope, 0.02 - 0.5 * slope, -0.04 + slope])
    y, z = points[:, 1], points[:, 2] + 0.02
    wire = 2e-7 * 100 / (y**2 + z**2)[:, None] * np.column_stack([0 * y, -z, y])
    return np.asarray(points @ G.T + wire + [0, 0, 1.5])


def test_end_to_end_without_a_field_mesh(tmp_path: Path) -> None:
    result = run(case(), tmp_path, figures=False)
    assert result.field_mesh is None
    field = result.field
    points = field.lumen.points
    # The thick coils are Maxwell's to 2e-3 of their own field of 0.4 T/m × 6 mm.
    np.testing.assert_allclose(field.lumen.B, closed_form(points), atol=1e-5)
    assert np.abs(field.lumen.B - closed_form(points) - [0, 0, 1e-4]).max() > 5e-5
    np.testing.assert_allclose(
        field.lumen.grad_half_B2, np.einsum("ni,nij->nj", field.lumen.B, field.lumen.grad_B)
    )
    summary = result.summary["field"]
    assert summary["dofs"] == 0
    (probe,) = summary["probes"]
    np.testing.assert_allclose(
        probe["B"], closed_form(np.array([[1e-3, 2e-3, 3e-3]]))[0], atol=1e-5
    )
    gradient, wire = summary["coils"]
    assert gradient["name"] == "gradient" and gradient["power"] > 0
    assert np.abs(gradient["center_field"]).max() < 1e-12
    assert wire["power"] is None
    assert sum(summary_of["released"] for summary_of in result.summary["capture"]) == 40


def test_background_alone_and_superposition() -> None:
    scene = scene_of(case())
    background = MagneticScene(background=scene.background)
    coils = MagneticScene(windings=scene.windings)
    points = np.random.default_rng(1).uniform(-0.005, 0.005, (50, 3))

    def solved(one: MagneticScene) -> tuple[np.ndarray, np.ndarray]:
        field = magnetostatics.solve(
            None,
            one,
            points,
            MagneticsOptions(),
            comm=MPI.COMM_WORLD,
            observers=probes(points[:3]),
        )
        assert field.dofs == 0 and field.mesh_B.shape[0] == 0
        np.testing.assert_array_equal(field.probes.B, field.lumen.B[:3])
        return field.lumen.B, field.lumen.grad_B

    B, gradient = solved(background)
    G = np.diag([0.02, 0.02, -0.04])
    np.testing.assert_allclose(B, points @ G + [0, 0, 1.5], rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose(gradient, np.tile(G, (50, 1, 1)))
    parts = [field_and_gradient(w, points) for w in scene.windings]
    B_coils, gradient_coils = solved(coils)
    np.testing.assert_allclose(B_coils, sum(p[0] for p in parts), rtol=1e-12, atol=1e-16)
    whole_B, whole_gradient = solved(scene)
    np.testing.assert_allclose(whole_B, B + B_coils, rtol=1e-13, atol=1e-16)
    np.testing.assert_allclose(whole_gradient, gradient + gradient_coils, rtol=1e-12, atol=1e-15)
    assert len(scene.windings) == 3


def test_the_origin_of_the_background_moves_its_centre() -> None:
    moved = Background.model_validate(
        {
            "field": ["0 T", "0 T", "1 T"],
            "gradient": ["-0.05 T/m", *["0 T/m"] * 3, "-0.05 T/m", *["0 T/m"] * 3, "0.1 T/m"],
            "origin": ["0 m", "0 m", "2 cm"],
        }
    )
    B = sample(MagneticScene(background=moved), np.array([[0, 0, 0.02], [0, 0, 0.03]])).B
    np.testing.assert_allclose(B[:, 2], [1.0, 1.001])


@pytest.mark.parametrize("background", ["", SCANNER])
def test_cases_without_magnets_are_valid(background: str) -> None:
    assert len(case(background).coil) == 2

"""Working points of magnets: demagnetising factors, recoil, temperature, the knee."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from helpers.load_scenes import COMM, solved
from helpers.magnets import background, body
from helpers.tables import valid
from magcap.arrays import FloatArray
from magcap.case import Magnet
from magcap.constants import MU_0
from magcap.geometry.bodies import BodyShape
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import MagneticScene, bodies
from magcap.library import magnet_grade
from magcap.solvers.loads import warn_of_losses, working_points
from magcap.solvers.loads.working_point import stronger_grade
from magcap.solvers.results import WorkingPoint

ABOVE = np.array([0.0, 0.0, 0.02])


def _points(
    scene: MagneticScene, resolution: str = "coarse"
) -> tuple[tuple[WorkingPoint, ...], FloatArray, FieldMesh]:
    solution, mesh = solved(scene, resolution, ABOVE)
    points, margin = working_points(solution, scene, mesh, comm=COMM)
    return points, margin, mesh


def test_sphere() -> None:
    """H = −J/(3 μ0): permeance 2, everywhere."""
    magnet = body(BodyShape.SPHERE, (0.01,), (0, 0.6, 0.8), knee=-250e3)
    (point,), margin, mesh = _points(MagneticScene(magnets=(magnet,)))
    H = -1.0 / (3.0 * MU_0)
    assert point.permeance == pytest.approx(2.0, rel=1e-6)
    assert point.H_worst == pytest.approx(H, rel=1e-6)
    assert point.volume_beyond == pytest.approx(1.0)
    inside = mesh.mesh.cell_tags == mesh.mesh.regions["magnet_1"]
    known = ~np.isnan(margin)
    assert not known[~inside].any()
    assert margin[known] == pytest.approx((H + 250e3) / 250e3, rel=1e-6)


@pytest.mark.parametrize(("height", "factor"), [(0.005, 0.4745), (0.01, 0.3116), (0.02, 0.1819)])
def test_cylinder_has_the_magnetometric_factor(height: float, factor: float) -> None:
    """Chen, Brug and Goldfarb (1991), table for χ = 0: N_m at height/diameter ½, 1, 2."""
    magnet = body(BodyShape.CYLINDER, (0.01, height), (0, 0, 1.2))
    scene = MagneticScene(magnets=(magnet,))
    cells, grid = _points(scene)[0][0], working_points(None, scene, None, comm=COMM)[0][0]
    assert 1.0 / (1.0 + cells.permeance) == pytest.approx(factor, rel=4e-3)
    assert 1.0 / (1.0 + grid.permeance) == pytest.approx(factor, rel=2e-2)  # midpoints


def test_recoil_sphere() -> None:
    """B = 2 Br/(μr + 2) inside, H = −Br/(μ0 (μr + 2))."""
    magnet = body(BodyShape.SPHERE, (0.01,), (0, 0, 1.3), recoil_permeability=1.5, knee=-1e6)
    (point,), _, _ = _points(MagneticScene(magnets=(magnet,)))
    assert point.permeance == pytest.approx(2.0, rel=2e-3)
    assert point.H_worst == pytest.approx(-1.3 / (3.5 * MU_0), rel=4e-2)  # a percentile
    assert point.volume_beyond == 0.0
    assert point.H_worst > 0.9 * -1.3 / (3.0 * MU_0)  # without recoil it would be worse


def test_an_opposing_field_demagnetises() -> None:
    """A background along −m adds to H."""
    magnet = body(BodyShape.SPHERE, (0.01,), (0, 0, 1.2), knee=-600e3)
    free, opposed, along = (
        working_points(
            None, MagneticScene(magnets=(magnet,), background=background((0, 0, B))), comm=COMM
        )[0][0]
        for B in (0.0, -0.5, 0.5)
    )
    assert opposed.H_worst - free.H_worst == pytest.approx(-0.5 / MU_0, rel=1e-9)
    assert along.H_worst - free.H_worst == pytest.approx(0.5 / MU_0, rel=1e-9)
    assert (free.volume_beyond, opposed.volume_beyond, along.volume_beyond) == (0.0, 1.0, 0.0)


def _halbach(grade: str, temperature: str) -> MagneticScene:
    magnet = valid(Magnet, {
            "shape": "halbach", "arrangement": "linear", "blocks": 4, "grade": grade,
            "size": ["40 mm", "10 mm", "10 mm"], "temperature": temperature,
        }
    )  # fmt: skip
    return MagneticScene(magnets=bodies([magnet]))


def test_a_hot_halbach_row_warns(caplog: pytest.LogCaptureFixture) -> None:
    scene = _halbach("N42", "80 degC")
    points, margin, _ = _points(scene)
    with caplog.at_level(logging.WARNING, logger="magcap"):
        warn_of_losses(points, scene.magnets)
    assert all(point.volume_beyond > 0.02 for point in points[1:3])
    assert np.nanmin(margin) < 0.0
    assert len(caplog.records) == 1  # one a magnet, its worst block
    assert "magnet[1] block 2 (and " in caplog.text
    assert "other blocks) would lose magnetisation" in caplog.text
    assert "at 80 degC" in caplog.text
    assert "take a grade of higher coercivity such as N" in caplog.text
    caplog.clear()
    strong = _halbach("N42UH", "80 degC")
    with caplog.at_level(logging.WARNING, logger="magcap"):
        warn_of_losses(_points(strong)[0], strong.magnets)
    assert caplog.text == ""


@pytest.mark.parametrize("share", [1.0, 1.2])
def test_advice_is_never_the_grade_itself(share: float) -> None:
    """Also where the worst percentile is within the knee (`share` 1.2: knee over worst field)."""
    magnet = _halbach("N52", "30 degC").magnets[0]
    name = stronger_grade(magnet, magnet.knee / share)
    assert name is not None
    assert magnet_grade(name).knee_at(magnet.temperature) < magnet.knee


def test_knee_and_remanence_at_temperature() -> None:
    """Br(T) by −0.12 %/K, HcJ(T) by −0.75 %/K for plain NdFeB; SmCo and ferrite by theirs."""
    hot = _halbach("N42", "80 degC").magnets[0]
    assert np.linalg.norm(hot.remanence) == pytest.approx(1.30 * (1.0 - 0.0012 * 60.0))
    assert hot.knee == pytest.approx(-0.9 * 955e3 * (1.0 - 0.0075 * 60.0))
    assert magnet_grade("Y30").knee_at(253.15) > magnet_grade("Y30").knee_at(293.15)
    assert magnet_grade("SmCo28").knee_at(373.15) == pytest.approx(-0.9 * 1433e3 * 0.8)


def test_coercivity_of_a_case() -> None:
    """Beside a grade it holds at 20 degC; beside a remanence at the magnet's temperature."""
    table = {"shape": "sphere", "diameter": "10 mm", "temperature": "80 degC"}
    given = table | {"coercivity": "1200 kA/m"}
    graded = bodies([valid(Magnet, given | {"grade": "N42"})])[0]
    plain = bodies([valid(Magnet, given | {"remanence": "1.3 T"})])[0]
    unknown = bodies([valid(Magnet, table | {"remanence": "1.3 T"})])[0]
    assert graded.knee == pytest.approx(-0.9 * 1200e3 * (1.0 - 0.0075 * 60.0))
    assert plain.knee == pytest.approx(-0.9 * 1200e3)
    assert np.linalg.norm(plain.remanence) == pytest.approx(1.3)  # as given, at its temperature
    assert np.isnan(unknown.knee)

"""Observers: what a case asks, how exactly, and a new question from its points to its number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers.magnets import background, probes
from helpers.synthetic import tube_lumen
from magcap.case import Case, FieldMapTable, MagneticsOptions
from magcap.errors import SolverError
from magcap.geometry.field_maps import field_maps
from magcap.geometry.mesh import Lumen
from magcap.geometry.observers import Accuracy, Observer, Site, observers_of, of_case
from magcap.geometry.scene import MagneticScene, scene_of
from magcap.solvers import field
from magcap.solvers.results import MagneticField

POINTS = np.array([[0.0, 0.0, 1e-3], [0.0, 0.0, 2e-3]])


@pytest.fixture(scope="module")
def lumen() -> Lumen:
    return tube_lumen(6, 24)


def make_case(**tables: Any) -> Case:
    carrier = {"name": "a", "diameter": "15 um", "iron_mass": "10 pg", "core_diameter": "10 nm"}
    return Case.model_validate(
        {
            "vessel": {"shape": "tube", "radius": "3 mm", "length": "60 mm"},
            "flow": {"inlet": {"mean_velocity": "0.1 m/s"}},
            "carrier": [carrier],
            **tables,
        }
    )


def solved(scene: MagneticScene, *observers: Observer) -> MagneticField:
    options = MagneticsOptions()
    return field.solve(None, scene, POINTS, options, comm=MPI.COMM_SELF, observers=observers)


def test_a_case_says_what_is_asked_how_exactly(lumen: Lumen) -> None:
    corner = ["0 mm", "0 mm", "0 mm"]
    case = make_case(
        magnet=[
            {
                "shape": "sphere",
                "diameter": "30 mm",
                "remanence": "1.3 T",
                "center": ["0 mm", "0 mm", "-30 mm"],
            }
        ],
        depth={"planes": ["10 mm"]},
        probe=[{"point": corner}],
        grid=[{"name": "a", "min": corner, "max": ["1 mm"] * 3, "spacing": "1 mm"}],
    )
    found = observers_of(case, scene_of(case), lumen)
    assert [(one.name, one.accuracy, one.required) for one in found] == [
        ("probes", Accuracy.FAR, True),
        ("depth", Accuracy.FAR, False),
        ("plane 10 mm", Accuracy.FAR_MANY, False),
        ("plane vessel", Accuracy.FAR_MANY, False),
        ("section", Accuracy.NEAR, False),
        ("stray", Accuracy.NEAR, False),
        ("grid a", Accuracy.NEAR, False),
    ]


def catheter(site: Site) -> Iterator[Observer]:
    """A question of tomorrow: the field along the vessel's axis."""
    points = site.lumen.mesh.points
    yield Observer(name="catheter", points=points[np.abs(points[:, 1:]).max(axis=1) < 1e-9])


def highest(result: MagneticField) -> float:
    """Its reader: the largest |B| in T on the way."""
    return float(np.linalg.norm(result.observed["catheter"].B, axis=1).max())


def test_a_new_question_is_its_points_and_its_reader(
    lumen: Lumen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing between the two knows it: neither solver nor results have its name."""
    monkeypatch.setattr(of_case, "QUESTIONS", (*of_case.QUESTIONS, catheter))
    gradient = ((1.0, 0.0, 0.0), (0.0, -0.5, 0.0), (0.0, 0.0, -0.5))
    scene = MagneticScene(background=background((0.0, 0.0, 0.4), gradient))
    result = solved(scene, *observers_of(make_case(), scene, lumen))
    assert highest(result) == pytest.approx(np.hypot(0.03, 0.4))  # at the ends, x = ±30 mm


def test_names_are_unique() -> None:
    scene = MagneticScene(background=background((0.0, 0.0, 0.4)))
    one = Observer(name="depth", points=POINTS)
    with pytest.raises(ValueError, match="a name of its own"):
        solved(scene, one, one)


def test_a_field_map_must_cover_what_is_required(tmp_path: Path) -> None:
    """It must cover the probes; elsewhere the field is unknown beyond it."""
    axis = np.linspace(-5e-3, 5e-3, 5)
    table = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    values = np.tile([0.0, 0.0, 0.2], (len(table), 1))
    path = tmp_path / "map.csv"
    header = "x [m],y [m],z [m],Bx [T],By [T],Bz [T]"
    rows = np.column_stack([table, values])
    np.savetxt(path, rows, delimiter=",", header=header, comments="")
    scene = MagneticScene(maps=field_maps([FieldMapTable(file=path)]))
    inside, beyond = POINTS, POINTS + np.array([0.0, 0.0, 0.1])
    seen = solved(scene, *probes(inside), Observer(name="far", points=beyond))
    np.testing.assert_allclose(seen.probes.B[:, 2], 0.2)
    assert np.isnan(seen.observed["far"].B).all()
    with pytest.raises(SolverError, match="must cover the probes"):
        solved(scene, *probes(beyond))

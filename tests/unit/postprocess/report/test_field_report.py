"""The depth report and the safety figures against closed forms and design figures."""

from __future__ import annotations

import dataclasses
import io
import math
from pathlib import Path

import numpy as np
import pytest

from helpers.synthetic import make_case, make_flow, tube_lumen
from magcap.case import Background, Carrier, Case
from magcap.constants import MU_0
from magcap.geometry.mesh import Lumen
from magcap.geometry.observers import observers_of
from magcap.geometry.scene import MagneticScene, scene_of
from magcap.postprocess.files import Kind
from magcap.postprocess.files.vtk import bodies_surface, section_data, stray_data
from magcap.postprocess.numbers import (
    DepthCurve,
    PlaneMap,
    depth_curve,
    plane_maps,
    read_depth,
    read_planes,
    stray_surfaces,
    write_depth,
    write_planes,
)
from magcap.postprocess.numbers.planes import half_value_radius, plane_numbers
from magcap.postprocess.numbers.safety import outermost, safety_numbers
from magcap.postprocess.outcome import Observed
from magcap.postprocess.sections import margin_of
from magcap.solvers.carriers import Stream, pull, stream_of
from magcap.solvers.exact import sample as scene_sample
from magcap.solvers.results import FieldSample, WorkingPoint

STREAM = Stream(viscosity=3.5e-3, mean_speed=0.1)


@pytest.fixture(scope="module")
def lumen() -> Lumen:
    """Radius 3 mm, 60 mm along x, around the origin."""
    return tube_lumen(6, 24)


def _with(case: Case, *magnets: dict[str, object], **more: object) -> Case:
    data = {"magnet": list(magnets), **more}
    fields = Case.model_validate({**_raw(), **data})
    return case.model_copy(update={name: getattr(fields, name) for name in data})


def _raw() -> dict[str, object]:
    return {
        "vessel": {"shape": "tube", "radius": "3 mm", "length": "60 mm"},
        "flow": {"inlet": {"mean_velocity": "0.1 m/s"}},
        "carrier": [{"name": "a", "diameter": "15 um", "iron_mass": "10 pg",
                     "core_diameter": "10 nm"}],
    }  # fmt: skip


def _disc(remanence: str = "1.3 T") -> dict[str, object]:
    """A cylinder of Ø50 × 30 mm, 20 mm below the vessel's axis."""
    return {
        "shape": "cylinder", "diameter": "50 mm", "height": "30 mm", "remanence": remanence,
        "center": ["0 mm", "0 mm", "-35 mm"],
    }  # fmt: skip


def _sphere(center: tuple[float, float, float] = (0.0, 0.0, -40e-3)) -> dict[str, object]:
    return {
        "shape": "sphere", "diameter": "30 mm", "remanence": "1.3 T",
        "center": [f"{x} m" for x in center],
    }  # fmt: skip


def _asked(scene: MagneticScene, lumen: Lumen, case: Case) -> dict[str, FieldSample]:
    observers = observers_of(case, scene, lumen)
    return {one.name: scene_sample(scene, one.points) for one in observers}


def _curve(case: Case, lumen: Lumen) -> DepthCurve:
    sample = _asked(scene_of(case), lumen, case)["depth"]
    curve = depth_curve(case, sample, STREAM)
    assert curve is not None
    return curve


@pytest.mark.parametrize(
    ("depth", "B", "slope", "driver"),
    [
        (10e-3, 0.30979, 16.940, 5.2479),
        (30e-3, 0.10066, 5.342, 0.5377),
        (100e-3, 0.00771, 0.196, 0.0015),
    ],
)
def test_design_figures_of_a_disc(
    lumen: Lumen, depth: float, B: float, slope: float, driver: float
) -> None:
    """magpylib: cylinder Ø50 × 30 mm, 1.3 T, depth from the face; as many digits."""
    curve = _curve(_with(make_case(), _disc()), lumen)
    assert curve.at(curve.B, depth) == pytest.approx(B, abs=6e-6)
    assert curve.at(curve.grad_B, depth) == pytest.approx(slope, rel=3e-4, abs=6e-4)
    assert curve.at(curve.grad_half_B2, depth) == pytest.approx(driver, rel=1e-4, abs=6e-5)


def test_force_and_drift_of_a_known_cell() -> None:
    """By hand: 18 µm cell, 20 pg Fe, saturated, 50 T/m: 119 pN, 200 µm/s."""
    cell = Carrier.model_validate(
        {"name": "cell", "diameter": "18 um", "iron_mass": "20 pg", "saturation": "446 kA/m",
         "magnetization": "linear-saturating", "susceptibility": 1e6}
    )  # fmt: skip
    sample = FieldSample(
        points=np.zeros((1, 3)), B=np.array([[0.0, 0.0, 2.0]]),
        grad_half_B2=np.array([[0.0, 0.0, 100.0]]), grad_B=np.zeros((1, 3, 3)),
    )  # fmt: skip
    blood = make_case().blood
    found = pull(cell, sample, blood, STREAM)
    assert found.force[0] == pytest.approx(119e-12, rel=2e-3)
    assert found.drift[0] == pytest.approx(200e-6, rel=5e-3)
    assert found.share[0] == pytest.approx(found.drift[0] / 0.1)


def test_drift_of_a_fast_bead_is_less_than_stokes() -> None:
    """A Reynolds number of 1 costs about a tenth of the speed; negative control of the above."""
    bead = Carrier.model_validate(
        {"name": "bead", "diameter": "1 mm", "magnetic_fraction": 1.0,
         "magnetization": "linear-saturating", "susceptibility": 1e6}
    )  # fmt: skip
    sample = FieldSample(
        points=np.zeros((1, 3)), B=np.array([[0.0, 0.0, 1.0]]),
        grad_half_B2=np.array([[0.0, 0.0, 1e-3]]), grad_B=np.zeros((1, 3, 3)),
    )  # fmt: skip
    found = pull(bead, sample, make_case().blood, STREAM)
    stokes = found.force[0] / (6 * math.pi * 3.5e-3 * 0.5e-3)
    assert 0.1 * stokes < found.drift[0] < 0.95 * stokes


def test_stream_with_and_without_a_solution(lumen: Lumen) -> None:
    """Poiseuille flow of the synthetic run: the same viscosity and mean speed either way."""
    case = make_case()
    solved, guessed = stream_of(case, lumen, make_flow(lumen)), stream_of(case, lumen, None)
    assert solved.viscosity == pytest.approx(guessed.viscosity)
    assert solved.mean_speed == pytest.approx(guessed.mean_speed, rel=0.02)


def test_depth_file_comes_back(lumen: Lumen, tmp_path: Path) -> None:
    curve = _curve(_with(make_case(), _disc()), lumen)
    text = io.StringIO()
    write_depth(text, curve)
    (tmp_path / "depth.csv").write_text(text.getvalue(), encoding="utf-8")
    header = text.getvalue().splitlines()[0].split(",")
    assert header[0] == "depth [m]"
    assert {"force on MSC 10 pg [N]", "drift of MSC 10 pg [m/s]"} <= set(header)
    assert "drift/flow of MSC 20 pg [1]" in header
    again = read_depth(tmp_path / "depth.csv")
    assert again is not None
    np.testing.assert_allclose(again.B, curve.B, rtol=1e-8)
    for name, one in curve.pulls.items():
        np.testing.assert_allclose(again.pulls[name].drift, one.drift, rtol=1e-8)
    assert np.isnan(curve.at(curve.B, 0.5))


@pytest.fixture(scope="module")
def plane() -> PlaneMap:
    """A Gaussian of the driver, B falling off with the distance."""
    steps = np.linspace(-0.02, 0.02, 41)
    v, u = np.meshgrid(steps, steps, indexing="ij")
    points = np.column_stack([u.ravel(), v.ravel(), 0 * u.ravel()])
    r2 = (points**2).sum(axis=1)
    up = np.array([0.0, 0.0, 1.0])
    return PlaneMap(
        name="10 mm", depth=0.01, points=points, shape=(41, 41),
        B=(1.0 - 100.0 * r2)[:, None] * up,
        grad_half_B2=np.exp(-r2 / 1e-4)[:, None] * up,
    )  # fmt: skip


def test_numbers_of_a_plane(plane: PlaneMap) -> None:
    """exp(−r²/s²): half-value radius s √ln 2 = 8.3255 mm; B at 10 mm from the axis: 0.99."""
    numbers = plane_numbers(plane)
    assert half_value_radius(plane) == pytest.approx(1e-2 * math.sqrt(math.log(2.0)), rel=0.02)
    assert numbers["B"]["on_axis"] == 1.0
    assert numbers["B"]["uniformity"] == pytest.approx(0.99, rel=1e-9)
    assert numbers["grad_half_B2"]["max"] == 1.0
    assert numbers["half_width"] == pytest.approx(0.02)


def test_planes_file_comes_back(plane: PlaneMap, tmp_path: Path) -> None:
    other = dataclasses.replace(plane, name="skin", depth=float("nan"))
    text = io.StringIO()
    write_planes(text, (plane, other))
    (tmp_path / "planes.csv").write_text(text.getvalue(), encoding="utf-8")
    first, second = read_planes(tmp_path / "planes.csv")
    assert (first.name, second.name) == ("10 mm", "skin")
    assert first.shape == (41, 41)
    np.testing.assert_allclose(first.grad_half_B2, plane.grad_half_B2, rtol=1e-6)


def test_planes_know_their_depth_and_what_is_inside(lumen: Lumen) -> None:
    case = _with(make_case(), _disc())
    scene = scene_of(case)
    extra = _asked(scene, lumen, case)
    maps = plane_maps(scene, Observed(extra))
    assert [one.name for one in maps] == ["10 mm", "20 mm", "50 mm", "100 mm", "skin"]
    assert [one.depth for one in maps[:4]] == pytest.approx([0.01, 0.02, 0.05, 0.1])
    on_axis = plane_numbers(maps[0])["B"]["on_axis"]
    assert on_axis == pytest.approx(0.30979, abs=6e-6)
    # A plane through the magnet: nan inside, numbers outside.
    middle = dataclasses.replace(extra["plane 10 mm"])
    down = middle.points - [0.0, 0.0, 0.025]
    others = {"depth": extra["depth"], "plane 5 mm": scene_sample(scene, down)}
    cut = plane_maps(scene, Observed(others))[0]
    assert np.isnan(cut.B[len(cut.B) // 2]).all()
    assert np.isfinite(plane_numbers(cut)["B"]["max"])


def test_five_gauss_surface_of_a_dipole(lumen: Lumen) -> None:
    """Outside a sphere: r = (μ0 m/(4π B))^(1/3) (1 + 3 cos²θ)^(1/6), on every ray."""
    case = _with(make_case(), _sphere())
    scene = scene_of(case)
    extra = _asked(scene, lumen, case)
    surfaces = stray_surfaces(scene, extra["stray"])
    surface = surfaces[0]
    moment = 1.3 / MU_0 * math.pi / 6.0 * 0.03**3
    cosine = surface.directions[:, 2]
    base = math.cbrt(MU_0 * moment / (4.0 * math.pi * 0.5e-3))
    exact = base * (1.0 + 3.0 * cosine**2) ** (1.0 / 6.0)
    np.testing.assert_allclose(surface.radius, exact, rtol=2e-5)
    later = (0.5 / 0.9) ** (1.0 / 3.0)  # 0.9 mT, the limit of 2022
    np.testing.assert_allclose(surfaces[1].radius, later * exact, rtol=2e-5)
    numbers = safety_numbers(scene, surfaces, Observed(extra))
    assert numbers["nine_gauss_radius"] == pytest.approx(later * numbers["five_gauss_radius"])
    assert numbers["nine_gauss_distance"] < numbers["five_gauss_distance"]
    assert numbers["five_gauss_radius"] == pytest.approx(2.0 ** (1.0 / 3.0) * base, rel=2e-5)
    assert numbers["five_gauss_distance"] == pytest.approx(
        2.0 ** (1.0 / 3.0) * base - 0.015, rel=1e-4
    )
    assert numbers["five_gauss_extent"]["+x"] == pytest.approx(exact[0], rel=0.02)
    assert stray_data(surface).n_cells == len(surface.triangles)


def test_stray_field_sees_a_weaker_magnet(lumen: Lumen) -> None:
    """Negative control: half the remanence brings the surface in by 2^(1/3)."""
    reaches = []
    for remanence in ("1.3 T", "0.65 T"):
        case = _with(make_case(), _sphere() | {"remanence": remanence})
        scene = scene_of(case)
        surface, _ = stray_surfaces(scene, _asked(scene, lumen, case)["stray"])
        reaches.append(surface.radius.max())
    assert reaches[0] / reaches[1] == pytest.approx(2.0 ** (1.0 / 3.0), rel=1e-4)


def test_field_that_does_not_end(lumen: Lumen) -> None:
    """A magnet in a scanner: no 0.5 mT surface, and the reason."""
    case = _with(make_case(), _sphere())
    case = case.model_copy(update={"background": Background.model_validate(
        {"field": ["0 T", "0 T", "3 T"]})})  # fmt: skip
    scene = scene_of(case)
    extra = _asked(scene, lumen, case)
    surfaces = stray_surfaces(scene, extra["stray"])
    numbers = safety_numbers(scene, surfaces, Observed(extra))
    assert numbers["five_gauss_distance"] is None
    assert numbers["nine_gauss_distance"] is None
    assert "0.5 mT and 0.9 mT: a background" in numbers["note"]
    assert stray_data(surfaces[0]).n_points == 0


def test_a_background_between_the_limits(lumen: Lumen) -> None:
    """0.7 mT everywhere: the limit of 2022 is met somewhere, the older one nowhere."""
    field = {"field": ["0 T", "0 T", "0.7 mT"]}
    case = _with(make_case(), _sphere())
    case = case.model_copy(update={"background": Background.model_validate(field)})
    scene = scene_of(case)
    extra = _asked(scene, lumen, case)
    numbers = safety_numbers(scene, stray_surfaces(scene, extra["stray"]), Observed(extra))
    assert numbers["five_gauss_distance"] is None
    assert numbers["nine_gauss_distance"] > 0.05
    assert "fall to 0.5 mT: a" in numbers["note"]


def test_weak_everywhere() -> None:
    radii = np.geomspace(0.01, 1.0, 12)
    assert outermost(radii, np.full(12, 1e-4), 0.5e-3) == 0.0
    assert outermost(radii, np.full(12, 1e-3), 0.5e-3) == math.inf


def test_field_at_the_skin(lumen: Lumen) -> None:
    """On the skin's point nearest to a sphere's pole: B = 2/3 J (a/r)³."""
    tissue = {"skin": ["0 mm", "0 mm", "-20 mm"], "normal": [0, 0, -1],
              "layer": [{"material": "skin", "thickness": "2 mm"}]}  # fmt: skip
    case = _with(make_case(), _sphere(), tissue=tissue)
    scene = scene_of(case)
    numbers = safety_numbers(scene, (), Observed(_asked(scene, lumen, case)))
    assert numbers["max_B_at_skin"] == pytest.approx(2 / 3 * 1.3 * (15 / 20) ** 3, rel=1e-9)
    assert numbers["max_gradB_at_skin"] == pytest.approx(
        3 * 2 / 3 * 1.3 * 15**3 / 20**4 * 1e3, rel=1e-6
    )
    np.testing.assert_allclose(numbers["max_B_at"], [0, 0, -20e-3], atol=1e-9)


def test_bodies_of_all_kinds_are_in_the_file(lumen: Lumen) -> None:
    iron = {"shape": "cuboid", "size": ["20 mm", "20 mm", "5 mm"], "relative_permeability": 100.0,
            "center": ["0 mm", "0 mm", "-60 mm"]}  # fmt: skip
    coils = [
        {"shape": "racetrack", "inner_size": ["60 mm", "30 mm"], "thickness": "5 mm",
         "height": "10 mm", "turns": 10, "current": "1 A", "center": ["0 mm", "0 mm", "60 mm"]},
        {"shape": "wire", "point": ["1 m", "0 mm", "30 mm"], "axis": [1, 0, 0], "current": "5 A"},
    ]  # fmt: skip
    case = _with(make_case(), _disc(), iron=[iron], coil=coils)
    scene = scene_of(case)
    surface = bodies_surface(scene, lumen.mesh.points.mean(axis=0))
    kinds = np.asarray(surface.cell_data["kind"])
    assert set(kinds.tolist()) == {Kind.MAGNET, Kind.IRON, Kind.WINDING}
    names = [str(name) for name in surface.field_data["body names"]]
    assert names[:2] == ["1 magnet[1]", "2 iron[1]"]
    wire = surface.extract_cells(np.flatnonzero(np.asarray(surface.cell_data["body"]) == 4))
    assert np.abs(np.asarray(wire.points)[:, 0]).max() < 0.16  # the piece beside the vessel
    extra = _asked(scene, lumen, case)
    grid = section_data(scene, extra["section"])
    np.testing.assert_allclose(grid.points, extra["section"].points)
    assert {int(Kind.MAGNET), int(Kind.IRON), int(Kind.WINDING), -1} == set(
        np.asarray(grid.point_data["inside"]).tolist()
    )


def test_margin_of_an_unknown_knee() -> None:
    point = WorkingPoint(name="", H_worst=-1e5, H_knee=math.nan, permeance=1.0, volume_beyond=0.0)
    assert math.isnan(margin_of(point))
    beyond = dataclasses.replace(point, H_worst=-6e5, H_knee=-5e5)
    assert margin_of(beyond) == pytest.approx(-0.2)


def test_field_on_the_surface_of_a_disc(lumen: Lumen) -> None:
    """Off the dipole: |B| at the found points is 0.5 mT within the interpolation's error."""
    case = _with(make_case(), _disc("0.05 T"))
    scene = scene_of(case)
    for surface in stray_surfaces(scene, _asked(scene, lumen, case)["stray"]):
        found = np.linalg.norm(scene_sample(scene, surface.points).B, axis=1)
        np.testing.assert_allclose(found, surface.limit.level, rtol=5e-3)

"""Centrelines from CSV: reading, exactness of the swept lumen, faults."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from magcap.case import Centerline, Mesh
from magcap.errors import CaseError
from magcap.geometry.lumen import build_lumen
from magcap.geometry.lumen.centerline import centerline_path
from magcap.geometry.lumen.centerline_file import read_centerline
from magcap.geometry.mesh import curved_min_jacobian


def vessel(folder: Path, text: str, **changes: object) -> Centerline:
    file = folder / "axis.csv"
    file.write_text(text)
    return Centerline.model_validate({"shape": "centerline", "file": file} | changes)


def helix(turns: float, pitch: float) -> str:
    """Radius 20 mm of the helix, 3 mm of the lumen."""
    angles = np.linspace(0, 2 * np.pi * turns, 61)
    rows = (
        f"{20 * np.cos(a):.9f},{20 * np.sin(a):.9f},{pitch * a / 2 / np.pi:.9f},3" for a in angles
    )
    return "x,y,z,radius\n" + "\n".join(rows)


def test_helix_has_its_length_and_round_sections(tmp_path: Path) -> None:
    case = vessel(tmp_path, helix(1.5, 20.0))
    lumen = build_lumen(case, Mesh(resolution="coarse"))
    length = 1.5 * np.hypot(2 * np.pi * 20e-3, 20e-3)
    assert lumen.arc_length.max() == pytest.approx(length, rel=1e-4)
    assert curved_min_jacobian(lumen.mesh).min() > 0
    assert lumen.quality.wall_cells >= 4
    path = centerline_path(case)
    s = lumen.arc_length
    off = lumen.mesh.points - path.frames(s).point
    assert np.linalg.norm(off, axis=1) == pytest.approx(3e-3 - lumen.wall_distance, abs=1e-9)
    assert np.abs(np.einsum("ij,ij->i", off, path.frames(s).tangent)).max() < 1e-9


def test_frames_do_not_turn_about_the_tangent(tmp_path: Path) -> None:
    path = centerline_path(vessel(tmp_path, helix(1.0, 30.0)))
    s = np.linspace(0, path.length, 4001)
    frames = path.frames(s)
    turn = np.einsum("ij,ij->i", np.diff(frames.normal, axis=0), frames.binormal[:-1])
    # The Frenet frame would turn by 2π · pitch/(2π)/√(R² + (pitch/2π)²) = 1.46 rad.
    assert abs(turn.sum()) < 5e-3


def test_taper_is_followed(tmp_path: Path) -> None:
    case = vessel(tmp_path, "0 0 0 0.2\n2 0 0 0.15\n4 0 0 0.1", unit="cm")
    lumen = build_lumen(case, Mesh(resolution="coarse"))
    assert lumen.inlet.radius == pytest.approx(2e-3)
    assert lumen.outlets[0].radius == pytest.approx(1e-3)
    axial = lumen.mesh.points[:, 0]
    assert lumen.wall_distance.max() == pytest.approx(2e-3, rel=0.05)
    assert np.all(lumen.wall_distance <= (2e-3 - axial * 0.025) * (1 + 1e-9) + 1e-9)


def test_noise_between_close_points_is_smoothed(tmp_path: Path) -> None:
    x = np.linspace(0, 60, 600)
    noise = 0.03 * np.random.default_rng(1).normal(size=600)
    rows = (f"{a:.2f},{10 * np.sin(a / 20) + b:.3f},0,3" for a, b in zip(x, noise, strict=True))
    lumen = build_lumen(vessel(tmp_path, "\n".join(rows)), Mesh(resolution="coarse"))
    assert curved_min_jacobian(lumen.mesh).min() > 0
    middle = lumen.mesh.points[lumen.wall_distance > 3e-3 * (1 - 1e-9)]
    assert middle[:, 1] == pytest.approx(10e-3 * np.sin(middle[:, 0] / 20e-3), abs=0.2e-3)


@pytest.mark.parametrize(
    "text",
    [
        "0,0,0,2\n10,0,0,1\n",
        "\ufeffx;y;z;radius\n0;0;0;2\n10;0;0;1",
        "# made by hand\nx y z r\n\n0 0 0 2\n10 0 0 1",
        "radius\tz\ty\tx\n2\t0\t0\t0\n1\t0\t0\t10",
        "X [mm],Y [mm],Z [mm],Radius (mm)\n0,0,0,2\n0,0,0,2\n10,0,0,1",
        "x [m];y [m];z [m];diameter [mm]\n0;0;0;4\n0,01;0;0;2,0",
        "x, cm, y, cm, z, cm, r, um\n0,0,0,2000\n1,0,0,1000",
        '"MaximumInscribedSphereRadius","Points:0","Points:1","Points:2"\n2,0,0,0\n1,10,0,0',
        "# x y z radius\n0 0 0 2\n10 0 0 1",
    ],
)
def test_forms_of_csv(tmp_path: Path, text: str) -> None:
    table = read_centerline(vessel(tmp_path, text).file)
    np.testing.assert_allclose(table, 1e-3 * np.array([[0, 0, 0, 2], [10, 0, 0, 1]]))


FAULTS = {
    "empty": ("", "is empty"),
    "one point": ("0,0,0,1", "at least 2 points"),
    "same points": ("0,0,0,1\n0,0,0,1", "2 different points"),
    "words": ("x,y,z,r\n0,0,0,1\na,b,c,d", "line 3"),
    "three columns": ("0,0,0\n1,0,0", "names its columns"),
    "nan": ("0,0,0,1\n1,nan,0,1", "four finite numbers"),
    "unknown": ("x,y,z,width\n0,0,0,1\n1,0,0,1", "one column of the radius"),
    "teslas": ("x [T],y,z,r\n0,0,0,1\n1,0,0,1", "one of m, cm"),
    "far": ("x [m],y [m],z [m],r [mm]\n0,0,0,1\n1e300,0,0,1", "within 100 m"),
    "hair": ("0,0,0,1\n9,0,0,1e-300\n12,0,0,1", "radii of at least"),
    "bottle": ("0,0,0,9\n9,0,0,8e-3\n12,0,0,1", "at most 1000 times"),
    "radius zero": ("0,0,0,1\n9,0,0,0", "positive radii"),
    "radius negative": ("0,0,0,1\n9,0,0,-1", "positive radii"),
    "too sharp": ("0,0,0,3\n30,0,0,3\n0,1,0,3", "bend less sharply"),
    "into itself": (helix(2.0, 3.0), "vessel into itself"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_named(tmp_path: Path, name: str) -> None:
    text, message = FAULTS[name]
    with pytest.raises(CaseError, match=message) as caught:
        build_lumen(vessel(tmp_path, text), Mesh(resolution="coarse"))
    assert caught.value.faults[0].startswith("`vessel.file`")


def test_a_unit_that_differs_is_refused(tmp_path: Path) -> None:
    text = "x [m],y [m],z [m],r [m]\n0,0,0,0.002\n0.01,0,0,0.001"
    assert centerline_path(vessel(tmp_path, text)).length == pytest.approx(0.01)
    with pytest.raises(CaseError, match=r'`vessel.unit` is "mm", but .* says "m"'):
        centerline_path(vessel(tmp_path, text, unit="mm"))


def test_unreadable_files_are_faults(tmp_path: Path) -> None:
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x81" * 9)
    for file in (tmp_path / "none.csv", tmp_path, binary):
        with pytest.raises(CaseError, match=r"`vessel\.file`"):
            read_centerline(file)

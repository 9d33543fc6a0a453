"""Lumen surfaces: every fault of a file becomes a sentence, every good file its open ends."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np
import pytest

from helpers.places import SHARED
from helpers.surfaces import inspect_surface, surface_faults
from magcap.arrays import FloatArray, IntArray
from magcap.case import Cap, SurfaceVessel
from magcap.errors import CaseError
from magcap.geometry.surfaces import (
    TriangleSurface,
    enclosed_volume,
    files as surface_io,
    intersecting_triangles,
    merge_points,
    oriented,
    read_surface,
)
from magcap.geometry.surfaces.files import wheel_aneurysm_path

VESSELS = SHARED / "data" / "vessels"


def cylinder(
    *, radius: float = 2.0, length: float = 10.0, sides: int = 32, rings: int = 11, caps: int = 0
) -> tuple[FloatArray, IntArray]:
    """Points and triangles of a cylinder along z, normals out, with 0, 1 or 2 flat caps."""
    angle = 2 * math.pi * np.arange(sides) / sides
    height = np.linspace(0.0, length, rings)
    ring = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    points = np.vstack([np.column_stack([ring, np.full(sides, z)]) for z in height])
    triangles = []
    for k in range(rings - 1):
        for i in range(sides):
            a, b = k * sides + i, k * sides + (i + 1) % sides
            triangles += [(a, b, b + sides), (a, b + sides, a + sides)]
    for z, start, turned in ((0.0, 0, True), (length, (rings - 1) * sides, False))[:caps]:
        middle = len(points)
        points = np.vstack([points, [[0.0, 0.0, z]]])
        for i in range(sides):
            a, b = start + i, start + (i + 1) % sides
            triangles.append((b, a, middle) if turned else (a, b, middle))
    return points, np.array(triangles, dtype=np.int64)


def write(path: Path, points: FloatArray, triangles: IntArray, *, text: bool = False) -> Path:
    """Write STL (binary or text), OBJ, PLY or VTP."""
    if path.suffix == ".obj":
        lines = [f"v {x:.9g} {y:.9g} {z:.9g}" for x, y, z in points]
        lines += [f"f {a + 1}//1 {b + 1}//1 {c + 1}//1" for a, b, c in triangles]
        path.write_text("# a comment\n" + "\n".join(lines) + "\n")
    elif path.suffix == ".stl" and text:
        corner = "      vertex {:.9g} {:.9g} {:.9g}\n"
        body = "".join(
            "  facet normal 0 0 0\n    outer loop\n"
            + "".join(corner.format(*points[i]) for i in t)
            + "    endloop\n  endfacet\n"
            for t in triangles
        )
        path.write_text(f"solid lumen\n{body}endsolid lumen\n")
    elif path.suffix == ".stl":
        record = np.zeros(len(triangles), dtype=[("n", "<f4", 3), ("v", "<f4", 9), ("a", "<u2")])
        record["v"] = points[triangles].reshape(-1, 9)
        path.write_bytes(b"\0" * 80 + struct.pack("<I", len(triangles)) + record.tobytes())
    else:
        import pyvista

        faces = np.column_stack([np.full(len(triangles), 3), triangles])
        pyvista.PolyData(points, faces.ravel()).save(path)
    return path


def vessel(file: Path, **keys: object) -> SurfaceVessel:
    return SurfaceVessel.model_validate({"shape": "surface", "file": file, **keys})


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.stl", False), ("a.stl", True), ("a.obj", False), ("a.ply", False), ("a.vtp", False)],
)
@pytest.mark.parametrize("caps", [0, 2])
def test_each_format_open_or_capped_has_the_same_ends(
    tmp_path: Path, name: str, text: bool, caps: int
) -> None:
    file = write(tmp_path / name, *cylinder(caps=caps), text=text)
    inlet, outlet = inspect_surface(vessel(file))
    polygon = 0.5 * 32 * math.sin(2 * math.pi / 32) * 4e-6
    assert (inlet.name, outlet.name) == ("inlet", "outlet")
    for end in (inlet, outlet):
        assert end.area == pytest.approx(polygon, rel=1e-6)
        z = 0.0 if end.normal[2] < 0 else 0.01
        assert end.center == pytest.approx((0.0, 0.0, z), abs=1e-9)
        assert abs(end.normal[2]) == pytest.approx(1.0, abs=1e-9)


def test_ends_are_the_same_when_triangles_are_turned_at_random(tmp_path: Path) -> None:
    points, triangles = cylinder(caps=2)
    turn = np.random.default_rng(3).random(len(triangles)) < 0.5
    triangles[turn] = triangles[turn][:, ::-1]
    merged = merge_points(TriangleSurface(points=points, triangles=triangles))
    again = oriented(merged.triangles)
    assert again is not None
    volume = enclosed_volume(TriangleSurface(points=merged.points, triangles=again))
    assert abs(volume) == pytest.approx(0.5 * 32 * math.sin(math.pi / 16) * 40.0, rel=1e-9)
    wrong = enclosed_volume(merged)  # negative control: left as it is, the volume is wrong
    assert abs(abs(wrong) - abs(volume)) > 0.1 * abs(volume)


def test_caps_name_the_nearest_end(tmp_path: Path) -> None:
    file = write(tmp_path / "a.stl", *cylinder())
    caps = (
        Cap.model_validate({"name": "inlet", "near": ("0 mm", "0 mm", "10 mm")}),
        Cap.model_validate({"name": "hand", "near": ("0.5 mm", "0 mm", "1 mm")}),
    )
    ends = inspect_surface(vessel(file, cap=caps))
    assert [(end.name, end.role) for end in ends] == [("inlet", "inlet"), ("hand", "outlet")]
    assert ends[0].center[2] == pytest.approx(0.01)
    assert len(inspect_surface(vessel(file, cap=caps[:1]))) == 2


@pytest.mark.parametrize(
    ("caps", "said"),
    [
        ([("inlet", 0), ("inlet", 10)], "name of its own"),
        ([("inlet", 0), ("hand", 1)], 'already named "inlet"'),
        ([("inlet", 500)], "the nearest one is 490 mm away"),
        ([("wall", 0), ("inlet", 10)], 'must not be "wall"'),
    ],
)
def test_wrong_caps(tmp_path: Path, caps: list[tuple[str, int]], said: str) -> None:
    file = write(tmp_path / "a.stl", *cylinder())
    given = [{"name": name, "near": ["0 mm", "0 mm", f"{z} mm"]} for name, z in caps]
    faults = surface_faults(vessel(file, cap=given))
    assert any(said in fault for fault in faults), faults
    assert all("`vessel.cap" in fault for fault in faults)


def _shifted(offset: float) -> tuple[FloatArray, IntArray]:
    points, triangles = cylinder()
    both = np.vstack([points, points + np.array([offset, 0.0, 0.0])])
    return both, np.vstack([triangles, triangles + len(points)])


def _with_flap() -> tuple[FloatArray, IntArray]:
    points, triangles = cylinder()
    a, b = triangles[200, :2]
    return np.vstack([points, [[9.0, 9.0, 5.0]]]), np.vstack([triangles, [[a, b, len(points)]]])


def _dented() -> tuple[FloatArray, IntArray]:
    points, triangles = cylinder()
    points[5 * 32] = [-5.0, 0.0, 5.0]  # through the opposite wall
    return points, triangles


def _moebius() -> tuple[FloatArray, IntArray]:
    u = 2 * math.pi * np.arange(60) / 60
    rows = []
    for width in (-0.5, 0.5):
        reach = 3 + width * np.cos(u / 2)
        rows.append(np.column_stack([reach * np.cos(u), reach * np.sin(u), width * np.sin(u / 2)]))
    triangles = []
    for i in range(60):
        j = (i + 1) % 60
        low, high = (i, i + 60), ((j, j + 60) if j else (60, 0))
        triangles += [(low[0], high[0], low[1]), (high[0], high[1], low[1])]
    return np.vstack(rows), np.array(triangles)


def _sphere() -> tuple[FloatArray, IntArray]:
    import pyvista

    ball = pyvista.Sphere(radius=3.0)
    return np.asarray(ball.points, float), ball.faces.reshape(-1, 4)[:, 1:].astype(np.int64)


@pytest.mark.parametrize(
    ("surface", "said"),
    [
        (_shifted(10.0), "2 separate parts"),
        (_shifted(2.0), "2 separate parts"),
        (_with_flap(), "more than two triangles"),
        (_dented(), "cuts itself"),
        (_moebius(), "only one side"),
        (_sphere(), "no open or flat end was found"),
        (cylinder(caps=1), "has 1 open end"),
        ((cylinder()[0] * np.nan, cylinder()[1]), "not finite"),
        ((cylinder()[0] * 0.0, cylinder()[1]), "fall together"),
        ((cylinder()[0] * 1000.0, cylinder()[1]), 'Did you mean unit = "um"?'),
        ((cylinder()[0] * 1e-3, cylinder()[1]), 'Did you mean unit = "m"?'),
        ((cylinder()[0], cylinder()[1][:0]), "no triangles"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_faults_of_a_surface(
    tmp_path: Path, surface: tuple[FloatArray, IntArray], said: str
) -> None:
    file = write(tmp_path / "a.stl", *surface)
    faults = surface_faults(vessel(file, unit="um" if said.endswith('"m"?') else "mm"))
    assert len(faults) == 1, faults
    assert said in faults[0]
    assert faults[0].startswith("`vessel.")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.stl", b"", "is empty"),
        ("a.stl", b"\x93\xf1" * 500, "cannot be read as STL"),
        ("a.stl", b"\0" * 80 + struct.pack("<I", 77) + b"\0" * 50, "announces 77 triangles"),
        ("a.stl", b"solid x\n facet normal 0 0 1\n vertex 1 2\nendfacet", "cannot be read as STL"),
        ("a.stl", b"solid x\nvertex a b c\nvertex 1 2 3\nvertex 1 2 4", "cannot be read as STL"),
        ("a.obj", b"\x00\xff\x12 junk", "holds no triangles"),
        ("a.obj", b"v 0 0 0\nv 1 0 0\nf 1 2 9\n", "not there"),
        ("a.obj", b"v 0 0 zero\n", "cannot be read as OBJ"),
        ("a.ply", b"\x93\xf1" * 500, "cannot be read as PLY"),
        ("a.ply", b"ply\nformat ascii 1.0\nelement vertex 9\nend_header\n1", "cannot be read as"),
        ("a.ply", b"ply\nelement face 99999999\nend_header\n", 'no line "format"'),
        (
            "a.ply",
            b"ply\nformat ascii 1.0\nelement face 99999999\n"
            b"property list uchar int vertex_indices\nend_header\n",
            "announces more",
        ),
        ("a.vtp", b"<xml>", "cannot be read as VTP"),
        ("a.vtp", b'<VTKFile type="PolyData"><broken', "cannot be read as VTP"),
        ("a.dcm", b"DICM", "STL, VTP, PLY or OBJ"),
    ],
)
def test_files_that_are_no_surface(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    (fault,) = surface_faults(vessel(file))
    assert said in fault
    assert "`vessel.file`" in fault


def test_files_that_are_not_there_or_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "is not there" in surface_faults(vessel(tmp_path / "none.stl"))[0]
    (tmp_path / "folder.stl").mkdir()
    assert "is not a file but a folder" in surface_faults(vessel(tmp_path / "folder.stl"))[0]
    large = tmp_path / "large.stl"
    with large.open("wb") as stream:
        stream.truncate(2**30)
    assert "has 1.1 GB" in surface_faults(vessel(large))[0]
    many = write(tmp_path / "many.stl", *cylinder())
    monkeypatch.setattr(surface_io, "MAX_TRIANGLES", 100)
    assert "has 640 triangles" in surface_faults(vessel(many))[0]
    assert "gmsh wheel" in surface_faults(vessel(Path("gmsh:nothing.stl")))[0]


def test_small_faults_are_repaired(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    points, triangles = cylinder(sides=64, rings=33)
    holed = np.delete(triangles, 1000, axis=0)
    debris = np.array([[0.0, 0, 5], [0.1, 0, 5], [0, 0.1, 5], [0, 0, 5.1]])
    pyramid = len(points) + np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]])
    twice = np.vstack([holed, holed[:5], pyramid])
    file = write(tmp_path / "a.obj", np.vstack([points, debris]), twice)
    assert len(inspect_surface(vessel(file))) == 2
    assert "pin hole" in caplog.text
    assert "separate parts" in caplog.text


def test_intersections_are_found_and_touching_neighbours_are_none() -> None:
    points, triangles = cylinder(caps=2)
    assert len(intersecting_triangles(TriangleSurface(points=points, triangles=triangles))) == 0
    crossing = np.array(
        [[0.0, 0, 0], [2, 0, 0], [0, 2, 0], [0.5, 0.5, -1], [0.5, 0.5, 1], [9, 9, 0]]
    )
    pair = np.array([[0, 1, 2], [3, 4, 5]])
    assert len(intersecting_triangles(TriangleSurface(points=crossing, triangles=pair))) == 1
    crossing[3, 2] = 0.5
    assert len(intersecting_triangles(TriangleSurface(points=crossing, triangles=pair))) == 0


def test_the_wheels_aneurysm() -> None:
    """Equivalent radii √(A/π) of its openings: 4.30, 3.43, 2.92 mm."""
    try:
        wheel_aneurysm_path()
    except CaseError as error:
        pytest.skip(str(error))
    ends = inspect_surface(vessel(Path("gmsh:aneurysm_data.stl")))
    assert [end.name for end in ends] == ["inlet", "outlet_1", "outlet_2"]
    assert [1e3 * end.radius for end in ends] == pytest.approx([4.30, 3.43, 2.92], abs=0.006)
    assert len(read_surface(wheel_aneurysm_path(), unit="mm").triangles) == 20294


@pytest.mark.parametrize(
    ("name", "radii"),
    [
        ("aorta_vmtk/aorta-surface-open-ends.stl", [7.69, 4.41, 4.37]),
        ("ica_aneurisk_c0015/artery.vtp", [1.56, 1.30, 0.90]),
        ("vein/vein.stl", [1.78, 1.55]),
    ],
)
def test_real_vessels(name: str, radii: list[float]) -> None:
    """Equivalent radii √(A/π) of the openings in mm."""
    if not (VESSELS / name).exists():
        pytest.skip(f"{VESSELS / name} is not here (third-party data)")
    ends = inspect_surface(vessel(VESSELS / name))
    assert [1e3 * end.radius for end in ends] == pytest.approx(radii, abs=0.006)


def test_rounded_ends_are_refused() -> None:
    file = VESSELS / "aorta_vmtk/aorta-surface.stl"
    if not file.exists():
        pytest.skip(f"{file} is not here (third-party data)")
    (fault,) = surface_faults(vessel(file))
    assert "no open or flat end was found" in fault

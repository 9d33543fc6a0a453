"""What is mutated: case files that use every table, and data files of every kind that is read."""

from __future__ import annotations

import io
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyvista as pv

from helpers.places import EXAMPLES
from magcap.cli.templates import TEMPLATES, template_text

#: A table of every shape and every option, some of them with faults.
RICH = """
title = "rich"
[vessel]
shape = "tube"
radius = "3 mm"
length = "80 mm"
[blood]
model = "carreau-yasuda"
hematocrit = 0.4
[flow]
inlet = { flow_rate = "2 ml/s", profile = "parabolic" }
[tissue]
shape = "shell"
layer = [{ material = "muscle", thickness = "2 mm" }]
[target]
shape = "segment"
from = "20 mm"
to = "40 mm"
[background]
field = ["0 T", "0 T", "3 T"]
gradient = [
  ["0.01 T/m", "0 T/m", "0 T/m"],
  ["0 T/m", "0.01 T/m", "0 T/m"],
  ["0 T/m", "0 T/m", "-0.02 T/m"],
]
[[magnet]]
shape = "ring"
inner_diameter = "10 mm"
outer_diameter = "30 mm"
height = "8 mm"
grade = "N42"
temperature = "40 degC"
center = ["0 mm", "0 mm", "-25 mm"]
[[magnet]]
shape = "halbach"
size = ["50 mm", "10 mm", "10 mm"]
blocks = 5
grade = "N42"
center = ["0 mm", "40 mm", "0 mm"]
[[magnet]]
shape = "cuboid"
size = ["5 mm", "5 mm", "5 mm"]
remanence = "1.2 T"
recoil_permeability = 1.05
center = ["0 mm", "-30 mm", "0 mm"]
rotation = { axis = [0, 1, 0], angle = "30 deg" }
[[iron]]
shape = "cylinder"
diameter = "20 mm"
height = "10 mm"
relative_permeability = 100.0
center = ["0 mm", "0 mm", "40 mm"]
[[coil]]
shape = "solenoid"
inner_diameter = "2 cm"
outer_diameter = "3 cm"
height = "1 cm"
turns = 100
current = "1 A"
center = ["0 mm", "0 mm", "60 mm"]
[[coil]]
shape = "wire"
point = ["0 m", "0 m", "1 m"]
axis = [1, 0, 0]
current = "1 A"
[[probe]]
name = "a"
point = ["1 mm", "0 mm", "0 mm"]
[[grid]]
name = "plane"
min = ["-5 mm", "-5 mm", "0 mm"]
max = ["5 mm", "5 mm", "1 mm"]
spacing = "1 mm"
[[carrier]]
name = "MSC"
kind = "cell"
diameter = { median = "18 um", gsd = 1.1 }
iron_mass = "20 pg"
core_diameter = "8 nm"
core_gsd = 1.3
fluid = "blood"
count = 500
[[carrier]]
from = "dynabeads-m280"
count = 300
[capture]
seed = 1
duration = "60 s"
wall = { model = "threshold", friction = 0.3 }
[mesh]
resolution = "coarse"
"""

_CARRIERS = """
[[carrier]]
name = "bead"
kind = "bead"
diameter = "4 um"
iron_mass = "10 pg"
core_diameter = "10 nm"
density = "1500 kg/m^3"
count = 300
"""
_MAGNET = """
[[magnet]]
shape = "cylinder"
diameter = "20 mm"
height = "10 mm"
remanence = "1.3 T"
center = ["0 mm", "0 mm", "-12 mm"]
"""
_TUBE = """
[vessel]
shape = "tube"
radius = "1 mm"
length = "10 mm"
"""
_FLOW = """
[flow]
inlet = { mean_velocity = "10 mm/s" }
"""
_COARSE = """
[mesh]
resolution = "coarse"
"""


@cache
def cases() -> list[str]:
    """Case files that are changed; the lumen of an image, slow to read, comes last."""
    found = [template_text(name) for name in TEMPLATES if name != "surface"]
    found += [path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*/case.toml"))]
    found = [text for text in found if "gmsh:" not in text]
    return [*found, RICH, template_text("surface")]


@cache
def files() -> dict[str, tuple[str, bytes, str]]:
    """By kind: the name of the data file, its contents, the case that reads it."""
    found: dict[str, tuple[str, bytes, str]] = {}
    for kind, name, contents in _surfaces():
        vessel = f'[vessel]\nshape = "surface"\nfile = "{name}"\nunit = "mm"\n'
        found[f"surface, {kind}"] = name, contents, _MAGNET + vessel + _FLOW + _CARRIERS + _COARSE
    for kind, name, contents in _maps():
        map_ = f'[[field_map]]\nfile = "{name}"\n'
        if not name.endswith(".csv"):
            map_ += 'unit = "mm"\nflux_density_unit = "T"\n'
        found[f"field map, {kind}"] = name, contents, map_ + _TUBE + _FLOW + _CARRIERS + _COARSE
    for kind, contents, case in _tables():
        found[kind] = "data.csv", contents, case
    return found


def _saved(mesh: Any, name: str, **options: Any) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        mesh.save(path, **options)
        return path.read_bytes()


def _surfaces() -> list[tuple[str, str, bytes]]:
    around = np.linspace(0.0, 2.0 * np.pi, 16, endpoint=False)
    along = np.linspace(0.0, 10.0, 9)
    points = [[x, np.cos(a), np.sin(a)] for x in along for a in around]
    faces = []
    for i in range(len(along) - 1):
        for j in range(16):
            a, b = 16 * i + j, 16 * i + (j + 1) % 16
            faces += [[3, a, b, a + 16], [3, b, b + 16, a + 16]]
    tube = pv.PolyData(np.array(points), np.array(faces).ravel())
    kinds: list[tuple[str, str, bytes]] = [("OBJ", "data.obj", _saved(tube, "data.obj"))]
    for ending in ("stl", "ply", "vtp"):
        for words, binary in (("binary", True), ("text", False)):
            name = f"data.{ending}"
            kinds.append((f"{ending.upper()} {words}", name, _saved(tube, name, binary=binary)))
    return kinds


def _field(points: Any) -> Any:
    """A dipole's field in T at points in mm."""
    r = points - np.array([0.0, 0.0, -12.0])
    far = np.linalg.norm(r, axis=1)[:, None]
    return 60.0 * (3.0 * r * r[:, 2:] / far**2 - np.array([0.0, 0.0, 1.0])) / far**3


def _maps() -> list[tuple[str, str, bytes]]:
    image = pv.ImageData(dimensions=(7, 5, 5), spacing=(2.0, 1.0, 1.0), origin=(-6.0, -2.0, -2.0))
    image["B"] = _field(image.points)
    axes = np.arange(7.0) * 2.0 - 6.0, np.arange(5.0) - 2.0, np.arange(5.0) - 2.0
    straight = pv.RectilinearGrid(*axes)
    straight["B"] = _field(straight.points)
    found = []
    for ending, mesh in (
        ("vti", image),
        ("vtr", straight),
        ("vts", image.cast_to_structured_grid()),
        ("vtu", image.cast_to_unstructured_grid()),
        ("vtk", straight),
    ):
        for words, binary in (("binary", True), ("text", False)):
            name = f"data.{ending}"
            found.append((f"{ending.upper()} {words}", name, _saved(mesh, name, binary=binary)))
    head = "x [mm],y [mm],z [mm],Bx [T],By [T],Bz [T]"
    rows = np.column_stack([image.points, image["B"]])
    found.append(("CSV", "data.csv", _csv(head, rows)))
    return found


def _csv(head: str, rows: Any) -> bytes:
    text = io.StringIO()
    np.savetxt(text, np.asarray(rows), fmt="%.9g", delimiter=",", header=head, comments="")
    return text.getvalue().encode()


def _tables() -> list[tuple[str, bytes, str]]:
    strength = np.array([0.0, 80.0, 160.0, 318.0, 1000.0, 5000.0, 2e4, 1e5])
    steel = 1.9 * strength / (strength + 300.0) + 4e-7 * np.pi * strength
    iron = """
[[iron]]
shape = "cylinder"
diameter = "10 mm"
height = "5 mm"
material = "data.csv"
center = ["0 mm", "0 mm", "20 mm"]
"""
    label = _CARRIERS.replace('core_diameter = "10 nm"', "").replace(
        'iron_mass = "10 pg"',
        'magnetization = "table"\nmagnetization_table = "data.csv"\n'
        'magnetization_table_of = "iron"\niron_mass = "10 pg"\n',
    )
    line = _csv(
        "x [mm],y [mm],z [mm],radius [mm]",
        [[t, 2.0 * np.sin(0.2 * t), 0.0, 1.0 + 0.02 * t] for t in np.linspace(0.0, 12.0, 13)],
    )
    vessel = '[vessel]\nshape = "centerline"\nfile = "data.csv"\n'
    wave = 'inlet = { waveform = "data.csv" }'
    flow = _FLOW.replace('inlet = { mean_velocity = "10 mm/s" }', wave)
    moment = 50.0 * strength / (strength + 4e4)
    rest = _FLOW + _COARSE
    return [
        (
            "B-H table",
            _csv("H [A/m],B [T]", np.column_stack([strength, steel])),
            _MAGNET + iron + _TUBE + _CARRIERS + rest,
        ),
        (
            "magnetisation table",
            _csv("H [A/m],M [A m2/kg]", np.column_stack([strength, moment])),
            _MAGNET + label + _TUBE + rest,
        ),
        ("centreline", line, _MAGNET + vessel + _CARRIERS + rest),
        (
            "waveform",
            _csv(
                "t [s],Q [ml/s]",
                [[t, 1.0 + np.sin(2.0 * np.pi * t)] for t in np.linspace(0.0, 1.0, 21)],
            ),
            _MAGNET + _TUBE + _CARRIERS + _COARSE + flow,
        ),
    ]


def oddities(folder: Path) -> None:
    """Files that words of mutants name and that hold no table, no surface and no end."""
    os.mkfifo(folder / "fifo.csv")
    (folder / "empty.csv").touch()
    (folder / "folder.stl").mkdir()
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    (folder / "binary.csv").write_bytes(np.random.default_rng(0).bytes(5000))

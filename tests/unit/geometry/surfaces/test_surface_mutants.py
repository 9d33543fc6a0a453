"""Surface files with random damage: a surface or a sentence, quickly, and never half of it."""

from __future__ import annotations

import random
import re
import struct
from pathlib import Path

import numpy as np
import pytest

from helpers.places import SHARED
from magcap.errors import CaseError
from magcap.geometry.surfaces import read_surface

MUTANTS = 300
POINTS = [(0, 0, 0), (1.25, 0, 0), (0, 1.5, 0), (0, 0, 1.75)]
FACES = [(0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2)]


def stl(*, binary: bool) -> bytes:
    if binary:
        facets = [np.array([(0, 0, 1), *(POINTS[i] for i in face)], "<f4") for face in FACES]
        return b"\0" * 80 + struct.pack("<I", 4) + b"".join(f.tobytes() + b"\0\0" for f in facets)
    lines = ["solid a"]
    for face in FACES:
        lines += ["facet normal 0 0 1", " outer loop"]
        lines += [f"  vertex {' '.join(map(str, POINTS[i]))}" for i in face]
        lines += [" endloop", "endfacet"]
    return "\n".join([*lines, "endsolid a", ""]).encode()


def obj() -> bytes:
    lines = [f"v {x} {y} {z}" for x, y, z in POINTS]
    lines += ["f " + " ".join(str(i + 1) for i in face) for face in FACES]
    return "\n".join(["# Vertices: 4", "# Faces: 4", *lines, ""]).encode()


def ply(order: str, *, quads: bool = False, extra: bool = False) -> bytes:
    faces = [(0, 1, 2, 3), (0, 2, 1)] if quads else FACES
    head = ["ply", f"format {order} 1.0", "comment made here", "element vertex 4"]
    head += [f"property float {axis}" for axis in "xyz"]
    head += ["property uchar red"] if extra else []
    head += [f"element face {len(faces)}", "property list uchar int vertex_index"]
    head += ["property float quality"] if extra else []
    start = "\n".join([*head, "end_header", ""]).encode()
    if order == "ascii":
        rows = [f"{x} {y} {z}{' 7' if extra else ''}" for x, y, z in POINTS]
        rows += [f"{len(f)} {' '.join(map(str, f))}{' 0.5' if extra else ''}" for f in faces]
        return start + "\n".join([*rows, ""]).encode()
    mark = "<" if "little" in order else ">"
    body = b"".join(struct.pack(f"{mark}3f", *p) + (b"\7" if extra else b"") for p in POINTS)
    for face in faces:
        body += struct.pack(f"{mark}B{len(face)}i", len(face), *face)
        body += struct.pack(f"{mark}f", 0.5) if extra else b""
    return start + body


ORDERS = ("ascii", "binary_little_endian", "binary_big_endian")
KINDS = {
    "text.stl": stl(binary=False),
    "binary.stl": stl(binary=True),
    "a.obj": obj(),
    **{f"{order}.ply": ply(order) for order in ORDERS},
    **{f"{order}_mixed.ply": ply(order, quads=True, extra=True) for order in ORDERS},
}


def mutant(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    match rng.randrange(4):
        case 0:
            return data[: rng.randrange(len(data))]
        case 1:
            for _ in range(rng.randrange(1, 4)):
                changed[rng.randrange(len(data))] = rng.randrange(256)
        case 2:
            start = rng.randrange(len(data))
            del changed[start : start + rng.randrange(1, 30)]
        case 3:
            numbers = [number.span() for number in re.finditer(rb"\d+", data)] or [(80, 84)]
            start, end = rng.choice(numbers)
            false = rng.choice([b"99999999", b"-1", b"0", b"nan", b"1e999", b"9" * 40])
            changed[start:end] = false
    return bytes(changed)


@pytest.mark.parametrize("name", KINDS)
def test_whole(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(KINDS[name])
    surface = read_surface(tmp_path / name, unit="m")
    assert len(surface.triangles) == (3 if "mixed" in name else 4)
    used = np.unique(surface.points[surface.triangles].reshape(-1, 3), axis=0)
    np.testing.assert_allclose(used, np.unique(np.array(POINTS, float), axis=0))


@pytest.mark.parametrize("name", KINDS)
def test_mutants(name: str, tmp_path: Path) -> None:
    rng = random.Random(name)
    file = tmp_path / name
    for _ in range(MUTANTS):
        file.write_bytes(mutant(KINDS[name], rng))
        try:
            read_surface(file, unit="m")
        except CaseError as error:
            assert all(fault.startswith("`vessel.file`") for fault in error.faults)


@pytest.mark.parametrize("name", [name for name in KINDS if not name.endswith(".obj")])
def test_whatever_is_cut_is_refused(name: str, tmp_path: Path) -> None:
    """At every place before the last number; of OBJ that cannot be known without its counts."""
    file = tmp_path / name
    whole = KINDS[name].rstrip(b"\n ") if "binary" not in name else KINDS[name]
    last = {"text.stl": 2, "ascii.ply": 1, "ascii_mixed.ply": 3}.get(name, 1)
    for length in range(0, len(whole) - last + 1, 3):
        file.write_bytes(whole[:length])
        with pytest.raises(CaseError):
            read_surface(file, unit="m")


def test_a_cut_text_names_the_line(tmp_path: Path) -> None:
    lines = KINDS["text.stl"].decode().splitlines(keepends=True)
    (tmp_path / "a.stl").write_text("".join(lines[:15]))
    with pytest.raises(CaseError, match='cut off: it ends in line 15 without "endsolid"'):
        read_surface(tmp_path / "a.stl", unit="m")
    (tmp_path / "a.stl").write_text("".join(lines[:11]) + lines[11][:8])
    with pytest.raises(CaseError, match=r"line 12 is \"vertex"):
        read_surface(tmp_path / "a.stl", unit="m")
    (tmp_path / "a.obj").write_bytes(b"".join(KINDS["a.obj"].splitlines(keepends=True)[:-1]))
    with pytest.raises(CaseError, match="says that it has 4 faces, but it has 3"):
        read_surface(tmp_path / "a.obj", unit="m")
    (tmp_path / "a.ply").write_bytes(b"".join(KINDS["ascii.ply"].splitlines(keepends=True)[:-2]))
    with pytest.raises(CaseError, match="announces 4 of face and ends after 2, in line 16"):
        read_surface(tmp_path / "a.ply", unit="m")


@pytest.mark.parametrize("name", ["p_trunc.ply", "crash-463.ply"])
def test_files_that_killed(name: str) -> None:
    file = SHARED / "cases_from_users" / "damaged" / name
    if not file.exists():
        pytest.skip(f"{file} is not there")
    with pytest.raises(CaseError, match=r"cannot be read as PLY"):
        read_surface(file, unit="mm")

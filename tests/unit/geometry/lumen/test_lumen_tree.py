"""Trees from centrelines: tubes of known shape, joins and ends, damaged files, a real aorta."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.lumen_checks import check_lumen, curved_volume
from helpers.places import SHARED
from magcap.case import Mesh, Tree
from magcap.errors import CaseError
from magcap.geometry.implicit import tree_level
from magcap.geometry.lumen import build_lumen, expected_cells, outline
from magcap.reading.read import from_tables

AORTA = SHARED / "data" / "vessels" / "aorta_vmtk" / "aorta-centerline.vtp"

Lines = list[tuple[np.ndarray, np.ndarray]]


def write(path: Path, lines: Lines, name: str = "MaximumInscribedSphereRadius") -> Path:
    """Lines of points and radii as VTP, as VMTK writes them."""
    import pyvista

    cells: list[int] = []
    start = 0
    for points, _ in lines:
        cells += [len(points), *range(start, start + len(points))]
        start += len(points)
    data = pyvista.PolyData()
    data.points = np.vstack([points for points, _ in lines]).astype(float)
    data.lines = np.array(cells)
    data.point_data[name] = np.concatenate([radius for _, radius in lines]).astype(float)
    data.save(path)
    return path


def straight(start: list[float], end: list[float], radius: float, number: int = 30) -> Any:
    """A straight line of constant radius in the unit of the file."""
    t = np.linspace(0.0, 1.0, number)[:, None]
    points = (1 - t) * np.array(start, dtype=float) + t * np.array(end, dtype=float)
    return points, np.full(number, radius)


def polyline(corners: list[list[float]], radii: list[float]) -> Any:
    """A line through corners with radii that change evenly, 0.4 apart."""
    pieces, values = [], []
    for (a, b), (r, q) in zip(
        pairwise(corners),
        pairwise(radii),
        strict=True,
    ):
        count = max(2, round(np.linalg.norm(np.subtract(b, a)) / 0.4))
        t = np.linspace(0.0, 1.0, count, endpoint=False)[:, None]
        pieces.append((1 - t) * np.array(a, dtype=float) + t * np.array(b, dtype=float))
        values.append((r + (q - r) * t)[:, 0])
    return np.vstack([*pieces, [corners[-1]]]), np.concatenate([*values, [radii[-1]]])


def tree(file: Path, **changes: Any) -> Tree:
    return Tree.model_validate({"shape": "tree", "file": file, "unit": "mm"} | changes)


FORK: Lines = [
    polyline([[0, 0, 0], [10, 0, 0], [20, 6, 0]], [2.0, 2.0, 1.6]),
    polyline([[0, 0, 0], [10, 0, 0], [18, -7, 2]], [2.0, 2.0, 1.2]),
]


def test_one_straight_line_is_a_tube(tmp_path: Path) -> None:
    vessel = tree(write(tmp_path / "tube.vtp", [straight([0, 0, 0], [20, 0, 0], 2.0)]))
    shape = outline(vessel)
    assert shape.volume == pytest.approx(np.pi * 2e-3**2 * 20e-3, rel=2e-2)
    lumen = build_lumen(vessel, Mesh(resolution="coarse"))
    check_lumen(lumen)
    assert curved_volume(lumen.mesh) == pytest.approx(np.pi * 2e-3**2 * 20e-3, rel=2e-3)
    assert expected_cells(vessel, Mesh(resolution="coarse"), shape) == pytest.approx(
        lumen.quality.cells, rel=0.5
    )


def test_a_cone_is_met_at_a_right_angle(tmp_path: Path) -> None:
    """Spheres of radius r0 + σs sweep the cone with sine σ of half its angle."""
    line = straight([0, 0, 0], [20, 0, 0], 2.0, 60)
    line = (line[0], 2.0 - 0.05 * line[0][:, 0])
    level = tree_level(tree(write(tmp_path / "cone.vtp", [line])))
    x = np.linspace(5e-3, 12e-3, 50)
    slope = -0.05
    wall = (2e-3 + slope * x) / np.sqrt(1 - slope**2)
    f, n = level.at(np.column_stack([x, wall, np.zeros(50)]))
    assert np.abs(f).max() < 1e-8
    assert n[:, 0] == pytest.approx(-slope, abs=1e-3)


def test_branches_that_share_their_trunk_join(tmp_path: Path) -> None:
    vessel = tree(write(tmp_path / "fork.vtp", FORK))
    shape = outline(vessel)
    assert [end.name for end in shape.openings] == ["inlet", "outlet_1", "outlet_2"]
    assert np.array(shape.inlet.center) == pytest.approx([0, 0, 0], abs=1e-4)
    assert [end.radius for end in shape.openings] == pytest.approx([2e-3, 1.6e-3, 1.2e-3], rel=0.03)
    single = [np.trapezoid(np.pi * r**2, _arc(p)) for p, r in FORK]
    trunk = np.pi * 4.0 * 10.0
    apart = (sum(single) - trunk) * 1e-9
    assert 0.85 * apart < shape.volume < 1.03 * apart


def test_branches_in_pieces_make_the_same_lumen(tmp_path: Path) -> None:
    """One line for the trunk and one for each branch, as after `vmtkbranchextractor`."""
    pieces: Lines = [polyline([[0, 0, 0], [10, 0, 0]], [2.0, 2.0])]
    for _, (points, radius) in enumerate(FORK):
        pieces.append((points[25:], radius[25:]))
    whole = outline(tree(write(tmp_path / "whole.vtp", FORK)))
    parts = outline(tree(write(tmp_path / "parts.vtp", pieces)))
    assert len(parts.openings) == 3
    assert parts.volume == pytest.approx(whole.volume, rel=0.02)


def _arc(points: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])


@pytest.mark.slow
def test_a_fork_meshes(tmp_path: Path) -> None:
    vessel = tree(write(tmp_path / "fork.vtp", FORK))
    lumen = build_lumen(vessel, Mesh(resolution="coarse"))
    check_lumen(lumen)
    assert lumen.quality.worst > 0.04
    level = tree_level(vessel)
    wall = lumen.mesh.points[np.unique(lumen.mesh.facets_of("wall"))]
    assert np.mean(np.abs(level.at(wall)[0]) > 1e-9) < 0.02
    assert curved_volume(lumen.mesh) == pytest.approx(outline(vessel).volume, rel=2e-2)


def test_ends_take_the_names_of_caps(tmp_path: Path) -> None:
    file = write(tmp_path / "fork.vtp", FORK)
    caps = [
        {"name": "inlet", "near": ["20 mm", "6 mm", "0 mm"]},
        {"name": "heart", "near": ["0 mm", "0 mm", "0 mm"]},
    ]
    names = [end.name for end in outline(tree(file, cap=caps)).openings]
    assert names == ["inlet", "heart", "outlet_1"]
    far = [{"name": "inlet", "near": ["90 mm", "6 mm", "0 mm"]}]
    with pytest.raises(CaseError, match=r"vessel\.cap\[1\]\.near"):
        outline(tree(file, cap=far))


BAD: list[tuple[str, Lines, str]] = [
    ("one point", [(np.zeros((1, 3)), np.ones(1)), FORK[0]], "at least 2 points in each line"),
    (
        "ring",
        [polyline([[0, 0, 0], [9, 0, 0], [9, 9, 0], [0, 0, 0]], [1.0] * 4)],
        "where it starts",
    ),
    ("zero", [(FORK[0][0], 0.0 * FORK[0][1])], "positive radii"),
    ("negative", [(FORK[0][0], -FORK[0][1])], "positive radii"),
    ("not a number", [(FORK[0][0], np.nan * FORK[0][1])], "not finite"),
    ("thin", [(FORK[0][0], 1e-5 * FORK[0][1])], r"vessel\.unit"),
    ("far", [(1e6 * FORK[0][0], 1e5 * FORK[0][1])], "of the origin"),
    (
        "apart",
        [straight([0, 0, 0], [9, 0, 0], 1.0), straight([0, 30, 0], [9, 30, 0], 1.0)],
        "2 separate parts",
    ),
    (
        "meets again",
        [
            polyline([[0, 0, 0], [5, 0, 0], [10, 6, 0], [15, 0, 0], [25, 0, 0]], [1.0] * 5),
            polyline([[0, 0, 0], [5, 0, 0], [10, -6, 0], [15, 0, 0], [25, 0, 0]], [1.0] * 5),
        ],
        "form 1 rings",
    ),
]


@pytest.mark.parametrize(("name", "lines", "words"), BAD)
def test_lines_that_make_no_tree_are_refused(
    tmp_path: Path, name: str, lines: Lines, words: str
) -> None:
    with pytest.raises(CaseError, match=words):
        outline(tree(write(tmp_path / "bad.vtp", lines)))


def test_files_without_radius_or_lines_are_refused(tmp_path: Path) -> None:
    import pyvista

    with pytest.raises(CaseError, match="MaximumInscribedSphereRadius, got Thickness"):
        outline(tree(write(tmp_path / "other.vtp", FORK, name="Thickness")))
    ball = pyvista.Sphere()
    ball.point_data["Radius"] = np.ones(ball.n_points)
    ball.save(tmp_path / "ball.vtp")
    with pytest.raises(CaseError, match="must hold lines"):
        outline(tree(tmp_path / "ball.vtp"))
    with pytest.raises(CaseError, match="as VTP"):
        outline(tree(tmp_path / "lines.csv"))
    with pytest.raises(CaseError, match=r"vessel\.file"):
        outline(tree(tmp_path / "missing.vtp"))


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_cut_files_are_refused(tmp_path: Path, share: float) -> None:
    file = write(tmp_path / "fork.vtp", FORK)
    octets = file.read_bytes()
    file.write_bytes(octets[: int(share * len(octets))])
    with pytest.raises(CaseError, match=r"vessel\.file"):
        outline(tree(file))


def test_the_unit_must_be_given(tmp_path: Path) -> None:
    file = write(tmp_path / "fork.vtp", FORK)
    with pytest.raises(CaseError, match=r"vessel\.unit"):
        from_tables({"vessel": {"shape": "tree", "file": str(file)}}, folder=tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(not AORTA.is_file(), reason="third-party data are not at hand")
def test_the_aorta_of_vmtk_lies_inside_its_surface() -> None:
    """The tree is the union of the inscribed spheres: nearly all of the lumen, nothing else."""
    import pyvista

    vessel = tree(AORTA)
    level, shape = tree_level(vessel), outline(vessel)
    surface = pyvista.read(AORTA.with_name("aorta-surface.stl")).clean().triangulate()
    low, high = np.array(surface.bounds[::2]) - 0.5, np.array(surface.bounds[1::2]) + 0.5
    points = low + (high - low) * np.random.default_rng(1).random((40_000, 3))
    surface.compute_normals(inplace=True, auto_orient_normals=True, consistent_normals=True)
    distance = pyvista.PolyData(points).compute_implicit_distance(surface)["implicit_distance"]
    beyond = np.zeros(len(points), dtype=bool)
    for end in level.ends:
        off = 1e-3 * points - end.center
        beyond |= (off @ end.normal > 0) & (np.linalg.norm(off, axis=1) < 3.5 * end.radius)
    inside, own = (distance < 0) & ~beyond, (level.at(1e-3 * points)[0] < 0) & ~beyond
    assert 0.88 < own.sum() / inside.sum() < 0.93
    assert (own & ~inside).sum() < 0.006 * own.sum()
    assert shape.volume == pytest.approx(own.mean() * np.prod(high - low) * 1e-9, rel=0.02)
    lumen = build_lumen(vessel, Mesh(resolution="coarse"))
    check_lumen(lumen)
    assert lumen.quality.worst > 0.05
    assert curved_volume(lumen.mesh) == pytest.approx(shape.volume, rel=0.01)

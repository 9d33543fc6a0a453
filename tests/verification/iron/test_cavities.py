"""Bodies with closed cavities, two skins in one file: a shield, and a hollow magnet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvista as pv

from helpers.load_scenes import COMM, solved
from helpers.magnets import background
from helpers.tables import valid
from magcap.case import Iron, Magnet
from magcap.geometry.bodies import signed_distance, volume
from magcap.geometry.scene import IronBody, MagneticScene, bodies, iron_bodies
from magcap.solvers.exact import sample
from magcap.solvers.loads import body_loads

INNER, OUTER, MU = 8e-3, 10e-3, 100.0


def skins(folder: Path, *, cavity: bool = True, finer: int = 3) -> Path:
    """Concentric spheres as one STL in mm, of the volumes of true ones, all turned outwards."""
    parts: list[Any] = []
    for radius in (OUTER, INNER)[: 2 if cavity else 1]:
        sphere = pv.Icosphere(radius=1e3 * radius, nsub=finer)
        sphere = sphere.scale((4 / 3 * np.pi * (1e3 * radius) ** 3 / sphere.volume) ** (1 / 3))
        parts.append(sphere)
    file = folder / f"shell_{len(parts)}.stl"
    parts[0].append_polydata(*parts[1:]).save(file)
    return file


def shell(file: Path, permeability: float = MU) -> IronBody:
    table = {"shape": "surface", "file": str(file), "relative_permeability": permeability}
    (part,) = iron_bodies([valid(Iron, table)])
    return part


def inside(permeability: float) -> float:
    """Field in the cavity over the uniform one outside (e.g. Jackson 5.12)."""
    m = permeability
    ratio = (INNER / OUTER) ** 3
    return 9.0 * m / ((2 * m + 1) * (m + 2) - 2 * ratio * (m - 1) ** 2)


def test_a_shell_is_no_ball(tmp_path: Path) -> None:
    part = shell(skins(tmp_path))
    assert volume(part) == pytest.approx(4 / 3 * np.pi * (OUTER**3 - INNER**3), rel=1e-9)
    points = np.array([[0, 0, 0], [0, 0, 9e-3], [0, 0, 12e-3], [7e-3, 0, 0]])
    np.testing.assert_allclose(
        signed_distance(part, points), [8e-3, -1e-3, 2e-3, 1e-3], atol=1.5e-4
    )


def test_a_hollow_magnet_has_no_field_in_its_hole(tmp_path: Path) -> None:
    """Uniformly magnetised: H = 0 in the cavity, −J/3 [1 − (a/r)³ …] in the shell, a dipole out."""
    table = {"shape": "surface", "remanence": "1 T", "file": str(skins(tmp_path))}
    magnets = bodies([valid(Magnet, table)])
    points = np.array([[0, 0, 0], [2e-3, 1e-3, 3e-3], [0, 0, 30e-3]])
    B = sample(MagneticScene(magnets=magnets), points).B
    assert np.abs(B[:2]).max() < 1e-2
    assert B[2, 2] == pytest.approx(2 / 3 * (OUTER**3 - INNER**3) / 0.03**3, rel=1e-3)
    solid = {**table, "file": str(skins(tmp_path, cavity=False))}
    full = sample(MagneticScene(magnets=bodies([valid(Magnet, solid)])), points).B
    assert full[0, 2] == pytest.approx(2 / 3, rel=1e-2)


def test_a_shell_shields(tmp_path: Path) -> None:
    """Field in the cavity, dipole outside; without permeability nothing changes (zero test)."""
    part = shell(skins(tmp_path))
    scene = MagneticScene(iron=(part,), background=background((0.0, 0.0, 0.1)))
    solution, mesh = solved(scene, "coarse", np.array([0, 0, 0.015]))
    found = solution.sample(np.array([[0, 0, 0], [2e-3, -1e-3, 3e-3]])).B
    np.testing.assert_allclose(found[:, 2], 0.1 * inside(MU), rtol=0.05)
    assert np.abs(found[:, :2]).max() < 2e-3
    assert found[0, 2] < 0.01
    (load,) = body_loads(solution, scene, mesh, comm=COMM)
    assert np.abs(load.force).max() < 1e-2


def test_parts_beside_each_other_are_refused(tmp_path: Path) -> None:
    from magcap.errors import CaseError

    ball = pv.Icosphere(radius=2.0, nsub=1)
    file = tmp_path / "two.stl"
    ball.append_polydata(ball.translate((10, 0, 0))).save(file)
    with pytest.raises(CaseError, match="2 parts that are not connected"):
        shell(file)
    nested: Any = [pv.Icosphere(radius=r, nsub=1) for r in (6.0, 4.0, 2.0)]
    nested[0].append_polydata(*nested[1:]).save(tmp_path / "three.stl")
    with pytest.raises(CaseError, match="2 parts that are not connected"):
        shell(tmp_path / "three.stl")

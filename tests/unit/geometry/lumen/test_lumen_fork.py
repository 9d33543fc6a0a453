"""Acute and unequal bifurcations, which are meshed from their level function."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.lumen_checks import check_lumen, curved_volume
from magcap.case import Bifurcation, Mesh
from magcap.geometry.lumen import build_lumen, expected_cells, outline
from magcap.geometry.lumen.bifurcation import is_swept
from magcap.geometry.lumen.branching import Branching, branching


def fork(ratio: float, first: float, second: float, carina: float = 0.2) -> Bifurcation:
    """Parent of 2 mm; daughters 1 : ratio by Murray's law at these angles in degrees."""
    thick = 2e-3 * (1 + ratio**3) ** (-1 / 3)
    return Bifurcation.model_validate(
        {
            "shape": "bifurcation",
            "radius": "2 mm",
            "length": "14 mm",
            "daughter_length": "18 mm",
            "asymmetry": ratio,
            "angles": [f"{first} deg", f"{second} deg"],
            "carina_radius": f"{carina * ratio * thick} m",
            "toward": [0, 1, 0],
        }
    )


def grid_volume(shape: Branching, low: np.ndarray, high: np.ndarray) -> float:
    """∫ H(−f) with a step one cell wide, second order: a second way to the volume."""
    step = 0.12e-3
    axes = [np.arange(a + 0.5 * step, b, step) for a, b in zip(low, high, strict=True)]
    total = 0.0
    for x in np.array_split(axes[0], 20):
        points = np.stack(np.meshgrid(x, *axes[1:], indexing="ij"), axis=-1).reshape(-1, 3)
        _, height = shape.beyond(points)
        share = np.clip(0.5 - shape.level(points) / step, 0.0, 1.0)
        total += float((share * np.clip(0.5 - height / step, 0.0, 1.0)).sum())
    return total * step**3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ratio", "first", "second", "carina"),
    [(0.3, 3, 30, 0.2), (0.3, 45, 20, 0.6), (1.0, 20, 20, 0.2), (0.5, 70, 3, 0.6)],
)
def test_acute_and_unequal_forks_mesh(
    ratio: float, first: float, second: float, carina: float
) -> None:
    vessel = fork(ratio, first, second, carina)
    shape = branching(vessel)
    assert not is_swept(shape)
    lumen = build_lumen(vessel, Mesh(resolution="coarse"))
    check_lumen(lumen)
    assert lumen.quality.worst > 0.05
    wall = lumen.mesh.points[np.unique(lumen.mesh.facets_of("wall"))]
    off = np.abs(shape.level(wall))
    assert np.mean(off > 1e-9 * vessel.radius) < 0.01
    assert off.max() < 2e-2 * vessel.radius
    radii = (vessel.radius, *(pipe.radius for pipe in shape.pipes))
    for opening, radius in zip(lumen.openings, radii, strict=True):
        assert opening.area == pytest.approx(np.pi * radius**2)
        rim = np.intersect1d(lumen.mesh.facets_of("wall"), lumen.mesh.facets_of(opening.name))
        at = np.linalg.norm(lumen.mesh.points[rim] - np.array(opening.center), axis=1)
        assert at == pytest.approx(radius, rel=1e-8)
    points = lumen.mesh.points
    exact = grid_volume(shape, points.min(axis=0), points.max(axis=0))
    assert curved_volume(lumen.mesh) == pytest.approx(exact, rel=4e-3)
    expected = expected_cells(vessel, Mesh(resolution="coarse"), outline(vessel))
    assert 0.6 < expected / lumen.quality.cells < 1.6


@pytest.mark.slow
def test_a_carina_sharper_than_the_mesh_is_told_of() -> None:
    lumen = build_lumen(fork(0.7, 20, 25, 0.01), Mesh(resolution="coarse"))
    assert any("The carina is rounded by 0.06 mm" in note for note in lumen.notes)


def test_even_daughters_are_swept_as_before() -> None:
    assert is_swept(branching(fork(1.0, 37, 37)))
    assert is_swept(branching(fork(0.7, 27, 47)))
    assert not is_swept(branching(fork(0.3, 40, 40)))


def test_level_of_the_wall_has_its_gradients() -> None:
    """Normals that lead onto the wall: those of f, up to the change of the fillet's radius."""
    shape = branching(fork(0.5, 25, 35))
    rng = np.random.default_rng(3)
    points = rng.uniform([8e-3, -4e-3, -2e-3], [28e-3, 4e-3, 2e-3], (4000, 3))
    f, n = shape.at(points)
    near = np.abs(f) < 0.3e-3
    slope = np.stack(
        [(shape.level(points + h) - shape.level(points - h)) / 2e-9 for h in 1e-9 * np.eye(3)], 1
    )[near]
    cosine = np.einsum("ij,ij->i", slope, n[near]) / np.linalg.norm(slope, axis=1)
    assert np.quantile(cosine, 0.02) > 0.9
    assert np.median(cosine) > 0.98

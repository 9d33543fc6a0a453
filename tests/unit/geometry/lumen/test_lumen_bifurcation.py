"""Bifurcations: Murray's law, a smooth wall through every node, valid cells, faults."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.lumen_checks import area_vectors, check_lumen, curved_volume
from magcap.case import Bifurcation, Mesh
from magcap.errors import CaseError
from magcap.geometry.lumen import build_lumen, outline
from magcap.geometry.lumen.branching import branching, murray_radii, optimal_angles


def bifurcation(**changes: object) -> Bifurcation:
    data = {
        "shape": "bifurcation",
        "radius": "2 mm",
        "length": "14 mm",
        "daughter_length": "14 mm",
        "axis": [1, 0, 0],
        "toward": [0, 1, 0],
    }
    return Bifurcation.model_validate(data | changes)


def test_radii_obey_the_exponent() -> None:
    one, two = murray_radii(bifurcation(asymmetry=0.7, murray_exponent=2.5))
    assert two / one == pytest.approx(0.7)
    assert one**2.5 + two**2.5 == pytest.approx(2e-3**2.5)


@pytest.mark.parametrize("ratio", [1.0, 0.8, 0.5])
def test_angles_are_of_least_volume(ratio: float) -> None:
    """Moving the junction of three straight tubes must not shrink Σ r² L."""
    one = (1 + ratio**3) ** (-1 / 3)
    radii = np.array([1.0, one, ratio * one])
    angles = optimal_angles(*radii)
    ends = np.array(
        [[-5, 0], *[5 * np.array([np.cos(a), np.sin(a)]) for a in (angles[0], -angles[1])]]
    )

    def volume(junction: tuple[float, float]) -> float:
        return float(radii**2 @ np.linalg.norm(ends - junction, axis=1))

    moves = [(0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01), (0.007, 0.007)]
    assert all(volume(move) > volume((0, 0)) for move in moves)


@pytest.mark.parametrize(
    ("changes", "resolution"),
    [({}, "coarse"), ({}, "medium"), ({"angles": ["45 deg", "45 deg"]}, "coarse")],
)
def test_lumen_is_valid(changes: dict[str, object], resolution: str) -> None:
    vessel = bifurcation(**changes)
    lumen = build_lumen(vessel, Mesh.model_validate({"resolution": resolution}))
    check_lumen(lumen)
    assert [opening.name for opening in lumen.openings] == ["inlet", "outlet_1", "outlet_2"]
    shape = branching(vessel)
    # toward = y and axis = x: plane coordinates are the case's.
    wall = lumen.mesh.points[np.unique(lumen.mesh.facets_of("wall"))]
    assert np.abs(shape.level(wall)).max() < 1e-2 * vessel.radius
    assert np.median(np.abs(shape.level(wall))) < 1e-12 * vessel.radius


def test_outline_counts_the_parent_once() -> None:
    """Against the mesh; a sum over inlet-to-outlet branches would have a third more."""
    vessel = bifurcation()
    lumen, shape = build_lumen(vessel, Mesh(resolution="coarse")), outline(vessel)
    assert shape.volume == pytest.approx(curved_volume(lumen.mesh), rel=0.01)
    wall = np.linalg.norm(area_vectors(lumen.mesh, "wall"), axis=1).sum()
    assert shape.area == pytest.approx(wall, rel=0.03)


def test_daughters_end_where_their_straight_axes_end() -> None:
    vessel = bifurcation(angles=["30 deg", "50 deg"], daughter_radii=["1.6 mm", "1.5 mm"])
    lumen = build_lumen(vessel, Mesh(resolution="coarse"))
    check_lumen(lumen)
    for opening, angle, radius in zip(lumen.outlets, (30, -50), (1.6e-3, 1.5e-3), strict=True):
        direction = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle)), 0])
        assert opening.normal == pytest.approx(direction)
        assert opening.center == pytest.approx(np.array([14e-3, 0, 0]) + 14e-3 * direction)
        assert opening.radius == pytest.approx(radius)
        rim = np.intersect1d(lumen.mesh.facets_of("wall"), lumen.mesh.facets_of(opening.name))
        off = lumen.mesh.points[rim] - np.array(opening.center)
        assert np.linalg.norm(off, axis=1) == pytest.approx(radius, rel=1e-9)


def test_asymmetric_branches_mesh() -> None:
    check_lumen(build_lumen(bifurcation(asymmetry=0.7), Mesh(resolution="medium")))


def test_carina_is_rounded_by_its_fillet() -> None:
    """A circle of the fillet radius touches both inner walls in the plane of the branching."""
    shape = branching(bifurcation(carina_radius="0.4 mm"))
    x = np.linspace(15e-3, 22e-3, 70001)
    line = np.column_stack([x, np.zeros_like(x), np.zeros_like(x)])
    crest = x[np.argmax(shape.level(line) > 0)]
    half = shape.pipes[0].turn
    # Tissue between straight walls with corner at x0: its tip recedes by k(1/sin(half) − 1).
    corner = shape.pipes[0].corner + shape.pipes[0].radius / np.sin(half)
    assert crest == pytest.approx(corner + 0.4e-3 * (1 / np.sin(half) - 1), abs=0.03e-3)


FAULTS = [
    ({"angles": ["130 deg", "30 deg"]}, r"vessel\.angles\[1\]"),
    ({"angles": ["1 deg", "1 deg"]}, r"vessel\.daughter_length"),
    ({"daughter_radii": ["0.4 mm", "0.4 mm"]}, r"vessel\.angles"),
    ({"length": "1 mm"}, r"vessel\.length"),
    ({"daughter_length": "1 mm"}, r"vessel\.daughter_length"),
    ({"carina_radius": "9 mm"}, r"vessel\.carina_radius"),
    ({"toward": [2, 0, 0]}, r"vessel\.toward"),
    ({"axis": [0, 0, 0]}, r"vessel\.axis"),
]


@pytest.mark.parametrize(("changes", "path"), FAULTS)
def test_impossible_bifurcations_are_refused(changes: dict[str, object], path: str) -> None:
    with pytest.raises(CaseError, match=path):
        build_lumen(bifurcation(**changes), Mesh(resolution="coarse"))

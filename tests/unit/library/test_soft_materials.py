"""The library of soft-magnetic materials: names, published points, laws, physics of every curve."""

from __future__ import annotations

import numpy as np
import pytest

from magcap.constants import MU_0
from magcap.library import soft_entry, soft_material, soft_materials
from magcap.solvers.iron.bh_curve import build, flux_density

NAMES = list(soft_materials())


def test_the_materials_of_the_release_are_there() -> None:
    for name in ("pure iron", "1010 steel", "1018 steel", "M-19", "Hiperco 50", "mu-metal"):
        entry = soft_entry(name)
        assert entry.source
        assert entry.density > 7000.0


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("AISI 1010", "1010 steel"),
        ("1010", "1010 steel"),
        ("1010-Steel", "1010 steel"),
        ("m19", "M-19"),
        ("Mu Metal", "mu-metal"),
        ("MUMETAL", "mu-metal"),
        ("hiperco-50", "Hiperco 50"),
        ("Iron", "pure iron"),
    ],
)
def test_names_are_found_however_they_are_written(name: str, known: str) -> None:
    assert soft_entry(name).name == known


def test_unknown_names_are_not() -> None:
    with pytest.raises(KeyError):
        soft_material("N52")


def test_no_two_materials_share_a_name() -> None:
    plain = [
        "".join(c for c in name.casefold() if c.isalnum())
        for entry in soft_materials().values()
        for name in {entry.name, *entry.aliases}
    ]
    owners = {p: {e.name for e in soft_materials().values() if soft_entry(p) is e} for p in plain}
    assert all(len(names) == 1 for names in owners.values())


@pytest.mark.parametrize("name", NAMES)
def test_every_curve_is_physical(name: str) -> None:
    entry = soft_entry(name)
    table = build(entry.material)
    H = np.concatenate([[0.0], np.geomspace(1e-2, 1e7, 4000)])
    B, slope = flux_density(table, H)
    assert (slope >= MU_0).all()
    assert (np.diff(B) > 0.0).all()
    assert entry.saturation < 2.4
    assert table.saturation == pytest.approx(entry.saturation, rel=0.02)
    assert 100.0 < table.initial_permeability < 1e6


@pytest.mark.parametrize(
    ("name", "H", "B"),
    [
        ("1010 steel", 1591.5, 1.302),
        ("1018 steel", 7957.75, 1.71),
        ("M-19", 106.0, 1.0),
        ("M-19", 31319.0, 2.0),
        ("mu-metal", 10.941491, 0.492541),
        ("pure iron", 4581.74, 1.81236),
    ],
)
def test_published_points(name: str, H: float, B: float) -> None:
    assert flux_density(build(soft_material(name)), np.array([H]))[0][0] == pytest.approx(B)


def test_roschkes_law() -> None:
    """AISI 1008 at N = 1: μr = 1 + (199 + 8100)/(2 + 2.59)."""
    permeability = 1.0 + (199.0 + 8100.0) / (2.0 + 2.59)
    H = 1.17 / (MU_0 * permeability)
    B, _ = flux_density(build(soft_material("1008")), np.array([H]))
    assert B[0] == pytest.approx(1.17, rel=1e-5)


@pytest.mark.parametrize(("field", "J"), [(0.1, 0.29947689), (1.0, 2.0515)])
def test_steel37_in_a_sphere(field: float, J: float) -> None:
    """Closed form: H + J(H)/(3 μ0) = B0/μ0 inside a sphere in the field B0."""
    H = (field - J / 3.0) / MU_0
    B, _ = flux_density(build(soft_material("Steel37")), np.array([H]))
    assert B[0] - MU_0 * H == pytest.approx(J, rel=2e-5)  # 8 digits of J are 5 of H


def test_hiperco_agrees_with_its_data_sheet() -> None:
    """Carpenter E200, 0.355 mm strip: the fit of a measured stack is within 10 % at the knee and
    0.5 % at 16 kA/m."""
    B, _ = flux_density(build(soft_material("Hiperco 50")), np.array([400.0, 4e3, 16e3]))
    np.testing.assert_allclose(B, [2.10, 2.27, 2.30], rtol=0.1)
    assert B[2] == pytest.approx(2.30, rel=5e-3)

"""The FDA's nozzle by a mesh file and a case, against an axisymmetric computation and its PIV."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from helpers.places import SHARED
from magcap.geometry.mesh import curved_min_jacobian
from magcap.validation.flows import (
    DIFFUSER,
    EXPANSION,
    MEASURED,
    Cuts,
    expansion_checks,
    nozzle_diffuser,
    nozzle_mesh,
    nozzle_run,
)


@pytest.mark.parametrize("cuts", [EXPANSION, DIFFUSER], ids=["expansion", "diffuser"])
def test_the_mesh_is_the_nozzle(cuts: Cuts) -> None:
    """Every node of the wall, middle ones too, lies on the nozzle; no cell is folded."""
    mesh = nozzle_mesh(cuts)
    assert curved_min_jacobian(mesh).min() > 0.4
    points = mesh.points[np.unique(mesh.facets_of("wall"))]
    r, z = np.hypot(points[:, 0], points[:, 1]), points[:, 2]
    cone = np.interp(z, [-62.685e-3, -40e-3], [6e-3, 2e-3])
    step = (np.abs(z) < 1e-12) & (r > 2e-3 - 1e-12)
    np.testing.assert_allclose(r[~step], np.where(z < 1e-12, cone, 6e-3)[~step], atol=1e-12)
    for name, end in zip(cuts.names, (cuts.narrow[0], cuts.wide[-1]), strict=True):
        np.testing.assert_allclose(mesh.points[mesh.facets_of(name), 2], 1e-3 * end, atol=1e-12)


@pytest.mark.slow
def test_over_the_step(tmp_path: Path) -> None:
    """Measured, 37k cells: speeds within 0.7 %, pressures within 0.8 % of the largest.

    Five per cent less density is caught.
    """
    checks = expansion_checks(nozzle_run(tmp_path / "right", EXPANSION))
    assert len(checks) == 11
    assert all(one.passed for one in checks), [one.error for one in checks]
    wrong = expansion_checks(nozzle_run(tmp_path / "wrong", EXPANSION, density=1003.0))
    assert not all(one.passed for one in wrong)


@pytest.mark.slow
def test_through_the_cone(tmp_path: Path) -> None:
    """Measured, 41k cells: within 4.1 % of the laboratories' mean where it is gated."""
    checks = nozzle_diffuser(tmp_path)
    assert all(one.passed for one in checks), [one.error for one in checks]


def test_the_measured_speeds_are_the_files() -> None:
    file = SHARED / "data" / "fda" / "sudden_expansion_Re500_centreline.csv"
    if not file.is_file():
        pytest.skip("the laboratories' table is not beside the checkout")
    rows = csv.DictReader(file.read_text().splitlines())
    found = {
        float(row["z_m"]): float(row["mean"])
        for row in rows
        if row["case"] == "conical_diffuser" and row["quantity"] == "u_centreline_m_s"
    }
    assert {z: found[z] for z in MEASURED} == MEASURED

"""The divergence-free velocity: exact properties on curved, coarse and awkward meshes."""

from __future__ import annotations

import numpy as np
import pytest

from helpers import capture_lumens as lumens
from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen
from magcap.solvers import fem
from magcap.solvers.solenoidal import Reconstruction, defects, reconstruct

#: Largest defect relative to the largest |ŵ|.
ROUNDING = 1e-12


@pytest.fixture(scope="module")
def tube() -> Lumen:
    return lumens.tube(1e-3, 4e-3)


def disturbed(lumen: Lumen, radius: float = 1e-3) -> FloatArray:
    """A velocity that is 0 on the wall and far from divergence-free."""
    u = lumens.poiseuille(lumen, 0.1, radius)
    x, y, z = lumen.mesh.points.T / radius
    room = u[:, 0]
    u[:, 1] += 0.3 * room * np.sin(2 * x) * (1 + y)
    u[:, 2] -= 0.2 * room * np.cos(3 * x + z)
    return u


def test_divergence_jump_and_slip_vanish(tube: Lumen) -> None:
    u = disturbed(tube)
    before = defects(tube, fem.contravariant(tube.mesh.points, tube.mesh.cells, u))
    assert before.divergence > 1e-2  # the oracle sees what it is there for
    after = defects(tube, Reconstruction(tube).of(u))
    assert after.divergence < ROUNDING
    assert after.jump < ROUNDING
    assert after.slip == 0.0


@pytest.mark.parametrize("size", ["0.5 mm", "0.4 mm"])
def test_without_layers_and_with_cells_between_walls(size: str) -> None:
    """Cells whose corners are all on the wall have too few free edges; nothing else is special."""
    from magcap.case import Mesh, Tube
    from magcap.geometry.lumen import build_lumen

    vessel = Tube.model_validate({"shape": "tube", "radius": "1 mm", "length": "5 mm"})
    mesh = Mesh.model_validate({"lumen_size": "1 mm", "wall_size": size})
    lumen = build_lumen(vessel, mesh)
    after = defects(lumen, Reconstruction(lumen).of(disturbed(lumen)))
    assert after.divergence < 1e-9
    assert after.jump < ROUNDING
    assert after.slip < 1e-6


def test_openings_keep_their_flux(tube: Lumen) -> None:
    """∫u·n dS through each opening, what the two lack shared between them."""
    u = lumens.poiseuille(tube, 0.1, 1e-3)
    w = Reconstruction(tube).of(u)
    mesh = tube.mesh
    slopes = np.vstack([-np.ones(3), np.eye(3)])
    fluxes = []
    for opening in tube.openings:
        part = fem.boundary_facets(mesh, opening.name)
        found = 0.0
        for facet, cell in zip(part.nodes, part.cells, strict=True):
            nodes = mesh.cells[cell]
            side = int(np.flatnonzero(~np.isin(nodes[:4], facet[:3]))[0])
            middles = np.isin(nodes, facet[3:])
            found -= float(w[cell, middles] @ slopes[side] @ np.ones(3)) / 6
        fluxes.append((found, part.flux(mesh.points, u)))
    (into, exact_in), (out, exact_out) = fluxes
    assert into + out == pytest.approx(0.0, abs=1e-13 * abs(into))
    assert into == pytest.approx(exact_in, rel=2e-3)
    assert out == pytest.approx(exact_out, rel=2e-3)


def test_a_divergence_free_velocity_is_hardly_changed(tube: Lumen) -> None:
    """Poiseuille flow is quadratic: what changes comes from the curved cells alone."""
    found = reconstruct(tube, lumens.poiseuille(tube, 0.1, 1e-3))
    assert found.change < 2e-3
    assert reconstruct(tube, disturbed(tube)).change > 0.05


def test_snapshots_are_reconstructed_one_by_one(tube: Lumen) -> None:
    u, v = lumens.poiseuille(tube, 0.1, 1e-3), disturbed(tube)
    machine = Reconstruction(tube)
    both = reconstruct(tube, np.stack([u, v])).reference
    assert np.array_equal(both, np.stack([machine.of(u), machine.of(v)]))
    assert np.allclose(machine.of(2 * u - v), 2 * machine.of(u) - machine.of(v), rtol=0, atol=1e-16)


def test_rest_stays_at_rest(tube: Lumen) -> None:
    found = reconstruct(tube, np.zeros_like(tube.mesh.points))
    assert found.change == 0.0
    assert not found.reference.any()

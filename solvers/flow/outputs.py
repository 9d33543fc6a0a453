"""Numbers of the flow from its nodal values: fluxes, pressures, wall shear stress, energy.

Everything is computed in NumPy from the values at the nodes, which every rank has, so that the
results do not depend on the number of ranks. Integrals of products of P2 fields over curved cells
are exact. The wall shear stress is recovered from the velocity around each node of the wall
(`wall_stress.py`); it points along the flow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Blood
from magcap.geometry.mesh import Lumen, Opening, TetMesh
from magcap.solvers import fem as iso
from magcap.solvers.fem import boundary_facets
from magcap.solvers.laws import ViscosityLaw, viscosity_of
from magcap.solvers.results import FlowField

from .wall_stress import wall_gauge

#: Cells that are treated at once.
CHUNK = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """Units in which the flow is solved.

    Attributes
    ----------
    length : float
        Radius of the widest inlet in m.
    velocity : float
        Mean velocity over all inlets in m/s.
    viscosity : float
        At the wall shear rate of Poiseuille flow in the inlet, 4U/R, in Pa s.
    density : float
        In kg/m³.
    """

    length: float
    velocity: float
    viscosity: float
    density: float

    @classmethod
    def of(
        cls, lumen: Lumen, *, density: float, viscosity: ViscosityLaw, flow_rate: float
    ) -> Scales:
        """The scales of a case."""
        radius = lumen.inlet.radius
        velocity = flow_rate / lumen.inlet_area
        mu = float(viscosity.at_squared((4.0 * velocity / radius) ** 2))
        return cls(length=radius, velocity=velocity, viscosity=mu, density=density)

    @property
    def pressure(self) -> float:
        """μU/L in Pa."""
        return self.viscosity * self.velocity / self.length

    @property
    def resistance(self) -> float:
        """μ/L³ in Pa s/m³."""
        return self.viscosity / self.length**3

    @property
    def time(self) -> float:
        """L/U in s."""
        return self.length / self.velocity

    @property
    def reynolds(self) -> float:
        """By the radius."""
        return self.density * self.velocity * self.length / self.viscosity

    @property
    def reynolds_diameter(self) -> float:
        """ρUD/μ."""
        return 2.0 * self.reynolds


def summarize(
    lumen: Lumen,
    velocity: FloatArray,
    pressure: FloatArray,
    *,
    blood: Blood,
    scales: Scales,
    dofs: int,
    residuals: FloatArray,
) -> FlowField:
    """All that is reported of a flow, from velocity (n, 3) in m/s and pressure (n,) in Pa."""
    mesh = lumen.mesh
    law = viscosity_of(blood, 2 * lumen.inlet.radius)
    viscosity = nodal_viscosity(mesh, velocity, law)
    wall = boundary_facets(mesh, "wall")
    traction = wall_gauge(lumen).traction(velocity, law)
    openings = {opening.name: boundary_facets(mesh, opening.name) for opening in lumen.openings}
    flows = {name: part.flux(mesh.points, velocity) for name, part in openings.items()}
    means = {name: part.mean(mesh.points, pressure)[0] for name, part in openings.items()}
    inflow = -sum(flows[one.name] for one in lumen.inlets)
    stress = np.linalg.norm(traction, axis=1)
    return FlowField(
        velocity=velocity,
        pressure=pressure,
        viscosity=viscosity,
        wall_traction=traction,
        dofs=dofs,
        reynolds=scales.reynolds_diameter,
        flow_rates=flows,
        mass_imbalance=abs(sum(flows.values())) / abs(inflow),
        mean_pressures=means,
        pressure_drop=_weighted(means, flows, lumen.inlets)
        - _weighted(means, flows, lumen.outlets),
        max_speed=float(np.linalg.norm(velocity, axis=1).max()),
        wall_shear_stress_mean=wall.mean(mesh.points, stress)[0],
        wall_shear_stress_max=float(stress.max()),
        kinetic_energy=0.5 * blood.density * squared_integral(mesh, velocity),
        newton_residuals=residuals,
    )


def _weighted(
    means: Mapping[str, float], flows: Mapping[str, float], openings: Sequence[Opening]
) -> float:
    """Mean pressure of openings by their flow."""
    total = sum(flows[one.name] for one in openings)
    return sum(flows[one.name] * means[one.name] for one in openings) / total


def squared_integral(mesh: TetMesh, velocity: FloatArray) -> float:
    """∫|u|² dV of a P2 field."""
    xi, weights = iso.quadrature(3, 7)
    values = iso.shapes(xi)
    total = 0.0
    for cells in _chunks(mesh.cells):
        measure = weights * iso.cell_measures(mesh.points, cells, xi)
        field = np.einsum("qn,mnc->mqc", values, velocity[cells], optimize=True)
        total += float(np.einsum("mq,mqc,mqc->", measure, field, field, optimize=True))
    return total


def nodal_viscosity(mesh: TetMesh, velocity: FloatArray, law: ViscosityLaw) -> FloatArray:
    """Viscosity in Pa s at the nodes, from γ̇² averaged over a node's cells by volume."""
    if law.newtonian:
        return np.full(len(mesh.points), law.mu_0)
    at_nodes = iso.nodes(3)
    middle = np.full((1, 3), 0.25)
    sums, volumes = np.zeros(len(mesh.points)), np.zeros(len(mesh.points))
    for cells in _chunks(mesh.cells):
        gradient = iso.cell_gradients(mesh.points, cells, velocity, at_nodes)
        weight = np.repeat(iso.cell_measures(mesh.points, cells, middle), 10, axis=1)
        squared = _shear_rate_squared(gradient)
        sums += np.bincount(cells.ravel(), (weight * squared).ravel(), len(sums))
        volumes += np.bincount(cells.ravel(), weight.ravel(), len(sums))
    return np.asarray(law.at_squared(sums / volumes))


def _shear_rate_squared(gradient: FloatArray) -> FloatArray:
    """γ̇² = 2ε:ε of gradients (…, 3, 3)."""
    strain = 0.5 * (gradient + np.swapaxes(gradient, -1, -2))
    return np.asarray(2.0 * np.einsum("...ij,...ij->...", strain, strain))


def _chunks(cells: IntArray) -> list[IntArray]:
    return [cells[i : i + CHUNK] for i in range(0, len(cells), CHUNK)]

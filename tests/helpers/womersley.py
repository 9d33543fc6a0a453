"""Pulsatile flow in a rigid tube in closed form, and its motion at the inlet of a lumen.

−∂p/∂x = G_0 + Re G_1 e^{iωt};  u = G_0(R² − r²)/(4μ) + Re (G_1/(iρω)) [1 − J_0(Lr/R)/J_0(L)]
e^{iωt},  L = i^{3/2} R √(ωρ/μ);  F = 2J_1(L)/(L J_0(L)). Womersley, J. Physiol. 127 (1955) 553.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import jve

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import Lumen
from magcap.solvers.fem import BoundaryFacets, boundary_facets
from magcap.solvers.flow import InletMotion, inlet_velocity
from magcap.solvers.laws import Viscosity
from magcap.tables import PeriodicFlow


@dataclass(frozen=True, kw_only=True)
class Womersley:
    """Flow q_0 (1 + amplitude cos ωt) in a tube of radius R along x."""

    radius: float
    viscosity: float
    density: float
    period: float
    mean: float
    amplitude: float

    @property
    def omega(self) -> float:
        return 2 * np.pi / self.period

    @property
    def L(self) -> complex:
        wave = self.radius * np.sqrt(self.omega * self.density / self.viscosity)
        return complex(np.exp(0.75j * np.pi) * wave)

    @property
    def F(self) -> complex:
        return complex(2 * jve(1, self.L) / (self.L * jve(0, self.L)))

    @property
    def G_0(self) -> float:
        return 8 * self.viscosity * self.mean / (np.pi * self.radius**4)

    @property
    def G_1(self) -> complex:
        unit = np.pi * self.radius**2 * (1 - self.F) / (1j * self.density * self.omega)
        return complex(self.amplitude * self.mean / unit)

    @property
    def pulse(self) -> PeriodicFlow:
        return PeriodicFlow(
            period=self.period, mean=self.mean, coefficients=(self.amplitude * self.mean,)
        )

    def velocity(self, r: FloatArray, t: float) -> FloatArray:
        r = np.minimum(r, self.radius)
        k = self.L * r / self.radius
        ratio = jve(0, k) / jve(0, self.L) * np.exp(np.abs(k.imag) - abs(self.L.imag))
        steady = self.G_0 * (self.radius**2 - r**2) / (4 * self.viscosity)
        wave = self.G_1 / (1j * self.density * self.omega) * (1 - ratio)
        return np.asarray(steady + np.real(wave * np.exp(1j * self.omega * t)))

    @property
    def wall_shear_1(self) -> complex:
        """Complex amplitude of the wall shear stress."""
        return self.G_1 * self.radius / 2 * self.F


@dataclass(frozen=True)
class ExactInlet:
    """The exact profile at the inlet of a tube along x, with exactly its flow."""

    lumen: Lumen
    exact: Womersley

    @property
    def pulse(self) -> PeriodicFlow:
        return self.exact.pulse

    @cached_property
    def _facets(self) -> BoundaryFacets:
        return boundary_facets(self.lumen.mesh, self.lumen.inlet.name)

    @cached_property
    def nodes(self) -> IntArray:
        return np.unique(self._facets.nodes)

    def velocity(self, t: float) -> FloatArray:
        points = self.lumen.mesh.points
        full = np.zeros_like(points)
        r = np.hypot(points[self.nodes, 1], points[self.nodes, 2])
        full[self.nodes, 0] = self.exact.velocity(r, t)
        full[np.unique(self.lumen.mesh.facets_of("wall"))] = 0.0
        flux = -self._facets.flux(points, full)
        return np.asarray(full[self.nodes] * float(self.pulse.value(t)) / flux)


def parabola_times(lumen: Lumen, pulse: PeriodicFlow) -> InletMotion:
    """The steady profile of the inlet, which grows and shrinks with the flow rate."""
    law = Viscosity(mu_0=1.0, mu_inf=1.0)
    nodes, velocity = inlet_velocity(lumen, profile="parabolic", flow_rate=pulse.mean, law=law)
    fastest = velocity[np.argmax(np.linalg.norm(velocity, axis=1))]
    direction = fastest / np.linalg.norm(fastest)
    mean = velocity @ direction
    return InletMotion(
        pulse=pulse,
        nodes=nodes,
        direction=direction,
        mean=mean,
        harmonics=np.multiply.outer(np.array(pulse.coefficients) / pulse.mean, mean),
    )

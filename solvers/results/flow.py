"""The blood flow as the solver hands it on: at the nodes of the lumen mesh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen
from magcap.stored import stored


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class FlowField:
    """The blood flow.

    Attributes
    ----------
    velocity : ndarray, shape (n, 3)
        At the nodes of the lumen mesh (P2), in m/s; exactly 0 on the wall.
    pressure : ndarray, shape (n,)
        P1 pressure at the nodes (mean of the edge's ends at middle nodes), in Pa.
    viscosity : ndarray, shape (n,)
        Dynamic viscosity at the nodes in Pa s.
    wall_traction : ndarray, shape (n, 3)
        Wall shear stress vector at the wall's nodes in Pa, 0 elsewhere.
    dofs : int
    reynolds : float
        ρ U D / μ at the inlet (μ at the wall shear rate of the inlet for a generalised fluid); of
        several U is the inflow over the area of all, D that of the widest.
    flow_rates : mapping of str to float
        Flow out of the lumen through each opening in m³/s (negative at an inlet).
    mass_imbalance : float
        |sum of flow_rates| / inflow.
    mean_pressures : mapping of str to float
        Area mean over each opening in Pa.
    pressure_drop : float
        Flow-weighted mean of the inlets minus that of the outlets, in Pa.
    max_speed : float
        In m/s.
    wall_shear_stress_mean, wall_shear_stress_max : float
        Over the wall, in Pa.
    kinetic_energy : float
        ½ρ∫|u|² in J.
    newton_residuals : ndarray, shape (k,)
        Relative residual norms of the last Newton run.
    reference_velocity : ndarray, shape (times, m, 10, 3), or None
        What carriers follow: the divergence-free ŵ of u = J ŵ/det J at the nodes of each cell in
        m³/s (`magcap.solvers.solenoidal`); None until it was made.
    period : float
        Of a flow that pulses, in s; inf if it is steady. All but the last are then means over it.
    snapshots : ndarray, shape (times, n, 3), or None
        Velocity at the nodes in m/s at times evenly spread over the period, from its beginning on.
    """

    velocity: FloatArray
    pressure: FloatArray
    viscosity: FloatArray
    wall_traction: FloatArray
    dofs: int
    reynolds: float
    flow_rates: Mapping[str, float]
    mass_imbalance: float
    mean_pressures: Mapping[str, float]
    pressure_drop: float
    max_speed: float
    wall_shear_stress_mean: float
    wall_shear_stress_max: float
    kinetic_energy: float
    newton_residuals: FloatArray
    reference_velocity: FloatArray | None = None
    period: float = np.inf
    snapshots: FloatArray | None = None

    def inflow(self, lumen: Lumen) -> float:
        """Flow into `lumen` through all its inlets in m³/s."""
        return -sum(self.flow_rates[one.name] for one in lumen.inlets)


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class SolenoidalVelocity:
    """The velocity that carriers follow, exactly divergence-free.

    Attributes
    ----------
    reference : ndarray, shape (times, m, 10, 3)
        `FlowField.reference_velocity`.
    change : float
        ‖w − u‖/‖u‖ over the nodes of the cells, in reference coordinates: how far it is from the
        velocity of the flow solution.
    """

    reference: FloatArray
    change: float

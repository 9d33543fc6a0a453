"""Steady incompressible flow of blood through a lumen.

    ρ(u·∇)u − ∇·(2μ(γ̇)ε(u)) + ∇p = 0,  ∇·u = 0;  u = 0 on the wall, u given at the inlets,
    μ∂u/∂n − pn = −Pn at the outlets, P given or such that the outlet carries its flow fraction.

Taylor–Hood (P2 velocity, P1 pressure) on the curved second-order mesh: velocity of order 3,
pressure of order 2. `solve` is the front; the conditions at the openings are in `conditions`, the
equations in `equations`, their terms in `forms`, residual and Jacobian in `system`, Newton's method
in `newton` and what goes before it in `start`, numbers in `outputs`.

Good values: any Reynolds number (by diameter) up to about 1000 in a vessel that has a steady
flow; beyond, most vessels have none and Newton says so.
"""

from __future__ import annotations

import logging
from typing import Any

from magcap.case import Blood, Flow
from magcap.geometry.mesh import Lumen
from magcap.solvers.fem import node_values, to_dolfinx
from magcap.solvers.laws import viscosity_of
from magcap.solvers.results import FlowField

from .conditions import conditions_of
from .inlet import flow_rates_of
from .outputs import Scales, summarize
from .start import converge

logger = logging.getLogger(__name__)


def solve(lumen: Lumen, blood: Blood, flow: Flow, *, comm: Any) -> FlowField:
    """Solve the steady flow.

    Parameters
    ----------
    lumen : Lumen
        The same on every rank.
    blood : Blood
    flow : Flow
    comm : MPI communicator
        The finite-element solve is spread over its ranks; the result is the same on all.

    Returns
    -------
    FlowField
        SI, at the nodes of the lumen mesh.

    Raises
    ------
    CaseError
        If the conditions at the openings do not fit the lumen.
    SolverError
        If no steady flow was found.
    """
    law = viscosity_of(blood, 2 * lumen.inlet.radius)
    flow_rate = sum(flow_rates_of(lumen, flow))
    scales = Scales.of(lumen, density=blood.density, viscosity=law, flow_rate=flow_rate)
    conditions = conditions_of(lumen, flow, scales, flow_rate, law)
    femesh = to_dolfinx(lumen.mesh, comm, length_scale=scales.length)
    scaled_law = law.scaled(viscosity=scales.viscosity, time=scales.length / scales.velocity)
    logger.info("flow: Reynolds number %.4g", scales.reynolds_diameter)
    discrete, residuals = converge(
        femesh, conditions, scaled_law, reynolds=scales.reynolds, label=scales.reynolds_diameter
    )
    velocity = scales.velocity * node_values(discrete.u, femesh)
    velocity[conditions.wall_nodes] = 0.0
    pressure = conditions.level + scales.pressure * node_values(discrete.p, femesh)
    dofs = discrete.system.dofs
    discrete.system.destroy()
    return summarize(
        lumen, velocity, pressure, blood=blood, scales=scales, dofs=dofs, residuals=residuals
    )

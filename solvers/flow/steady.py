"""Steady incompressible flow of blood through a lumen.

    ρ(u·∇)u − ∇·(2μ(γ̇)ε(u)) + ∇p = 0,  ∇·u = 0;  u = 0 on the wall, u given at the inlet,
    μ∂u/∂n − pn = −Pn at the outlets, P given or such that the outlet carries its flow fraction.

Taylor–Hood (P2 velocity, P1 pressure) on the curved second-order mesh: velocity of order 3,
pressure of order 2. `solve` is the front; equations in `solvers.flow_equations`, weak-form terms
in `solvers.flow_forms`, Newton in `solvers.flow_newton`, numbers in `solvers.flow_outputs`.

Good values: any Reynolds number (by diameter) up to about 1000 in a vessel that has a steady
flow; beyond, most vessels have none and Newton says so.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np

from magcap.case import Blood, Flow
from magcap.errors import CaseError
from magcap.geometry.mesh import Lumen
from magcap.solvers.fem import node_values, to_dolfinx
from magcap.solvers.laws import viscosity_of
from magcap.solvers.results import FlowField

from .equations import Conditions
from .inlet import flow_rate_of, inlet_velocity
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
    law = viscosity_of(blood)
    flow_rate = flow_rate_of(flow.inlet, lumen.inlet.area)
    scales = Scales.of(lumen, density=blood.density, viscosity=law, flow_rate=flow_rate)
    conditions = conditions_of(lumen, flow, scales, flow_rate)
    femesh = to_dolfinx(lumen.mesh, comm, length_scale=scales.length)
    scaled_law = law.scaled(viscosity=scales.viscosity, time=scales.length / scales.velocity)
    logger.info("flow: Reynolds number %.4g", scales.reynolds_diameter)
    stage, residuals = converge(
        femesh, conditions, scaled_law, reynolds=scales.reynolds, label=scales.reynolds_diameter
    )
    velocity = scales.velocity * node_values(stage.u, femesh)
    velocity[conditions.wall_nodes] = 0.0
    pressure = scales.pressure * node_values(stage.p, femesh)
    dofs = stage.system.dofs
    stage.system.destroy()
    return summarize(
        lumen, velocity, pressure, blood=blood, scales=scales, dofs=dofs, residuals=residuals
    )


def conditions_of(lumen: Lumen, flow: Flow, scales: Scales, flow_rate: float) -> Conditions:
    """Boundary conditions in scaled units.

    Raises
    ------
    CaseError
    """
    pressures, fractions = outlet_conditions(lumen, flow)
    nodes, velocity = inlet_velocity(lumen, profile=flow.inlet.profile, flow_rate=flow_rate)
    inflow = flow_rate / (scales.velocity * scales.length**2)
    return Conditions(
        wall_nodes=np.unique(lumen.mesh.facets_of("wall")),
        inlet_nodes=nodes,
        inlet_velocity=velocity / scales.velocity,
        pressures={name: value / scales.pressure for name, value in pressures.items()},
        flows={name: fraction * inflow for name, fraction in fractions.items()},
        inflow=inflow,
    )


def outlet_conditions(lumen: Lumen, flow: Flow) -> tuple[dict[str, float], dict[str, float]]:
    """Mean pressures in Pa and flow fractions by outlet name; what is not said is 0 Pa.

    Where every outlet has a fraction they must add up to 1, and the last one is left to the mass
    balance with 0 Pa, which gives it its fraction exactly.

    Raises
    ------
    CaseError
        All faults at once.
    """
    names = [opening.name for opening in lumen.outlets]
    faults: list[str] = []
    pressures: dict[str, float] = dict.fromkeys(names, 0.0)
    fractions: dict[str, float] = {}
    seen: set[str] = set()
    for number, outlet in enumerate(flow.outlet, start=1):
        path = f"flow.outlet[{number}]"
        if outlet.name not in names:
            known = ", ".join(f'"{name}"' for name in names)
            faults.append(f'`{path}.name` must be one of {known}, got "{outlet.name}".')
        elif outlet.name in seen:
            faults.append(f'`{path}.name`: the outlet "{outlet.name}" is given twice.')
        elif outlet.pressure is not None and outlet.flow_fraction is not None:
            faults.append(f"`{path}` must give `pressure` or `flow_fraction`, got both.")
        elif outlet.flow_fraction is not None:
            fractions[outlet.name] = outlet.flow_fraction
            del pressures[outlet.name]
        elif outlet.pressure is not None:
            pressures[outlet.name] = outlet.pressure
        seen.add(outlet.name)
    total = sum(fractions.values())
    if fractions and not pressures and abs(total - 1.0) > 1e-6:
        faults.append(
            f"`flow.outlet`: the flow fractions of all outlets must add up to 1, got {total:.6g}."
        )
    elif fractions and pressures and total > 1.0:
        faults.append(f"`flow.outlet`: the flow fractions must not exceed 1, got {total:.6g}.")
    if faults:
        raise CaseError(faults)
    if fractions and not pressures:
        last = list(fractions)[-1]
        del fractions[last]
        pressures[last] = 0.0
    return pressures, fractions

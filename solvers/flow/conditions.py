"""The conditions at wall, inlet and outlets of a lumen, in scaled units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Flow
from magcap.errors import CaseError
from magcap.geometry.mesh import Lumen
from magcap.solvers.laws import ViscosityLaw

from .inlet import inlet_velocity
from .outputs import Scales


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Boundary conditions in scaled units.

    Attributes
    ----------
    wall_nodes, inlet_nodes : ndarray of int
        Rows of the nodes of the lumen mesh; wall wins where both.
    inlet_velocity : ndarray, shape (k, 3)
        At `inlet_nodes`.
    pressures : mapping of str to float
        Mean pressure at each outlet that has one.
    flows : mapping of str to float
        Flow out of each outlet whose flow is given instead.
    inflow : float
        Flow in.
    """

    wall_nodes: IntArray
    inlet_nodes: IntArray
    inlet_velocity: FloatArray
    pressures: Mapping[str, float]
    flows: Mapping[str, float]
    inflow: float


def conditions_of(
    lumen: Lumen, flow: Flow, scales: Scales, flow_rate: float, law: ViscosityLaw
) -> Conditions:
    """Boundary conditions in scaled units; `law` is that of the inlet's own profile, in SI.

    Raises
    ------
    CaseError
    """
    pressures, fractions = outlet_conditions(lumen, flow)
    nodes, velocity = inlet_velocity(
        lumen, profile=flow.inlet.profile, flow_rate=flow_rate, law=law
    )
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
        elif isinstance(outlet.flow_fraction, float):
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

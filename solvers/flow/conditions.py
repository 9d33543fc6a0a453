"""The conditions at wall, inlets and outlets of a lumen, in scaled units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Flow
from magcap.geometry.mesh import Lumen
from magcap.solvers.laws import ViscosityLaw

from .inlet import inlet_velocities
from .outlets import OutletLaw, level_of, outlet_laws
from .outputs import Scales


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Boundary conditions in scaled units.

    Attributes
    ----------
    wall_nodes, inlet_nodes : ndarray of int
        Rows of the nodes of the lumen mesh, ascending, of all inlets; wall wins where both.
    inlet_velocity : ndarray, shape (k, 3)
        At `inlet_nodes`.
    pressures : mapping of str to float
        Mean pressure at each outlet that has one, behind its resistance where it has that.
    resistances : mapping of str to float
        At those of `pressures` whose pressure rises with their flow.
    flows : mapping of str to float
        Flow out of each outlet whose flow is given instead.
    inflow : float
        Flow in, through all inlets.
    level : float
        Pressure in Pa that pressures are counted from.
    """

    wall_nodes: IntArray
    inlet_nodes: IntArray
    inlet_velocity: FloatArray
    pressures: Mapping[str, float]
    resistances: Mapping[str, float]
    flows: Mapping[str, float]
    inflow: float
    level: float = 0.0


def conditions_of(
    lumen: Lumen, flow: Flow, scales: Scales, flow_rate: float, law: ViscosityLaw
) -> Conditions:
    """Boundary conditions in scaled units; `law` is that of the inlets' profiles, in SI.

    `flow_rate` is that of all inlets in m³/s.

    Raises
    ------
    CaseError
    """
    laws = outlet_laws(lumen, flow)
    inlet = inlet_velocities(lumen, flow, law)
    return conditions_at(lumen, laws, scales, flow_rate, inlet, level=level_of(laws, flow_rate))


def conditions_at(
    lumen: Lumen,
    laws: Sequence[OutletLaw],
    scales: Scales,
    flow_rate: float,
    inlet: tuple[IntArray, FloatArray],
    *,
    level: float,
) -> Conditions:
    """Boundary conditions in scaled units of a steady flow.

    Parameters
    ----------
    lumen, laws, scales
    flow_rate : float
        Into the lumen in m³/s.
    inlet : (nodes, velocity)
        Of `inlet_velocities`.
    level : float
        In Pa.
    """
    nodes, velocity = inlet
    inflow = flow_rate / (scales.velocity * scales.length**2)
    return Conditions(
        wall_nodes=np.unique(lumen.mesh.facets_of("wall")),
        inlet_nodes=nodes,
        inlet_velocity=velocity / scales.velocity,
        pressures={
            outlet.name: (outlet.back - level) / scales.pressure
            for outlet in laws
            if outlet.share is None
        },
        resistances={
            outlet.name: outlet.resistance / scales.resistance
            for outlet in laws
            if outlet.resistance > 0
        },
        flows={o.name: o.share * inflow for o in laws if o.share is not None},
        inflow=abs(inflow),
        level=level,
    )

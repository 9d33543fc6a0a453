"""A suspension of carriers in steady flow as the solver hands it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from magcap.arrays import FloatArray
from magcap.stored import stored

from .flow import FlowField


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionField:
    """The concentration of carriers, its balance, and what its magnetic force does.

    Attributes
    ----------
    carrier : str
    concentration : float
        In the blood that enters with carriers, in 1/m³.
    values : ndarray, shape (n,)
        Concentration at the nodes of the lumen in 1/m³.
    flows : mapping of str to float
        Carriers out through each opening in 1/s, negative where they come in; ``"wall"``: those
        that drift onto it.
    imbalance : float
        |sum of flows| over what enters.
    pressure : float
        n m Δψ, largest difference in the lumen, in Pa.
    number : float
        `MagneticHead.number`: what a concentration could do that is as uneven as possible.
    response : float
        Largest change of velocity by the suspension over the mean velocity, to first order in its
        force: what its concentration in the flow without it would do; nan if it is not known.
    velocity_change : float
        Largest change of velocity by the suspension over the mean velocity; nan one-way.
    iterations : int
        Between concentration and flow; 0 one-way.
    flow : FlowField or None
        That the force drives, with the velocity that carriers follow; None one-way.
    """

    carrier: str
    concentration: float
    values: FloatArray
    flows: Mapping[str, float]
    imbalance: float
    pressure: float
    number: float
    response: float
    velocity_change: float
    iterations: int
    flow: FlowField | None

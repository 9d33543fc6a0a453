"""The front: from the flow without the suspension to its concentration, and the flow with it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Case, Suspension
from magcap.errors import SolverError
from magcap.geometry.mesh import Lumen
from magcap.parallel import on_root
from magcap.solvers.laws import MagneticHead
from magcap.solvers.linalg import LinearBreakdown
from magcap.solvers.results import FieldSample, FlowField, SuspensionField

from .carried import Carried, carried, carrier_of
from .cells import corner_weights, nodal
from .coupling import Coupled, Coupling, load_of
from .driven import DrivenFlow
from .transport import Entry, Transport, Transported

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """What is given."""

    lumen: Lumen
    case: Case
    flow: FlowField
    pull: Carried
    head: MagneticHead
    comm: Any

    @property
    def suspension(self) -> Suspension:
        """The table of the case."""
        return self.case.suspension or Suspension()

    @property
    def two_way(self) -> bool:
        """Whether the force moves the blood."""
        return self.suspension.coupling == "two-way"


def solve(
    lumen: Lumen,
    case: Case,
    flow: FlowField,
    sample: FieldSample,
    *,
    comm: Any,
    progress: Callable[[str, float], None] = lambda *_: None,
) -> SuspensionField:
    """The suspension of a case; collective.

    Parameters
    ----------
    lumen : Lumen
    case : Case
        With a suspension.
    flow : FlowField
        Steady, without the suspension, with its `reference_velocity`.
    sample : FieldSample
        The magnetic field at the nodes of the lumen.
    comm : MPI communicator
    progress : callable
        Takes what is being done and which share of it is done.

    Raises
    ------
    CaseError
        If the case does not say which carriers are suspended.
    SolverError
        If concentration or flow is not found.
    """
    pull = carried(case, sample, float(np.median(flow.viscosity)))
    head = head_of(case, lumen, flow, pull)
    given = _Problem(lumen=lumen, case=case, flow=flow, pull=pull, head=head, comm=comm)
    transport = _Transporter(given)
    try:
        found = transport(_reference(flow))
        if not np.any(pull.force):
            return _result(given, found, 0.0, None)
        return _pulled(given, found, transport, progress)
    finally:
        transport.close()


def _pulled(
    given: _Problem,
    found: Transported,
    transport: _Transporter,
    progress: Callable[[str, float], None],
) -> SuspensionField:
    """What the force does: to first order, and with two-way coupling all of it."""
    lumen, comm = given.lumen, given.comm
    driven = DrivenFlow(lumen, given.case, given.flow, given.pull, comm=comm)
    coupled = None
    try:
        response = _response(given, driven, found)
        if given.two_way:
            iteration = Coupling(lumen, driven, transport, comm=comm, progress=progress)
            coupled = iteration.solve(found, given.flow.velocity)
    finally:
        driven.close()
    return _result(given, found, response, coupled)


def _response(given: _Problem, driven: DrivenFlow, found: Transported) -> float:
    """To first order; nan where it cannot be had and is not needed, as for want of memory."""
    try:
        return driven.response(load_of(given.lumen, found))
    except LinearBreakdown as error:
        if given.two_way:
            raise SolverError(f"The pull of the suspension was not solved for: {error}.") from None
        logger.warning("suspension: what it would do to the flow is not known (%s)", error)
        return float("nan")


def head_of(case: Case, lumen: Lumen, flow: FlowField, pull: Carried) -> MagneticHead:
    """The magnetic pressure of the suspension of a case beside that of its flow."""
    n = pull.concentration
    return MagneticHead(
        pressure=n * float(np.ptp(pull.energy)),
        force=n * float(np.linalg.norm(pull.force, axis=1).max()),
        density=case.blood.density,
        speed=abs(flow.inflow(lumen)) / lumen.inlet_area,
        viscosity=float(np.median(flow.viscosity)),
        radius=lumen.inlet.radius,
    )


class _Transporter:
    """The concentration for several velocities; the matrix is on one rank, the answer on all."""

    def __init__(self, given: _Problem) -> None:
        self._given, self._comm = given, given.comm
        self._machine: Transport | None = None

    def __call__(self, reference: FloatArray) -> Transported:
        return on_root(self._comm, lambda: self._made().solve(reference))

    def close(self) -> None:
        if self._machine is not None:
            self._machine.close()

    def _made(self) -> Transport:
        lumen, pull, table = self._given.lumen, self._given.pull, self._given.suspension
        inlets = tuple(one.name for one in lumen.inlets if table.inlet in (None, one.name))
        pushed = (carrier_of(self._given.case).susceptibility or 0.0) < 0.0
        self._machine = self._machine or Transport(
            lumen,
            Entry(inlets=inlets, stream=table.stream, crowding=pushed),
            pull.drift,
            diffusivity=pull.diffusivity,
            speed=self._given.head.speed,
        )
        return self._machine


def _reference(flow: FlowField) -> FloatArray:
    """The divergence-free velocity of a steady flow."""
    if flow.reference_velocity is None:
        raise SolverError("A suspension needs the divergence-free velocity of its flow.")
    return np.asarray(flow.reference_velocity[0])


def _result(
    given: _Problem, found: Transported, response: float, coupled: Coupled | None
) -> SuspensionField:
    flow, n, two_way = given.flow, given.pull.concentration, given.two_way
    last = found if coupled is None else coupled.found
    driven, change = (flow, 0.0) if two_way else (None, float("nan"))
    if coupled is not None:
        driven = replace(coupled.flow, reference_velocity=coupled.reference[None])
        moved = np.linalg.norm(coupled.flow.velocity - flow.velocity, axis=1)
        change = float(moved.max()) / given.head.speed
    return SuspensionField(
        carrier=carrier_of(given.case).name,
        concentration=n,
        values=n * nodal(given.lumen, last.values, corner_weights(given.lumen)),
        flows={name: n * rate for name, rate in last.flows.items()},
        imbalance=last.imbalance,
        pressure=given.head.pressure,
        number=given.head.number,
        response=response,
        velocity_change=change,
        iterations=0 if coupled is None else coupled.iterations,
        flow=driven,
    )

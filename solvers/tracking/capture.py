"""Capture of one kind of carrier: release, trace, classify.

The front of the tracer: `solve` releases a carrier of a case, follows it through the flow and the
force field with the compiled kernels, and collects where each one ended; `solve_control` does so
without the magnetic force. One ensemble, with weights, answers for a release by flux and by area.
Equations: docs/capture.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from magcap.arrays import BoolArray, FloatArray, IntArray
from magcap.case import Blood, Capture, Carrier
from magcap.geometry.mesh import Lumen
from magcap.solvers import carriers as populations
from magcap.solvers.results import (
    Acting,
    CarrierCapture,
    CarrierState,
    Ensemble,
    FieldSample,
    FlowField,
    representative,
)

from .packed_lumen import replace_force
from .release import Release, release
from .sensitivity import sensitivity
from .tracer import trace, trace_paths

if TYPE_CHECKING:
    from mpi4py import MPI

logger = logging.getLogger(__name__)

Progress = Callable[[str, float], None]

#: Trajectories kept for pictures.
PATHS = 60


def solve(
    lumen: Lumen,
    flow: FlowField,
    field: FieldSample,
    carrier: Carrier,
    capture: Capture,
    blood: Blood,
    *,
    comm: MPI.Comm,
    control: Ensemble | None = None,
    number: int = 1,
    progress: Progress | None = None,
) -> CarrierCapture:
    """Release one kind of carrier at the inlet and follow it to its end.

    Parameters
    ----------
    lumen : Lumen
    flow : FlowField
        On the nodes of the lumen.
    field : FieldSample
        The magnetic field at the nodes of the lumen.
    carrier : Carrier
    capture : Capture
    blood : Blood
    comm : mpi4py.MPI.Comm
        Carriers are split over its ranks; all ranks get all results.
    control : Ensemble, optional
        What `solve_control` found for this carrier, kept with the result.
    number : int
        Of the carrier in its case, for messages.
    progress : callable, optional
        Called with the name of the carrier and the finished share, on every rank.

    Raises
    ------
    CaseError
        If the forces or the carrier make no sense.
    SolverError
        If the lumen mesh is broken.
    """
    path = f"carrier[{number}]"
    force = populations.force_per_moment(carrier, field.B, field.grad_half_B2, blood, path=path)
    start = pulled(release(lumen, flow, carrier, capture, blood), lumen, force)
    ensemble = follow_all(start, lumen, comm=comm, report=_report(progress, carrier.name))
    _warn_of_lost(carrier.name, ensemble)
    other: Ensemble | None = None
    if populations.between(carrier, blood):
        beside = populations.in_the_other(carrier, blood)
        moved = pulled(release(lumen, flow, beside, capture, blood), lumen, force)
        other = follow_all(moved, lumen, comm=comm)
    viscosity = float(np.median(flow.viscosity))
    drift, diffusivity = _median_figures(carrier, capture, blood, viscosity, force)
    return CarrierCapture(
        name=carrier.name,
        ensemble=ensemble,
        control=control,
        paths=trace_paths(start.packed, start.seeds, start.motion, choose_paths(ensemble)),
        max_drift=drift,
        diffusivity=diffusivity,
        acting=_acting(carrier, capture, start),
        sensitivity=sensitivity(start, lumen, comm=comm),
        other_fluid=other,
    )


def solve_control(
    lumen: Lumen,
    flow: FlowField,
    carrier: Carrier,
    capture: Capture,
    blood: Blood,
    *,
    comm: MPI.Comm,
    progress: Progress | None = None,
) -> Ensemble:
    """The ensemble of `solve` without the magnetic force.

    It does not depend on any magnet, so a design loop follows it once.
    """
    start = release(lumen, flow, carrier, capture, blood).without_magnet()
    control = follow_all(start, lumen, comm=comm, report=_report(progress, carrier.name))
    _warn_of_lost(carrier.name, control)
    return control


def _acting(carrier: Carrier, capture: Capture, start: Release) -> Acting:
    """The forces by name: the group of lifts as its members, that of soft carriers if this is."""
    lifts = [one for one in capture.lifts if one != "deformability-lift" or carrier.softness]
    others = [one for one in capture.forces if "lift" not in one]
    return Acting(
        forces=(*others, *lifts),
        inertial=start.motion.inertial,
        inertial_slip=start.inertial_slip,
    )


def pulled(still: Release, lumen: Lumen, force: FloatArray) -> Release:
    """The release in a magnetic field: `force` per moment in T/m at the nodes of the lumen."""
    return replace(still, packed=replace_force(still.packed, lumen, force))


def follow_all(
    start: Release,
    lumen: Lumen,
    *,
    comm: MPI.Comm,
    report: Callable[[float], None] | None = None,
) -> Ensemble:
    """Follow a release to its end; arguments as of `trace`."""
    return trace(start.packed, lumen, start.seeds, start.motion, comm=comm, report=report)


def _report(progress: Progress | None, name: str) -> Callable[[float], None] | None:
    """What the tracer tells of its finished share."""
    return None if progress is None else partial(progress, name)


def _warn_of_lost(name: str, followed: Ensemble) -> None:
    lost = followed.count(CarrierState.LOST)
    if lost:
        logger.warning("%s: %d carriers were lost; this is a defect", name, lost)


def _median_figures(
    carrier: Carrier, capture: Capture, blood: Blood, viscosity: float, force: FloatArray
) -> tuple[float, float]:
    """Largest magnetic drift (m/s) and diffusivity (m²/s) of the median carrier."""
    middle = populations.median_in(carrier, blood, viscosity)
    strength = middle.mobility * middle.moment if "magnetic" in capture.forces else 0.0
    drift = strength * float(np.linalg.norm(force, axis=1).max(initial=0.0))
    return drift, middle.diffusivity


def choose_paths(ensemble: Ensemble, number: int = PATHS) -> IntArray:
    """Carriers whose paths are drawn: captured and others by halves as far as there are.

    Of each half a flux-weighted sample, as far as there are enough that stand for it.
    """
    typical = np.zeros(len(ensemble.state), dtype=np.bool_)
    typical[representative(ensemble.flux_weight)] = True
    hit = ensemble.state == CarrierState.CAPTURED
    captured, others = _first(hit, typical, number), _first(~hit, typical, number)
    half = min(len(captured), max(number // 2, number - len(others)))
    rest = min(len(others), number - half)
    picked = [captured[_spread(len(captured), half)], others[_spread(len(others), rest)]]
    return np.sort(np.concatenate(picked))


def _first(rows: BoolArray, typical: BoolArray, number: int) -> IntArray:
    """The typical ones of `rows`; all of them where fewer than `number` are typical."""
    chosen = np.flatnonzero(rows & typical)
    return chosen if len(chosen) >= number else np.flatnonzero(rows)


def _spread(n: int, k: int) -> IntArray:
    """k of n indices, evenly spread."""
    return (np.arange(k) * n // max(k, 1)).astype(np.int64)

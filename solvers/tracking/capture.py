"""Capture of one kind of carrier: release, trace, classify.

The front of the tracer: `solve` releases a carrier of a case, follows it through the flow and the
force field with the compiled kernels, and collects where each one ended; `solve_control` does so
without the magnetic force. Equations: docs/capture.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Blood, Capture, Carrier
from magcap.geometry.mesh import Lumen
from magcap.solvers import carriers as populations, laws
from magcap.solvers.results import CarrierCapture, CarrierState, Ensemble, FieldSample, FlowField

from .packed_lumen import replace_force
from .release import release
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
    still = release(lumen, flow, carrier, capture, blood)
    start = replace(still, packed=replace_force(still.packed, lumen, force))
    ensembles = []
    for done, one in enumerate((start, start.by_area())):
        report = _report(progress, carrier.name, done / 2, 1 / 2)
        ensembles.append(trace(one.packed, lumen, one.seeds, one.motion, comm=comm, report=report))
    flux, area = ensembles
    _warn_of_lost(carrier.name, flux, area)
    drift, diffusivity = _median_figures(carrier, capture, blood, start.packed.viscosity, force)
    return CarrierCapture(
        name=carrier.name,
        flux=flux,
        area=area,
        control_flux=control,
        paths=trace_paths(start.packed, start.seeds, start.motion, choose_paths(flux)),
        max_drift=drift,
        diffusivity=diffusivity,
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
    """The flux-weighted ensemble of `solve` without the magnetic force.

    It does not depend on any magnet, so a design loop follows it once.
    """
    start = release(lumen, flow, carrier, capture, blood).without_magnet()
    report = _report(progress, carrier.name, 0.0, 1.0)
    control = trace(start.packed, lumen, start.seeds, start.motion, comm=comm, report=report)
    _warn_of_lost(carrier.name, control)
    return control


def _report(
    progress: Progress | None, name: str, done: float, part: float
) -> Callable[[float], None] | None:
    """What the tracer tells of its finished share, as a share of all ensembles."""
    if progress is None:
        return None
    return lambda share: progress(name, done + part * share)


def _warn_of_lost(name: str, *followed: Ensemble) -> None:
    lost = sum(ensemble.count(CarrierState.LOST) for ensemble in followed)
    if lost:
        logger.warning("%s: %d carriers were lost; this is a defect", name, lost)


def _median_figures(
    carrier: Carrier, capture: Capture, blood: Blood, viscosity: float, force: FloatArray
) -> tuple[float, float]:
    """Largest magnetic drift (m/s) and diffusivity (m²/s) of the median carrier."""
    middle = populations.median(carrier)
    radius = 0.5 * middle.diameter[0]
    moment = float(middle.moment[0]) if "magnetic" in capture.forces else 0.0
    strength = float(laws.stokes_mobility(radius, viscosity)) * moment
    drift = strength * float(np.linalg.norm(force, axis=1).max(initial=0.0))
    return drift, float(laws.diffusivity(radius, viscosity, blood.temperature))


def choose_paths(ensemble: Ensemble, number: int = PATHS) -> IntArray:
    """Carriers whose paths are drawn: captured and others by halves as far as there are."""
    captured = np.flatnonzero(ensemble.state == CarrierState.CAPTURED)
    others = np.flatnonzero(ensemble.state != CarrierState.CAPTURED)
    half = min(len(captured), max(number // 2, number - len(others)))
    rest = min(len(others), number - half)
    picked = [captured[_spread(len(captured), half)], others[_spread(len(others), rest)]]
    return np.sort(np.concatenate(picked))


def _spread(n: int, k: int) -> IntArray:
    """k of n indices, evenly spread."""
    return (np.arange(k) * n // max(k, 1)).astype(np.int64)

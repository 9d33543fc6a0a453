"""Capture of carriers: release, trace, classify.

The front of the tracer: `solve` turns a case's carriers into arrays, seeds them on the inlet,
follows them through the flow and the force field with the kernels of `_kernels`, and collects
where each one ended. Equations: docs/capture.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Blood, Capture, Carrier
from magcap.errors import CaseError, SolverError
from magcap.geometry.mesh import Lumen
from magcap.solvers import carriers as populations, laws
from magcap.solvers.results import (
    CaptureResult,
    CarrierCapture,
    CarrierState,
    Ensemble,
    FieldSample,
    FlowField,
)

from .packed_lumen import WalkMesh, pack, replace_driver
from .seeding import Seeds, seeds
from .tracer import Motion, trace, trace_paths

if TYPE_CHECKING:
    from mpi4py import MPI

logger = logging.getLogger(__name__)

Progress = Callable[[str, float], None]

#: Default duration in mean transit times (volume over flow rate).
TRANSITS = 20.0
#: Stokes number τ U/R above which ``dynamics = "auto"`` follows carriers with inertia.
STOKES_NUMBER = 1e-3
#: Trajectories kept for pictures.
PATHS = 60


def solve(
    lumen: Lumen,
    flow: FlowField,
    field: FieldSample,
    carriers: Sequence[Carrier],
    capture: Capture,
    blood: Blood,
    *,
    comm: MPI.Comm,
    progress: Progress | None = None,
    controls: Sequence[Ensemble | None] | None = None,
) -> CaptureResult:
    """Release carriers at the inlet and follow them to their end.

    Parameters
    ----------
    lumen : Lumen
    flow : FlowField
        On the nodes of the lumen.
    field : FieldSample
        The magnetic field at the nodes of the lumen.
    carriers : sequence of Carrier
    capture : Capture
    blood : Blood
    comm : mpi4py.MPI.Comm
        Carriers are split over its ranks; all ranks get all results.
    progress : callable, optional
        Called with the name of the carrier and the finished share, on every rank.
    controls : sequence of Ensemble or None, optional
        Results of `solve_control`, one per carrier, to be reused; without them the control is
        followed here, if the case asks for it.

    Raises
    ------
    CaseError
        If the forces or a carrier make no sense.
    SolverError
        If the lumen mesh is broken.
    """
    mesh, duration = _prepared(lumen, flow, capture)
    results = []
    for number, carrier in enumerate(carriers, start=1):
        path = f"carrier[{number}]"
        driver = populations.driver(carrier, field.B, field.grad_half_B2, blood, path=path)
        control = controls[number - 1] if controls else None
        follow_control = capture.control and control is None
        report = _Reporter(progress, carrier.name, 3 if follow_control else 2)
        results.append(
            _carrier(
                replace_driver(mesh, lumen, driver),
                carrier,
                capture,
                blood,
                lumen,
                flow,
                number=number,
                duration=duration,
                driver=driver,
                control=control,
                comm=comm,
                report=report,
            )
        )
    return CaptureResult(carriers=tuple(results))


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
    """The flux-weighted ensemble of the first carrier of `solve` without the magnetic force.

    It does not depend on any magnet, so a design loop follows it once.
    """
    mesh, duration = _prepared(lumen, flow, capture)
    release = _release(mesh, carrier, capture, blood, lumen, flow, number=1, duration=duration)
    report = _Reporter(progress, carrier.name, 1)
    still = replace(release.motion, moment=np.zeros_like(release.motion.moment))
    return trace(mesh, lumen, release.seeds, still, comm=comm, report=report)


def _prepared(lumen: Lumen, flow: FlowField, capture: Capture) -> tuple[WalkMesh, float]:
    """The lumen packed for the tracer, without magnetic driver, and the duration in s."""
    if "drag" not in capture.forces:
        raise CaseError(
            '`capture.forces` must contain "drag": without it nothing ties carriers to the blood.'
        )
    mesh = pack(lumen, flow.velocity, np.zeros_like(flow.velocity), flow.viscosity)
    return mesh, capture.duration or TRANSITS * mesh.volume / _inflow(flow, lumen)


class _Reporter:
    """Share of the ensembles of one carrier that is done."""

    def __init__(self, progress: Progress | None, name: str, ensembles: int) -> None:
        self.progress, self.name, self.ensembles, self.done = progress, name, ensembles, 0

    def __call__(self, share: float) -> None:
        if self.progress is not None:
            self.progress(self.name, (self.done + share) / self.ensembles)

    def next(self) -> None:
        self.done += 1


def _carrier(
    mesh: WalkMesh,
    carrier: Carrier,
    capture: Capture,
    blood: Blood,
    lumen: Lumen,
    flow: FlowField,
    *,
    number: int,
    duration: float,
    driver: FloatArray,
    control: Ensemble | None,
    comm: MPI.Comm,
    report: _Reporter,
) -> CarrierCapture:
    """All ensembles of one kind of carrier."""
    release = _release(mesh, carrier, capture, blood, lumen, flow, number=number, duration=duration)
    flux = trace(mesh, lumen, release.seeds, release.motion, comm=comm, report=report)
    report.next()
    radius = 0.5 * release.motion.diameter
    area_seeds = seeds(mesh, radius, release.rng, weighting="area")
    area_motion = replace(release.motion, stream=release.motion.stream + 1)
    area = trace(mesh, lumen, area_seeds, area_motion, comm=comm, report=report)
    report.next()
    if capture.control and control is None:
        still = replace(release.motion, moment=np.zeros_like(release.motion.moment))
        control = trace(mesh, lumen, release.seeds, still, comm=comm, report=report)
        report.next()
    followed = (flux, area) if control is None else (flux, area, control)
    lost = sum(ensemble.count(CarrierState.LOST) for ensemble in followed)
    if lost:
        logger.warning("%s: %d carriers were lost; this is a defect", carrier.name, lost)
    chosen = choose_paths(flux)
    middle = populations.median(carrier)
    mobility = float(laws.stokes_mobility(0.5 * middle.diameter[0], mesh.viscosity))
    strength = mobility * float(middle.moment[0]) if "magnetic" in capture.forces else 0.0
    return CarrierCapture(
        name=carrier.name,
        flux=flux,
        area=area,
        control_flux=control,
        paths=trace_paths(mesh, release.seeds, release.motion, chosen),
        max_drift=strength * float(np.linalg.norm(driver, axis=1).max(initial=0.0)),
        diffusivity=float(
            laws.diffusivity(0.5 * middle.diameter[0], mesh.viscosity, blood.temperature)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Release:
    """Carriers at the inlet, what moves them, and the generator for whatever is drawn next."""

    seeds: Seeds
    motion: Motion
    rng: np.random.Generator


def _release(
    mesh: WalkMesh,
    carrier: Carrier,
    capture: Capture,
    blood: Blood,
    lumen: Lumen,
    flow: FlowField,
    *,
    number: int,
    duration: float,
) -> _Release:
    """The flux-weighted release of one kind of carrier."""
    rng = np.random.default_rng([capture.seed, number])
    population = populations.sample(carrier, rng)
    if "magnetic" not in capture.forces:
        population = replace(population, moment=np.zeros_like(population.moment))
    motion = _motion(population, mesh, capture, blood, flow, lumen, duration=duration)
    seeded = seeds(mesh, 0.5 * population.diameter, rng, weighting="flux")
    return _Release(seeds=seeded, motion=replace(motion, stream=2 * number), rng=rng)


def _motion(
    population: populations.Population,
    mesh: WalkMesh,
    capture: Capture,
    blood: Blood,
    flow: FlowField,
    lumen: Lumen,
    *,
    duration: float,
) -> Motion:
    """What moves the carriers, from the case's forces."""
    gravity = np.array(capture.gravity) if "gravity" in capture.forces else np.zeros(3)
    tau = laws.relaxation_time(population.diameter, population.density, mesh.viscosity)
    stokes = float(np.max(tau)) * flow.max_speed / lumen.inlet.radius
    inertial = capture.dynamics == "inertial" or (
        capture.dynamics == "auto" and stokes > STOKES_NUMBER
    )
    return Motion(
        diameter=population.diameter,
        moment=population.moment,
        density=population.density,
        fluid_density=blood.density,
        temperature=blood.temperature,
        gravity=gravity,
        wall="wall" in capture.forces,
        brownian="brownian" in capture.forces,
        inertial=inertial,
        tolerance=capture.tolerance,
        duration=duration,
        seed=capture.seed,
    )


def _inflow(flow: FlowField, lumen: Lumen) -> float:
    """Volume flow rate into the lumen in m³/s."""
    rate = -float(flow.flow_rates[lumen.inlet.name])
    if not rate > 0:
        raise SolverError(
            "No blood enters through the inlet, so the transit time is unknown; "
            "give `capture.duration`."
        )
    return rate


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

"""Capture of carriers: release, trace, classify.

The front of the tracer: `solve` turns a case's carriers into arrays, seeds them on the inlet,
follows them through the flow and the force field with the kernels of `_kernels`, and collects
where each one ended. Equations: docs/capture.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from magcap.case import Blood, Capture, Carrier
from magcap.errors import CaseError, SolverError
from magcap.geometry.mesh import Lumen
from magcap.solvers import laws, populations
from magcap.solvers.results import (
    CaptureResult,
    CarrierCapture,
    CarrierState,
    Ensemble,
    FieldSample,
    FlowField,
)
from magcap.solvers.seeding import seeds
from magcap.solvers.tracer import Motion, trace, trace_paths
from magcap.solvers.walk_mesh import WalkMesh, pack, replace_driver

if TYPE_CHECKING:
    from mpi4py import MPI

logger = logging.getLogger(__name__)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
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

    Raises
    ------
    CaseError
        If the forces or a carrier make no sense.
    SolverError
        If the lumen mesh is broken.
    """
    if "drag" not in capture.forces:
        raise CaseError(
            '`capture.forces` must contain "drag": without it nothing ties carriers to the blood.'
        )
    mesh = pack(lumen, flow.velocity, np.zeros_like(flow.velocity), flow.viscosity)
    duration = capture.duration or TRANSITS * mesh.volume / _inflow(flow, lumen)
    results = []
    for number, carrier in enumerate(carriers, start=1):
        path = f"carrier[{number}]"
        driver = populations.driver(carrier, field.B, field.grad_half_B2, blood, path=path)
        report = _Reporter(progress, carrier.name, 3 if capture.control else 2)
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
                comm=comm,
                report=report,
            )
        )
    return CaptureResult(carriers=tuple(results))


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
    comm: MPI.Comm,
    report: _Reporter,
) -> CarrierCapture:
    """All ensembles of one kind of carrier."""
    rng = np.random.default_rng([capture.seed, number])
    population = populations.sample(carrier, rng)
    if "magnetic" not in capture.forces:
        population = replace(population, moment=np.zeros_like(population.moment))
    motion = _motion(population, mesh, capture, blood, flow, lumen, duration=duration)
    ensembles: dict[str, Ensemble] = {}
    for stream, weighting in enumerate(("flux", "area")):
        seeded = seeds(mesh, 0.5 * population.diameter, rng, weighting=weighting)
        stream_motion = replace(motion, stream=2 * number + stream)
        ensembles[weighting] = trace(mesh, lumen, seeded, stream_motion, comm=comm, report=report)
        report.next()
        if weighting == "flux":
            flux_seeds, flux_motion = seeded, stream_motion
    control = None
    if capture.control:
        still = replace(flux_motion, moment=np.zeros_like(motion.moment))
        control = trace(mesh, lumen, flux_seeds, still, comm=comm, report=report)
        report.next()
    lost = sum(
        e.count(CarrierState.LOST) for e in (*ensembles.values(), *([control] if control else []))
    )
    if lost:
        logger.warning("%s: %d carriers were lost; this is a defect", carrier.name, lost)
    chosen = choose_paths(ensembles["flux"])
    middle = populations.median(carrier)
    mobility = float(laws.stokes_mobility(0.5 * middle.diameter[0], mesh.viscosity))
    strength = mobility * float(middle.moment[0]) if "magnetic" in capture.forces else 0.0
    return CarrierCapture(
        name=carrier.name,
        flux=ensembles["flux"],
        area=ensembles["area"],
        control_flux=control,
        paths=trace_paths(mesh, flux_seeds, flux_motion, chosen),
        max_drift=strength * float(np.linalg.norm(driver, axis=1).max(initial=0.0)),
        diffusivity=float(
            laws.diffusivity(0.5 * middle.diameter[0], mesh.viscosity, blood.temperature)
        ),
    )


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

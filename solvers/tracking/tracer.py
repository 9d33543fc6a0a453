"""The tracer between the front and the kernels: threads, ranks, wall facets, paths."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import Lumen
from magcap.solvers import laws
from magcap.solvers.results import Ensemble

from .cell_geometry import morton_order
from .ends import Written, barycentric, ensemble
from .kernels import STICKING, Followed, Paths, trace as trace_kernel
from .motion import AT, Contact, Options
from .packed_lumen import PackedLumen, positions
from .seeding import Seeds

if TYPE_CHECKING:
    from mpi4py import MPI

#: Carriers between two reports of progress.
BATCH = 32_768
#: Steps after which a carrier counts as lost.
MAX_STEPS = 2_000_000
#: A contact that nothing resists.
SMOOTH = Contact()
#: Points of a path for pictures.
PATH_POINTS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """What moves the carriers of one ensemble.

    Attributes
    ----------
    diameter, moment : ndarray, shape (n,)
        In m and A m².
    drag_diameter, volume : ndarray, shape (n,), optional
        Of bodies that are no spheres: that of the sphere with the same drag in m, and their
        volume in m³.
    density, fluid_density : float
        In kg/m³.
    temperature : float
        In K.
    gravity : ndarray, shape (3,)
        In m/s².
    wall, brownian, inertial : bool
        Near-wall mobility, Brownian motion, inertia.
    wall_model : int
        What the wall does with who touches it: STICKING, THRESHOLD, ADHESION, REFLECTING or
        SLIPPERY of `kernels`.
    contact : Contact
        What the law of the wall knows of every contact.
    sphere : bool
        Whether carriers follow the blood near the wall as the spheres they are, or as points.
    lift, softness : int, float
        Sum of the lifts of `kernels` that act; coefficient of `laws.deformability_lift`.
    tolerance : float
        Error of a step in units of the cell.
    duration : float
        In s.
    phase : ndarray, shape (n,), optional
        Time of release in s after the beginning of a period, in an unsteady flow.
    seed, stream : int
        Of the random numbers; every ensemble has its own stream.
    """

    diameter: FloatArray
    moment: FloatArray
    density: float
    fluid_density: float
    temperature: float
    gravity: FloatArray
    wall: bool
    brownian: bool
    inertial: bool
    tolerance: float
    duration: float
    seed: int
    stream: int = 0
    lift: int = 0
    softness: float = 0.0
    wall_model: int = STICKING
    sphere: bool = True
    drag_diameter: FloatArray | None = None
    volume: FloatArray | None = None
    phase: FloatArray | None = None
    contact: Contact = SMOOTH

    def particles(self, viscosity: float) -> FloatArray:
        """Rows for the kernel (`motion.Particle`), shape (n, 12)."""
        drag = self.diameter if self.drag_diameter is None else self.drag_diameter
        volume = np.pi / 6 * self.diameter**3 if self.volume is None else self.volume
        b = laws.stokes_mobility(0.5 * drag, viscosity)
        weight = volume * (self.density - self.fluid_density)
        rows = np.empty((len(drag), 12))
        rows[:, 0] = 0.5 * self.diameter
        rows[:, 1] = b * self.moment
        rows[:, 2:5] = (b * weight)[:, None] * self.gravity
        rows[:, 5] = laws.diffusivity(0.5 * drag, viscosity, self.temperature)
        rows[:, 6] = (self.density + 0.5 * self.fluid_density) * volume * b  # laws.relaxation_time
        rows[:, 7] = self.fluid_density * drag / viscosity
        rows[:, 8] = b
        rows[:, 9] = -b * weight
        rows[:, 10] = self.softness
        rows[:, 11] = 0.0 if self.phase is None else self.phase
        return rows

    def options(self, packed: PackedLumen) -> Options:
        """Options of the kernel."""
        fluidity = packed.cells.fields[:, :4, AT.fluidity]
        return Options(
            wall=int(self.wall),
            sphere=int(self.sphere),
            brownian=int(self.brownian),
            inertial=int(self.inertial),
            lift=self.lift,
            density=self.fluid_density,
            viscosity=packed.viscosity,
            wall_model=self.wall_model,
            viscous=int(bool(np.ptp(fluidity) > 1e-9)),
            beat=len(packed.cells.flow) / packed.period,
            tolerance=self.tolerance,
            duration=self.duration,
            max_steps=MAX_STEPS,
            seed=np.uint64(self.seed * 1_000_003 + self.stream),
            **self.contact._asdict(),
        )


def unpushed_points(
    diameter: FloatArray, *, tolerance: float, duration: float, seed: int = 0, stream: int = 0
) -> Motion:
    """Points that go with the blood and that nothing else moves."""
    return Motion(
        diameter=diameter,
        moment=np.zeros(len(diameter)),
        density=1.0,
        fluid_density=1.0,
        temperature=1.0,
        gravity=np.zeros(3),
        wall=False,
        brownian=False,
        inertial=False,
        sphere=False,
        tolerance=tolerance,
        duration=duration,
        seed=seed,
        stream=stream,
    )


def trace(
    packed: PackedLumen,
    lumen: Lumen,
    seeds: Seeds,
    motion: Motion,
    *,
    comm: MPI.Comm | None = None,
    threads: int | None = None,
    report: Callable[[float], None] | None = None,
) -> Ensemble:
    """Follow all seeds to their end; the same arrays on all ranks.

    Parameters
    ----------
    packed : PackedLumen
    lumen : Lumen
    seeds : Seeds
    motion : Motion
    comm : mpi4py.MPI.Comm, optional
        Carriers are dealt out to its ranks.
    threads : int, optional
        Default: the processors of the node shared by its ranks.
    report : callable, optional
        Called with the finished share.
    """
    rank, size = (0, 1) if comm is None else (comm.rank, comm.size)
    start = positions(packed, seeds.cell, seeds.bary)
    mine = morton_order(start)[rank::size]
    threads = threads or available_threads(comm)
    written = follow(packed, seeds, motion, mine, threads=threads, report=report)
    if comm is not None and size > 1:
        gathered = comm.allgather((mine, *written))
        mine, *parts = (np.concatenate(part) for part in zip(*gathered, strict=True))
        written = Written(*parts)
    back = np.empty(len(mine), dtype=np.int64)  # into the order of the carriers
    back[mine] = np.arange(len(mine))
    return ensemble(packed, lumen, motion, seeds, written.rows(back))


def follow(
    packed: PackedLumen,
    seeds: Seeds,
    motion: Motion,
    index: IntArray,
    *,
    threads: int,
    report: Callable[[float], None] | None = None,
) -> Written:
    """Follow the carriers `index`."""
    written = _blank(len(index))
    particles = motion.particles(packed.viscosity)
    for first in range(0, len(index), BATCH):
        part = slice(first, first + BATCH)
        followed = _followed(seeds, particles, index[part], written.rows(part))
        _run(packed, motion, followed, _paths(0), threads)
        if report is not None:
            report(min(first + BATCH, len(index)) / len(index))
    return written


def trace_paths(packed: PackedLumen, seeds: Seeds, motion: Motion, chosen: IntArray) -> FloatArray:
    """Trajectories of some carriers in m, shape (p, q ≤ 400, 3), padded with nan."""
    n = len(chosen)
    kept_of = _paths(n)
    written = _blank(n)
    result, end, _ = written
    particles = motion.particles(packed.viscosity)
    _run(packed, motion, _followed(seeds, particles, chosen, written), kept_of, 1)
    last = positions(packed, result[:, 2], barycentric(end[:, 1:]))
    length = int(kept_of.meta[:, 0].max(initial=0)) + 1
    paths = np.full((n, min(length, PATH_POINTS), 3), np.nan)
    for i in range(n):
        kept = min(int(kept_of.meta[i, 0]), paths.shape[1] - 1)
        bary = barycentric(kept_of.bary[i, :kept])
        paths[i, :kept] = positions(packed, kept_of.cell[i, :kept], bary)
        paths[i, kept] = last[i]
    return paths


def available_threads(comm: MPI.Comm | None) -> int:
    """Processors of this node for each of its ranks, at least 1."""
    processors = min(len(os.sched_getaffinity(0)), int(numba.config.NUMBA_NUM_THREADS))
    if comm is None or comm.size == 1:
        return max(processors, 1)
    from mpi4py import MPI

    node = comm.Split_type(MPI.COMM_TYPE_SHARED)
    ranks = node.size
    node.Free()
    return max(processors // ranks, 1)


def _blank(n: int) -> Written:
    """Arrays for the results, ends and first touches of n carriers."""
    return Written(np.zeros((n, 4), dtype=np.int64), np.zeros((n, 4)), np.full((n, 5), -1.0))


def _paths(n: int) -> Paths:
    """Arrays for the paths of the first n carriers."""
    meta = np.zeros((n, 3), dtype=np.int64)
    meta[:, 1] = 1
    return Paths(
        cell=np.zeros((n, PATH_POINTS), dtype=np.int64),
        bary=np.zeros((n, PATH_POINTS, 3)),
        meta=meta,
    )


def _followed(seeds: Seeds, particles: FloatArray, index: IntArray, written: Written) -> Followed:
    """The carriers `index` for the kernel, which writes `written`."""
    return Followed(
        number=np.ascontiguousarray(index, dtype=np.int64),
        cell=seeds.cell[index],
        start=np.ascontiguousarray(seeds.bary[index][:, 1:]),
        particle=particles[index],
        **written._asdict(),
    )


def _run(
    packed: PackedLumen, motion: Motion, followed: Followed, paths: Paths, threads: int
) -> None:
    """Call the kernel on `threads` threads."""
    before = numba.get_num_threads()
    threads = min(threads, int(numba.config.NUMBA_NUM_THREADS))
    numba.set_num_threads(threads)
    try:
        # numba infers the types
        trace_kernel(packed.cells, motion.options(packed), followed, paths, threads)  # type: ignore[no-untyped-call]
    finally:
        numba.set_num_threads(before)

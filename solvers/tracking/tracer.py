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
from magcap.solvers.results import CarrierState, Ensemble

from .cell_geometry import morton_order
from .kernels import AT, BOUNDARY, STICKING, Followed, Options, Paths, trace as trace_kernel
from .nearest_wall import nearest_wall_facets
from .packed_lumen import PackedLumen, positions
from .seeding import Seeds

if TYPE_CHECKING:
    from mpi4py import MPI


#: Carriers between two reports of progress.
BATCH = 32_768
#: Steps after which a carrier counts as lost.
MAX_STEPS = 2_000_000
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
        What the wall does with who touches it: STICKING, REFLECTING or SLIPPERY of `kernels`.
    sphere : bool
        Whether carriers follow the blood near the wall as the spheres they are, or as points.
    tolerance : float
        Error of a step in units of the cell.
    duration : float
        In s.
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
    wall_model: int = STICKING
    sphere: bool = True
    drag_diameter: FloatArray | None = None
    volume: FloatArray | None = None

    def particles(self, viscosity: float) -> FloatArray:
        """Rows for the kernel (`kernels.Particle`), shape (n, 9)."""
        drag = self.diameter if self.drag_diameter is None else self.drag_diameter
        volume = np.pi / 6 * self.diameter**3 if self.volume is None else self.volume
        b = laws.stokes_mobility(0.5 * drag, viscosity)
        weight = volume * (self.density - self.fluid_density)
        rows = np.empty((len(drag), 9))
        rows[:, 0] = 0.5 * self.diameter
        rows[:, 1] = b * self.moment
        rows[:, 2:5] = (b * weight)[:, None] * self.gravity
        rows[:, 5] = laws.diffusivity(0.5 * drag, viscosity, self.temperature)
        rows[:, 6] = (self.density + 0.5 * self.fluid_density) * volume * b  # laws.relaxation_time
        rows[:, 7] = self.fluid_density * drag / viscosity
        rows[:, 8] = b
        return rows

    def options(self, packed: PackedLumen) -> Options:
        """Options of the kernel."""
        fluidity = packed.cells.fields[:, :4, AT.fluidity]
        return Options(
            wall=int(self.wall),
            sphere=int(self.sphere),
            brownian=int(self.brownian),
            inertial=int(self.inertial),
            wall_model=self.wall_model,
            viscous=int(bool(np.ptp(fluidity) > 1e-9)),
            beat=len(packed.cells.flow) / packed.period,
            tolerance=self.tolerance,
            duration=self.duration,
            max_steps=MAX_STEPS,
            seed=np.uint64(self.seed * 1_000_003 + self.stream),
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
    result, end = follow(packed, seeds, motion, mine, threads=threads, report=report)
    if comm is not None and size > 1:
        gathered = comm.allgather((mine, result, end))
        mine, result, end = (np.concatenate(parts) for parts in zip(*gathered, strict=True))
    return _ensemble(packed, lumen, motion, seeds, start, mine, result, end)


def follow(
    packed: PackedLumen,
    seeds: Seeds,
    motion: Motion,
    index: IntArray,
    *,
    threads: int,
    report: Callable[[float], None] | None = None,
) -> tuple[IntArray, FloatArray]:
    """Follow the carriers `index`: state, facet, cell, steps (n, 4) and time, λ_1 … λ_3 (n, 4)."""
    result, end = _blank(len(index))
    particles = motion.particles(packed.viscosity)
    for first in range(0, len(index), BATCH):
        part = slice(first, first + BATCH)
        followed = _followed(seeds, particles, index[part], result[part], end[part])
        _run(packed, motion, followed, _paths(0), threads)
        if report is not None:
            report(min(first + BATCH, len(index)) / len(index))
    return result, end


def trace_paths(packed: PackedLumen, seeds: Seeds, motion: Motion, chosen: IntArray) -> FloatArray:
    """Trajectories of some carriers in m, shape (p, q ≤ 400, 3), padded with nan."""
    n = len(chosen)
    kept_of = _paths(n)
    result, end = _blank(n)
    particles = motion.particles(packed.viscosity)
    _run(packed, motion, _followed(seeds, particles, chosen, result, end), kept_of, 1)
    last = positions(packed, result[:, 2], _barycentric(end[:, 1:]))
    length = int(kept_of.meta[:, 0].max(initial=0)) + 1
    paths = np.full((n, min(length, PATH_POINTS), 3), np.nan)
    for i in range(n):
        kept = min(int(kept_of.meta[i, 0]), paths.shape[1] - 1)
        bary = _barycentric(kept_of.bary[i, :kept])
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


def _blank(n: int) -> tuple[IntArray, FloatArray]:
    """Arrays for the results of n carriers."""
    return np.zeros((n, 4), dtype=np.int64), np.zeros((n, 4))


def _paths(n: int) -> Paths:
    """Arrays for the paths of the first n carriers."""
    meta = np.zeros((n, 3), dtype=np.int64)
    meta[:, 1] = 1
    return Paths(
        cell=np.zeros((n, PATH_POINTS), dtype=np.int64),
        bary=np.zeros((n, PATH_POINTS, 3)),
        meta=meta,
    )


def _followed(
    seeds: Seeds, particles: FloatArray, index: IntArray, result: IntArray, end: FloatArray
) -> Followed:
    """The carriers `index` for the kernel, which writes `result` and `end`."""
    return Followed(
        number=np.ascontiguousarray(index, dtype=np.int64),
        cell=seeds.cell[index],
        start=np.ascontiguousarray(seeds.bary[index][:, 1:]),
        particle=particles[index],
        result=result,
        end=end,
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


def _barycentric(xi: FloatArray) -> FloatArray:
    return np.column_stack([1 - xi.sum(axis=1), xi])


def _ensemble(
    packed: PackedLumen,
    lumen: Lumen,
    motion: Motion,
    seeds: Seeds,
    start: FloatArray,
    index: IntArray,
    result: IntArray,
    end: FloatArray,
) -> Ensemble:
    """Sort the gathered rows back into the order of the carriers."""
    back = np.empty(len(index), dtype=np.int64)
    back[index] = np.arange(len(index))
    result, end = result[back], end[back]
    cell = result[:, 2]
    position = positions(packed, cell, _barycentric(end[:, 1:]))
    state, facet = result[:, 0].copy(), result[:, 1].copy()
    touched = np.flatnonzero((state == CarrierState.CAPTURED) & (facet < 0))
    facet[touched] = nearest_wall_facets(lumen, position[touched])
    opening = np.where(facet >= 0, packed.opening[facet], -1)
    state[state == BOUNDARY] = CarrierState.CAPTURED
    state[opening >= 0] = CarrierState.EXITED
    n = len(state)
    return Ensemble(
        seed_position=start,
        position=position,
        state=state,
        opening=opening,
        facet=facet,
        time=end[:, 0].copy(),
        diameter=motion.diameter,
        moment=motion.moment,
        flux_weight=np.ones(n) if seeds.flux_weight is None else seeds.flux_weight,
        area_weight=np.ones(n) if seeds.area_weight is None else seeds.area_weight,
        replicate=np.zeros(n, dtype=np.int64) if seeds.replicate is None else seeds.replicate,
        steps=int(result[:, 3].sum()),
    )

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

from ._motion_kernels import Options
from ._trace_kernels import BOUNDARY, trace as trace_kernel
from .packed_lumen import WalkMesh, morton_order, positions
from .seeding import Seeds
from .wall_facets import nearest_wall_facets

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
    density, fluid_density : float
        In kg/m³.
    temperature : float
        In K.
    gravity : ndarray, shape (3,)
        In m/s².
    wall, brownian, inertial : bool
        Near-wall mobility, Brownian motion, inertia.
    reflect : bool
        The wall reflects instead of capturing.
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
    reflect: bool = False

    def particles(self, viscosity: float) -> FloatArray:
        """Rows for the kernel (`_kernels_motion.Particle`), shape (n, 8)."""
        radius = 0.5 * self.diameter
        b = laws.stokes_mobility(radius, viscosity)
        volume = np.pi / 6 * self.diameter**3
        weight = volume * (self.density - self.fluid_density)
        rows = np.empty((len(radius), 8))
        rows[:, 0] = radius
        rows[:, 1] = b * self.moment
        rows[:, 2:5] = (b * weight)[:, None] * self.gravity
        rows[:, 5] = laws.diffusivity(radius, viscosity, self.temperature)
        rows[:, 6] = laws.relaxation_time(self.diameter, self.density, viscosity)
        rows[:, 7] = self.fluid_density * self.diameter / viscosity
        return rows

    def options(self, mesh: WalkMesh) -> Options:
        """Options of the kernel."""
        fluidity = mesh.cells.record[:, 7:32:8]
        return Options(
            wall=int(self.wall),
            brownian=int(self.brownian),
            inertial=int(self.inertial),
            reflect=int(self.reflect),
            viscous=int(bool(np.ptp(fluidity) > 1e-9)),
            tolerance=self.tolerance,
            duration=self.duration,
            max_steps=MAX_STEPS,
            seed=np.uint64(self.seed * 1_000_003 + self.stream),
        )


def trace(
    mesh: WalkMesh,
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
    mesh : WalkMesh
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
    start = positions(mesh, seeds.cell, seeds.bary)
    mine = morton_order(start)[rank::size]
    threads = threads or available_threads(comm)
    result, end = follow(mesh, seeds, motion, mine, threads=threads, report=report)
    if comm is not None and size > 1:
        gathered = comm.allgather((mine, result, end))
        mine, result, end = (np.concatenate(parts) for parts in zip(*gathered, strict=True))
    return _ensemble(mesh, lumen, motion, start, mine, result, end)


def follow(
    mesh: WalkMesh,
    seeds: Seeds,
    motion: Motion,
    index: IntArray,
    *,
    threads: int,
    report: Callable[[float], None] | None = None,
) -> tuple[IntArray, FloatArray]:
    """Follow the carriers `index`: state, facet, cell, steps (n, 4) and time, λ_1 … λ_3 (n, 4)."""
    result = np.zeros((len(index), 4), dtype=np.int64)
    end = np.zeros((len(index), 4))
    particles = motion.particles(mesh.viscosity)
    for first in range(0, len(index), BATCH):
        part = slice(first, first + BATCH)
        rows = result[part], end[part]
        _run(mesh, seeds, motion, particles, index[part], *rows, _no_paths(), threads)
        if report is not None:
            report(min(first + BATCH, len(index)) / len(index))
    return result, end


def trace_paths(mesh: WalkMesh, seeds: Seeds, motion: Motion, chosen: IntArray) -> FloatArray:
    """Trajectories of some carriers in m, shape (p, q ≤ 400, 3), padded with nan."""
    n = len(chosen)
    cell = np.zeros((n, PATH_POINTS), dtype=np.int64)
    bary = np.zeros((n, PATH_POINTS, 3))
    meta = np.zeros((n, 3), dtype=np.int64)
    meta[:, 1] = 1
    result, end = np.zeros((n, 4), dtype=np.int64), np.zeros((n, 4))
    particles = motion.particles(mesh.viscosity)
    _run(mesh, seeds, motion, particles, chosen, result, end, (cell, bary, meta), 1)
    last = positions(mesh, result[:, 2], _barycentric(end[:, 1:]))
    length = int(meta[:, 0].max(initial=0)) + 1
    paths = np.full((n, min(length, PATH_POINTS), 3), np.nan)
    for i in range(n):
        kept = min(int(meta[i, 0]), paths.shape[1] - 1)
        paths[i, :kept] = positions(mesh, cell[i, :kept], _barycentric(bary[i, :kept]))
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


def _no_paths() -> tuple[IntArray, FloatArray, IntArray]:
    return (
        np.zeros((0, 1), dtype=np.int64),
        np.zeros((0, 1, 3)),
        np.zeros((0, 3), dtype=np.int64),
    )


def _run(
    mesh: WalkMesh,
    seeds: Seeds,
    motion: Motion,
    particles: FloatArray,
    index: IntArray,
    result: IntArray,
    end: FloatArray,
    paths: tuple[IntArray, FloatArray, IntArray],
    threads: int,
) -> None:
    """Call the kernel for the carriers `index`, on `threads` threads."""
    before = numba.get_num_threads()
    threads = min(threads, int(numba.config.NUMBA_NUM_THREADS))
    numba.set_num_threads(threads)
    try:
        trace_kernel(  # type: ignore[no-untyped-call]  # numba infers the types
            mesh.cells,
            motion.options(mesh),
            np.ascontiguousarray(index, dtype=np.int64),
            seeds.cell[index],
            np.ascontiguousarray(seeds.bary[index][:, 1:]),
            particles[index],
            result,
            end,
            *paths,
            threads,
        )
    finally:
        numba.set_num_threads(before)


def _barycentric(xi: FloatArray) -> FloatArray:
    return np.column_stack([1 - xi.sum(axis=1), xi])


def _ensemble(
    mesh: WalkMesh,
    lumen: Lumen,
    motion: Motion,
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
    position = positions(mesh, cell, _barycentric(end[:, 1:]))
    state, facet = result[:, 0].copy(), result[:, 1].copy()
    touched = np.flatnonzero((state == CarrierState.CAPTURED) & (facet < 0))
    facet[touched] = nearest_wall_facets(lumen, position[touched])
    opening = np.where(facet >= 0, mesh.opening[facet], -1)
    state[state == BOUNDARY] = CarrierState.CAPTURED
    state[opening >= 0] = CarrierState.EXITED
    return Ensemble(
        seed_position=start,
        position=position,
        state=state,
        opening=opening,
        facet=facet,
        time=end[:, 0].copy(),
        diameter=motion.diameter,
        moment=motion.moment,
        steps=int(result[:, 3].sum()),
    )

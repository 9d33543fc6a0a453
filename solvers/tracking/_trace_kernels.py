"""Numba: carriers from release to their end, many at a time. Arrays in, arrays out.

Every carrier is followed on its own (the flow is steady), cell after cell, so that the result
does not depend on how carriers are shared among threads or ranks.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
# (numba infers the types; the arrays are described in `trace` and `Cells`)
from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path

import numpy as np
from numba import njit, prange

from . import (
    _brownian_kernels as _kernels_brownian,
    _cell_kernels as _kernels_cell,
    _inertia_kernels as _kernels_inertia,
    _motion_kernels as _kernels_motion,
    _step_kernels as _kernels_step,
)
from ._brownian_kernels import kick, longest_kick
from ._cell_kernels import OUTLINE, enter, entry_side, on_side
from ._inertia_kernels import coast, release, thermal
from ._motion_kernels import Particle, carrier_key, normals, uniform
from ._step_kernels import CONTACT, FACET, advance

IN_FLIGHT, CAPTURED, BOUNDARY, LOST = 0, 1, 2, 3  # BOUNDARY: the facet says wall or opening
BLOCK = 64  # carriers that a thread takes at a time
STUCK = 24  # crossings without progress before a carrier is pushed off an edge


@njit(**OUTLINE)
def keep(cell_of, bary_of, meta, i, c, l1, l2, l3):
    """Keep a point of path `i`; once the row is full every second point goes."""
    room = cell_of.shape[1]
    count, stride, seen = meta[i, 0], meta[i, 1], meta[i, 2]
    if seen % stride == 0:
        if count == room - 1:
            count = (count + 1) // 2
            for k in range(count):
                cell_of[i, k] = cell_of[i, 2 * k]
                bary_of[i, k, :] = bary_of[i, 2 * k, :]
            stride *= 2
        if seen % stride == 0:
            cell_of[i, count] = c
            bary_of[i, count, 0], bary_of[i, count, 1], bary_of[i, count, 2] = l1, l2, l3
            count += 1
    meta[i, 0], meta[i, 1], meta[i, 2] = count, stride, seen + 1


@njit(**OUTLINE)
def trace_one(record, link, p, options, key, c, l1, l2, l3, row, cell_of, bary_of, meta):
    """One carrier: state, facet (−1: none met), time, cell, point, steps."""
    t, h, entry, stuck, push = 0.0, np.inf, -1, 0, 1e-9
    v1, v2, v3 = 0.0, 0.0, 0.0
    counter, eight = np.uint64(8), np.uint64(8)
    if options.inertial != 0:
        v1, v2, v3 = release(record, c, l1, l2, l3, p, options, key)
    for step in range(options.max_steps):
        if row < cell_of.shape[0]:
            keep(cell_of, bary_of, meta, row, c, l1, l2, l3)
        h_max = options.duration - t
        if options.brownian != 0:
            h_max = min(h_max, longest_kick(record, c, l1, l2, l3, p, options))
        if options.inertial != 0:
            event, side, l1, l2, l3, dt, h, v1, v2, v3 = coast(
                record, c, l1, l2, l3, v1, v2, v3, entry, h, h_max, p, options
            )
        else:
            event, side, l1, l2, l3, dt, h = advance(
                record, c, l1, l2, l3, entry, h, h_max, p, options
            )
        t += dt
        entry = -1
        if event == CONTACT:
            return CAPTURED, -1, t, c, l1, l2, l3, step + 1
        if event == FACET:
            beyond = link[c, side]
            if beyond >= 0:
                code = link[c, 4 + side]
                l1, l2, l3 = enter(code, l1, l2, l3)
                entry = entry_side(code)
                c = beyond
            elif options.reflect == 0 or link[c, 4 + side] >= 0:
                return BOUNDARY, -1 - beyond, t, c, l1, l2, l3, step + 1
            else:
                entry = side
        if dt > 0.0 and options.brownian != 0:
            x, y, z = normals(key, counter)
            chance = uniform(key, counter + np.uint64(4))
            spread = 2.0 * dt
            if options.inertial != 0:
                spread, v1, v2, v3 = thermal(dt, x, y, z, v1, v2, v3, p, key, counter)
            event, new, l1, l2, l3, facet = kick(
                record, link, c, l1, l2, l3, spread, x, y, z, p, options, chance
            )
            c, entry = new, -1
            counter += eight
            if event == CONTACT:
                return CAPTURED, -1, t, c, l1, l2, l3, step + 1
            if event == FACET:
                return BOUNDARY, facet, t, c, l1, l2, l3, step + 1
        if dt > 1e-12 * options.duration:
            stuck = 0
        else:
            stuck += 1
            if stuck > STUCK:  # on an edge or vertex: off it by a share of the cell
                l1 += push * (0.25 - l1)
                l2 += push * (0.25 - l2)
                l3 += push * (0.25 - l3)
                l1, l2, l3 = on_side(-1, l1, l2, l3)
                stuck, entry, push = 0, -1, min(10 * push, 1e-3)
        if t >= options.duration * (1.0 - 1e-14):
            return IN_FLIGHT, -1, t, c, l1, l2, l3, step + 1
    return LOST, -1, t, c, l1, l2, l3, options.max_steps


def trace(
    cells, options, index, start_cell, start, particle, result, end, paths, path_bary, meta, threads
):
    """Follow carriers.

    Parameters
    ----------
    cells : walk_mesh.Cells
    options : Options
    index : ndarray of int, shape (n,)
        Number of each carrier in its release: the key of its random numbers.
    start_cell, start : ndarray, shape (n,), (n, 3)
        Cell and λ_1 … λ_3 of the seeds.
    particle : ndarray, shape (n, 8)
        See `Particle`.
    result : ndarray of int, shape (n, 4), output
        State, facet (−1: none), cell, steps.
    end : ndarray, shape (n, 4), output
        Time in s and λ_1 … λ_3.
    paths, path_bary, meta : ndarray, shape (p, q), (p, q, 3), (p, 3), output
        Cells and λ along the first p carriers; meta = points kept, stride (1 at first), points.
    threads : int
    """
    _compiled()(
        cells,
        options,
        index,
        start_cell,
        start,
        particle,
        result,
        end,
        paths,
        path_bary,
        meta,
        threads,
    )


@cache
def _compiled():
    """The compiled loop over carriers.

    numba's cache on disk sees changes of this file only, not of the modules that it calls, and
    would go on running old code. A closure's variables are part of its key: here the checksum of
    all kernel sources.
    """
    modules = (
        _kernels_brownian,
        _kernels_cell,
        _kernels_inertia,
        _kernels_motion,
        _kernels_step,
    )
    files = __file__, *(module.__file__ for module in modules)
    stamp = zlib.crc32(b"".join(Path(str(file)).read_bytes() for file in files))

    @njit(cache=True, parallel=True, error_model="numpy")
    def loop(
        cells, options, index, start_cell, start, particle, result, end, paths, bary, meta, threads
    ):
        n = len(index) if stamp >= 0 else 0
        blocks = (n + BLOCK - 1) // BLOCK
        for thread in prange(threads):
            for block in range(thread, blocks, threads):
                for i in range(block * BLOCK, min(n, (block + 1) * BLOCK)):
                    a = particle[i]
                    p = Particle(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
                    key = carrier_key(options.seed, np.uint64(index[i]))
                    state, facet, t, c, l1, l2, l3, steps = trace_one(
                        cells.record,
                        cells.link,
                        p,
                        options,
                        key,
                        start_cell[i],
                        start[i, 0],
                        start[i, 1],
                        start[i, 2],
                        i,
                        paths,
                        bary,
                        meta,
                    )
                    result[i, 0], result[i, 1], result[i, 2], result[i, 3] = state, facet, c, steps
                    end[i, 0], end[i, 1], end[i, 2], end[i, 3] = t, l1, l2, l3

    return loop

"""Numba: carriers from release to their end, many at a time. Arrays in, arrays out.

Every carrier is followed on its own, cell after cell: threads and ranks change no result.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numba import njit, prange

from magcap.arrays import FloatArray, IntArray
from magcap.solvers.tracking.formulas import (
    INLINE,
    OUTLINE,
    carrier_key,
    normals,
    plus,
    uniform,
)
from magcap.solvers.tracking.motion import (
    UNKNOWN,
    Particle,
    enter,
    entry_side,
    on_side,
)

from ._brownian_kernels import is_due, kick, rebound
from ._drift_kernels import begin, drift, riding, touch_wall
from ._inertia_kernels import thermal
from ._state_kernels import CONTACT, FACET, State
from ._wall_kernels import FREE, MISS, ROLL, STICK, WALL_KEY, ask, encounter

IN_FLIGHT, CAPTURED, BOUNDARY, LOST = 0, 1, 2, 3  # BOUNDARY: the facet says wall or opening
BLOCK = 64  # carriers that a thread takes at a time
STUCK = 24  # crossings without progress before a carrier is pushed off an edge


class Followed(NamedTuple):
    """Carriers before and after, one row each.

    Attributes
    ----------
    number : ndarray of int, shape (n,)
        Of each carrier in its release: the key of its random numbers.
    cell, start : ndarray, shape (n,), (n, 3)
        Cell and λ_1 … λ_3 of the seeds.
    particle : ndarray, shape (n, 12)
        See `Particle`.
    result : ndarray of int, shape (n, 4), output
        State, facet (−1: none), cell, steps.
    end : ndarray, shape (n, 4), output
        Time in s and λ_1 … λ_3.
    touch : ndarray, shape (n, 5), output
        The first touch of the wall that did not end the way: cell (−1: none), time in s and λ_1 …
        λ_3.
    """

    number: IntArray
    cell: IntArray
    start: FloatArray
    particle: FloatArray
    result: IntArray
    end: FloatArray
    touch: FloatArray


class Paths(NamedTuple):
    """Where the first p carriers passed.

    Attributes
    ----------
    cell, bary : ndarray, shape (p, q), (p, q, 3), output
        Cells and λ_1 … λ_3.
    meta : ndarray of int, shape (p, 3), output
        Points kept, stride (1 at first), points met.
    """

    cell: IntArray
    bary: FloatArray
    meta: IntArray


@njit(**OUTLINE)
def keep(paths, i, c, x):
    """Keep a point of path `i`; once the row is full every second point goes."""
    cell_of, bary_of, meta = paths
    room = cell_of.shape[1]
    count, stride, seen = meta[i, 0], meta[i, 1], meta[i, 2]
    if seen % stride == 0:
        if count == room - 1:
            count = (count + 1) // 2
            for k in range(count):
                cell_of[i, k] = cell_of[i, 2 * k]
                for axis in range(3):
                    bary_of[i, k, axis] = bary_of[i, 2 * k, axis]
            stride *= 2
        if seen % stride == 0:
            cell_of[i, count] = c
            bary_of[i, count, 0], bary_of[i, count, 1], bary_of[i, count, 2] = x
            count += 1
    meta[i, 0], meta[i, 1], meta[i, 2] = count, stride, seen + 1


@njit(**INLINE)
def through(link, c, side, x):
    """Over a facet: cell, point, side entered through, and the facet if it bounds the lumen."""
    beyond = link[c, side]
    if beyond >= 0:
        code = link[c, 4 + side]
        return beyond, enter(code, x), entry_side(code), -1
    return c, x, side, -1 - beyond


@njit(**INLINE)
def shaken(record, flow, link, key, counter, step, now, dt, p, options):
    """The Brownian displacement of the last `dt`: Kick, velocity, the wall's answer if asked.

    `now` is the State after the step, with the wall's last answer. A Kick that ends with CONTACT or
    FACET is the carrier's end.
    """
    z = normals(key, counter)
    v, spread, answer = now.v, 2.0 * dt, FREE
    if now.swift != 0:
        spread, v = thermal(dt, z, v, p, key, counter)
    chance = uniform(key, counter + np.uint64(4))
    at = kick(record, link, now.cell, now.x, spread, z, p, options, chance)
    if at.event == CONTACT or (at.event == FACET and link[at.cell, 4 + at.side] < 0):
        chance = uniform(key ^ WALL_KEY, np.uint64(2 * step + 1))
        stay = encounter(record, now, at, dt, p, options)
        met = v
        if options.inertial != 0 and now.swift == 0:
            met = riding(record, flow, now, p, options)
        answer = ask(record, flow, at.cell, at.x, met, now.hold, now.t, stay, p, options, chance)
        if answer != STICK:
            at = rebound(record, link, at, answer, p, options)
    return at, v, answer


@njit(**INLINE)
def note(touch, row, hold, t, c, x):
    """Keep the first touch of a carrier, which the wall answered with `hold`."""
    if hold != FREE and hold != MISS and touch[row, 0] < 0.0:
        touch[row, 0], touch[row, 1] = c, t
        touch[row, 2], touch[row, 3], touch[row, 4] = x


@njit(**OUTLINE)
def trace_one(record, flow, link, p, options, key, c, x, row, paths, touch):
    """One carrier: state, facet (−1: none met), time, cell, point, steps."""
    t, h, entry, stuck, push, owed = 0.0, np.inf, -1, 0, 1e-9, 0.0
    hold = last = FREE  # the wall's answer in force, and the one of the step before
    counter, eight, drag = np.uint64(8), np.uint64(8), UNKNOWN
    v, swift = begin(record, flow, c, x, p, options, key)
    for step in range(options.max_steps):
        if row < paths.cell.shape[0]:
            keep(paths, row, c, x)
        now = State(c, x, v, t, h, entry, hold, swift, drag)
        done, swift = drift(record, flow, link, now, p, options)
        x, v, dt, h, drag = done.x, done.v, done.dt, done.h, done.drag
        t, owed = t + dt, owed + dt if hold != ROLL else 0.0
        entry, facet = -1, -1
        if dt > 0.0:
            last, hold = hold, FREE
        if done.event == FACET:
            c, x, entry, facet = through(link, c, done.side, x)
            if facet >= 0 and link[c, 4 + entry] >= 0:
                return BOUNDARY, facet, t, c, x, step + 1
        if done.event == CONTACT or facet >= 0 or (dt > 0.0 and last == ROLL):
            now = State(c, x, v, t, dt, entry if facet < 0 else -1, last, swift, drag)
            hold, x, v, swift = touch_wall(record, flow, key, step, now, p, options)
            if hold == STICK:
                return (BOUNDARY if facet >= 0 else CAPTURED), facet, t, c, x, step + 1
        if dt > 0.0 and hold != ROLL and is_due(record, c, x, t, step, owed, swift, p, options):
            now = State(c, x, v, t, h, entry, last, swift, drag)
            at, v, answer = shaken(record, flow, link, key, counter, step, now, owed, p, options)
            c, x, entry, owed = at.cell, at.x, -1, 0.0
            hold = answer if answer != FREE else hold
            counter += eight
            if at.event == CONTACT:
                return CAPTURED, -1, t, c, x, step + 1
            if at.event == FACET:
                return BOUNDARY, -1 - link[c, at.side], t, c, x, step + 1
        note(touch, row, hold, t, c, x)
        stuck = 0 if dt > 1e-12 * options.duration else stuck + 1
        if stuck > STUCK:  # on an edge or vertex: off it by a share of the cell
            x = on_side(-1, plus(x, push, (0.25 - x[0], 0.25 - x[1], 0.25 - x[2])))
            stuck, entry, push = 0, -1, min(10 * push, 1e-3)
        if t >= options.duration * (1.0 - 1e-14):
            return IN_FLIGHT, -1, t, c, x, step + 1
    return LOST, -1, t, c, x, options.max_steps


def trace(cells, options, followed, paths, threads):
    """Follow carriers.

    Parameters
    ----------
    cells : packed_lumen.Cells
    options : Options
    followed : Followed
        Its `result` and `end` are written.
    paths : Paths
        Is written.
    threads : int
    """
    carriers = followed.particle.view([(name, np.float64) for name in Particle._fields])[:, 0]
    followed = followed._replace(particle=carriers)
    _compiled()(cells, as_records(options), followed, paths, threads)


def as_records(options):
    """Options as an array of one record, which a call hands on as a pointer, not one by one."""
    dtype = [(name, np.asarray(value).dtype) for name, value in options._asdict().items()]
    return np.array([tuple(options)], dtype=dtype)


@cache
def _compiled():
    """The compiled loop over carriers.

    numba's cache on disk sees changes of this file only, not of the modules that it calls, and
    would go on running old code. A closure's variables are part of its key: here the checksum of
    all kernel sources.
    """
    files = sorted(Path(__file__).parents[1].glob("*/_*_kernels.py"))
    stamp = zlib.crc32(b"".join(file.read_bytes() for file in files))

    @njit(cache=True, parallel=True, error_model="numpy")
    def loop(cells, options, followed, paths, threads):
        record, flow, link = cells.record, cells.flow, cells.link
        number, cell, start, particle, result, end, touch = followed
        n = len(number) if stamp >= 0 else 0
        blocks = (n + BLOCK - 1) // BLOCK
        for thread in prange(threads):
            for block in range(thread, blocks, threads):
                for i in range(block * BLOCK, min(n, (block + 1) * BLOCK)):
                    p, o = particle[i], options[0]
                    key = carrier_key(o.seed, np.uint64(number[i]))
                    x = (start[i, 0], start[i, 1], start[i, 2])
                    state, facet, t, c, x, steps = trace_one(
                        record, flow, link, p, o, key, cell[i], x, i, paths, touch
                    )
                    result[i, 0], result[i, 1], result[i, 2], result[i, 3] = state, facet, c, steps
                    end[i, 0], end[i, 1], end[i, 2], end[i, 3] = t, x[0], x[1], x[2]

    return loop

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: random numbers from counters: no state, no order, the same on every thread and rank."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from ._compile_kernels import INLINE, OUTLINE, fma

#: Wichura's rational functions (1988, Appl. Stat. 37, 477: AS 241, PPND16), numerator and
#: denominator from the constant on: |p − ½| ≤ 0.425, and √(−ln p) ≤ `LONGEST`.
CENTRAL = (
    (
        3.3871328727963665,
        133.14166789178438,
        1971.5909503065513,
        13731.69376550946,
        45921.95393154987,
        67265.7709270087,
        33430.57558358813,
        2509.0809287301227,
    ),
    (
        1.0,
        42.31333070160091,
        687.1870074920579,
        5394.196021424751,
        21213.794301586597,
        39307.89580009271,
        28729.085735721943,
        5226.495278852854,
    ),
)
MIDDLE = (
    (
        1.4234371107496835,
        4.630337846156546,
        5.769497221460691,
        3.6478483247632045,
        1.2704582524523684,
        0.2417807251774506,
        0.022723844989269184,
        0.0007745450142783414,
    ),
    (
        1.0,
        2.053191626637759,
        1.6763848301838038,
        0.6897673349851,
        0.14810397642748008,
        0.015198666563616457,
        0.0005475938084995345,
        1.0507500716444169e-09,
    ),
)
#: Numbers beyond 6.7 standard deviations (one in 3e10) are cut there.
LONGEST = 5.0


@njit(**INLINE)
def ratio(c, r):
    """Quotient of two polynomials of degree 7."""
    a, b = c[0][7], c[1][7]
    a, b = fma(a, r, c[0][6]), fma(b, r, c[1][6])
    a, b = fma(a, r, c[0][5]), fma(b, r, c[1][5])
    a, b = fma(a, r, c[0][4]), fma(b, r, c[1][4])
    a, b = fma(a, r, c[0][3]), fma(b, r, c[1][3])
    a, b = fma(a, r, c[0][2]), fma(b, r, c[1][2])
    a, b = fma(a, r, c[0][1]), fma(b, r, c[1][1])
    return fma(a, r, c[0][0]) / fma(b, r, c[1][0])


@njit(**OUTLINE)
def tail_quantile(p):
    """`normal_quantile` where |p − ½| > 0.425."""
    r = min(math.sqrt(-math.log(min(p, 1.0 - p))), LONGEST)
    value = ratio(MIDDLE, r - 1.6)
    return -value if p < 0.5 else value


@njit(**INLINE)
def normal_quantile(p):
    """The standard normal number below which a share p of them lies, within 1e-14 (AS 241)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * ratio(CENTRAL, 0.180625 - q * q)
    return tail_quantile(p)


@njit(**INLINE)
def uniform(key, counter):
    """Uniform in (0, 1) from a counter (SplitMix64, Steele et al. 2014): no state, no order."""
    z = key + np.uint64(0x9E3779B97F4A7C15) * counter
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (np.float64(z >> np.uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)


@njit(**OUTLINE)
def carrier_key(seed, index):
    """Key of the random numbers of carrier `index`."""
    z = seed * np.uint64(0xD1342543DE82EF95) + (index + np.uint64(1)) * np.uint64(
        0xDA942042E4DD58B5
    )
    z = (z ^ (z >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    z = (z ^ (z >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return z ^ (z >> np.uint64(32))


@njit(**OUTLINE)
def normals(key, counter):
    """Three standard normal numbers from counter, counter + 1, counter + 2."""
    one = np.uint64(1)
    return (
        normal_quantile(uniform(key, counter)),
        normal_quantile(uniform(key, counter + one)),
        normal_quantile(uniform(key, counter + one + one)),
    )

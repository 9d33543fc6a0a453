"""Numba kernel of `magcap.solvers.exact.bodies`: one body at many points."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from ._cuboid_kernels import cuboid
from ._cylinder_kernels import cylinder

CUBOID, CYLINDER, RING, SPHERE = 0, 1, 2, 3


@njit(cache=True, error_model="numpy")
def add_body(points, shape, d, center, rotation, J, with_J, field, slope):  # type: ignore[no-untyped-def]
    """Add μ0 H, shape (n, 3), and its gradient, shape (n, 3, 3), of one body in lab axes.

    `d` are the dimensions of `BodyShape`, `J` the polarisation in the body's own axes; `with_J`
    adds J inside, which gives B. `slope` may have no rows.
    """
    own = np.empty(9)
    bore = np.empty(9)
    x = np.empty(3)
    G = np.empty((3, 3))
    for n in range(len(points)):
        for i in range(3):
            x[i] = 0.0
            for j in range(3):
                x[i] += (points[n, j] - center[j]) * rotation[j, i]
        if shape == CUBOID:
            cuboid(x[0], x[1], x[2], d[0] / 2, d[1] / 2, d[2] / 2, J, own)
            inside = abs(x[0]) <= d[0] / 2 and abs(x[1]) <= d[1] / 2 and abs(x[2]) <= d[2] / 2
        elif shape == CYLINDER:
            inside = cylinder(x[0], x[1], x[2], d[0] / 2, d[1] / 2, J, own)
        elif shape == RING:
            inside = cylinder(x[0], x[1], x[2], d[1] / 2, d[2] / 2, J, own)
            inside &= not cylinder(x[0], x[1], x[2], d[0] / 2, d[2] / 2, J, bore)
            for i in range(9):
                own[i] -= bore[i]
        else:
            inside = sphere(x[0], x[1], x[2], d[0] / 2, J, own)
        if with_J and inside:
            for i in range(3):
                own[i] += J[i]
        for i in range(3):
            for j in range(3):
                field[n, i] += rotation[i, j] * own[j]
        if len(slope) == 0:
            continue
        G[0, 0], G[0, 1], G[0, 2] = own[3], own[4], own[5]
        G[1, 0], G[1, 1], G[1, 2] = own[4], own[6], own[7]
        G[2, 0], G[2, 1], G[2, 2] = own[5], own[7], own[8]
        for i in range(3):
            for k in range(3):
                half = 0.0
                for j in range(3):
                    half += rotation[i, j] * G[j, k]
                for j in range(3):
                    slope[n, i, j] += half * rotation[j, k]


@njit(cache=True, error_model="numpy")
def sphere(x, y, z, radius, J, out):  # type: ignore[no-untyped-def]
    """−J/3 inside; outside a dipole, (a³/3) [3 (J·r) r/r⁵ − J/r³]. Returns whether inside."""
    r = math.sqrt(x * x + y * y + z * z)
    if r <= radius:
        for i in range(3):
            out[i] = -J[i] / 3.0
        for i in range(3, 9):
            out[i] = 0.0
        return True
    n0, n1, n2 = x / r, y / r, z / r
    q = (radius / r) ** 3 / 3.0
    along = J[0] * n0 + J[1] * n1 + J[2] * n2
    out[0] = q * (3.0 * along * n0 - J[0])
    out[1] = q * (3.0 * along * n1 - J[1])
    out[2] = q * (3.0 * along * n2 - J[2])
    q *= 3.0 / r
    out[3] = q * (along * (1.0 - 5.0 * n0 * n0) + 2.0 * J[0] * n0)
    out[4] = q * (J[0] * n1 + J[1] * n0 - 5.0 * along * n0 * n1)
    out[5] = q * (J[0] * n2 + J[2] * n0 - 5.0 * along * n0 * n2)
    out[6] = q * (along * (1.0 - 5.0 * n1 * n1) + 2.0 * J[1] * n1)
    out[7] = q * (J[1] * n2 + J[2] * n1 - 5.0 * along * n1 * n2)
    out[8] = q * (along * (1.0 - 5.0 * n2 * n2) + 2.0 * J[2] * n2)
    return False

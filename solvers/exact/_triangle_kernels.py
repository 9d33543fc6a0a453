"""Numba kernel of `magcap.solvers.exact.polyhedra`: arrays in, arrays out."""

from __future__ import annotations

import math

import numpy as np
from numba import njit


@njit(cache=True, error_model="numpy")
def charged_triangles(points, corners, normals, outwards, charges):  # type: ignore[no-untyped-def]
    """Σ over triangles of charge · ∫ (r − r')/|r − r'|³ dS', its gradient, and Σ solid angles.

    Shapes: points (n, 3), corners (k, 3, 3), normals (k, 3), outwards (k, 3, 3) the unit normals
    of the edges in the plane, charges (k,); results (n, 3), (n, 3, 3), (n,).
    """
    n, k = len(points), len(corners)
    field = np.zeros((n, 3))
    slope = np.zeros((n, 3, 3))
    angles = np.zeros(n)
    R = np.empty((3, 3))
    length = np.empty(3)
    turn = np.empty(3)
    grad = np.empty(3)
    for p in range(n):
        for t in range(k):
            for i in range(3):
                for a in range(3):
                    R[i, a] = corners[t, i, a] - points[p, a]
                length[i] = math.sqrt(R[i, 0] ** 2 + R[i, 1] ** 2 + R[i, 2] ** 2)
            q = charges[t]
            turn[:] = 0.0
            triple = (
                R[0, 0] * (R[1, 1] * R[2, 2] - R[1, 2] * R[2, 1])
                + R[0, 1] * (R[1, 2] * R[2, 0] - R[1, 0] * R[2, 2])
                + R[0, 2] * (R[1, 0] * R[2, 1] - R[1, 1] * R[2, 0])
            )
            below = length[0] * length[1] * length[2]
            for e in range(3):
                f, g = (e + 1) % 3, (e + 2) % 3
                dot = R[e, 0] * R[f, 0] + R[e, 1] * R[f, 1] + R[e, 2] * R[f, 2]
                below += dot * length[g]
                if q == 0.0:
                    continue
                d0 = R[f, 0] - R[e, 0]
                d1 = R[f, 1] - R[e, 1]
                d2 = R[f, 2] - R[e, 2]
                edge = math.sqrt(d0 * d0 + d1 * d1 + d2 * d2)
                s = length[e] + length[f]
                gap = max(s - edge, 1e-14 * edge)
                logarithm = math.log((s + edge) / gap)
                factor = 2.0 * edge / ((s + edge) * gap)
                for a in range(3):
                    grad[a] = factor * (R[e, a] / length[e] + R[f, a] / length[f])
                for a in range(3):
                    field[p, a] += q * outwards[t, e, a] * logarithm
                    for b in range(3):
                        slope[p, a, b] += q * outwards[t, e, a] * grad[b]
                product = length[e] * length[f]
                line = s / (product * max(product + dot, 1e-14 * product))
                turn[0] += line * (R[e, 1] * R[f, 2] - R[e, 2] * R[f, 1])
                turn[1] += line * (R[e, 2] * R[f, 0] - R[e, 0] * R[f, 2])
                turn[2] += line * (R[e, 0] * R[f, 1] - R[e, 1] * R[f, 0])
            angle = 2.0 * math.atan2(triple, below)  # positive below an outward normal
            angles[p] += angle
            for a in range(3):
                field[p, a] -= q * normals[t, a] * angle
                for b in range(3):
                    slope[p, a, b] -= q * normals[t, a] * turn[b]
    return field, slope, angles

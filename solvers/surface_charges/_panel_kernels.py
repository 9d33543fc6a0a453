"""Numba kernel of `solvers.surface_charges.reaction`: point charges far, charged panels near."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from magcap.solvers.exact import charged_triangles


@njit(cache=True, error_model="numpy", fastmath={"reassoc", "contract", "arcp", "nsz"})
def point_charges(x, y, z, cx, cy, cz, charges, reach2, out):  # type: ignore[no-untyped-def]
    """Field (3) and gradient (xx, xy, xz, yy, yz, zz) of point charges at a point, into `out`.

    Charges within their reach are left out; returns how many those are. The loop is vectorised:
    1.2 ns a charge, 6 ns when it branches or seeks a minimum.
    """
    fx = fy = fz = xx = xy = xz = yy = yz = 0.0
    near = 0
    for k in range(len(cx)):
        dx, dy, dz = x - cx[k], y - cy[k], z - cz[k]
        r2 = dx * dx + dy * dy + dz * dz
        far = r2 >= reach2[k]
        near += 0 if far else 1
        inverse = 1.0 / math.sqrt(r2 + 1e-60)
        i2 = inverse * inverse
        q = (charges[k] if far else 0.0) * inverse * i2
        tx = 3.0 * q * i2 * dx
        ty = 3.0 * q * i2 * dy
        fx += q * dx
        fy += q * dy
        fz += q * dz
        xx += q - tx * dx
        xy -= tx * dy
        xz -= tx * dz
        yy += q - ty * dy
        yz -= ty * dz
    out[0], out[1], out[2], out[3], out[4] = fx, fy, fz, xx, xy
    out[5], out[6], out[7], out[8] = xz, yy, yz, -xx - yy
    return near


@njit(cache=True, error_model="numpy")
def panel_field(  # type: ignore[no-untyped-def]
    points, nodes, reach2, totals, densities, corners, normals, outwards, field, slope
):
    """Add the field, shape (n, 3), and the gradient, shape (n, 3, 3) or no rows, of panels.

    A panel has the charge `totals` at its node, or `densities` on its two triangles for points
    within its reach; shapes (k,), corners (2k, 3, 3), normals (2k, 3), outwards (2k, 3, 3).
    """
    cx, cy, cz = nodes[:, 0].copy(), nodes[:, 1].copy(), nodes[:, 2].copy()
    one = np.empty(2)
    out = np.empty(9)
    for p in range(len(points)):
        x, y, z = points[p, 0], points[p, 1], points[p, 2]
        if point_charges(x, y, z, cx, cy, cz, totals, reach2, out):
            for k in range(len(cx)):
                r2 = (x - cx[k]) ** 2 + (y - cy[k]) ** 2 + (z - cz[k]) ** 2
                if r2 >= reach2[k] or densities[k] == 0.0:
                    continue
                s = slice(2 * k, 2 * k + 2)
                one[:] = densities[k]
                F, G, _ = charged_triangles(
                    points[p : p + 1], corners[s], normals[s], outwards[s], one
                )
                for i in range(3):
                    out[i] += F[0, i]
                out[3] += G[0, 0, 0]
                out[4] += G[0, 0, 1]
                out[5] += G[0, 0, 2]
                out[6] += G[0, 1, 1]
                out[7] += G[0, 1, 2]
                out[8] += G[0, 2, 2]
        for i in range(3):
            field[p, i] += out[i]
        if len(slope):
            slope[p, 0, 0] += out[3]
            slope[p, 0, 1] += out[4]
            slope[p, 1, 0] += out[4]
            slope[p, 0, 2] += out[5]
            slope[p, 2, 0] += out[5]
            slope[p, 1, 1] += out[6]
            slope[p, 1, 2] += out[7]
            slope[p, 2, 1] += out[7]
            slope[p, 2, 2] += out[8]

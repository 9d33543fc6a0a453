"""Triangulated unit disk: rings of thin cells along the wall, an isotropic core.

The cross-section of every swept lumen. Wall vertices are numbered first: with that order the
prism split of `geometry.lumen.sweep` leaves no tetrahedron with all vertices on inlet and wall,
where Taylor–Hood would have no interior velocity node to hold its pressure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray

ComplexArray = NDArray[np.complex128]

#: Growth of the wall layers from one to the next.
GROWTH = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Triangulation of the unit disk.

    Attributes
    ----------
    points : ndarray, shape (n, 2)
        Vertices; those on the rim (radius 1) come first.
    triangles : ndarray of int, shape (k, 3)
        Counter-clockwise.
    rim : ndarray of int, shape (r,)
        Vertices on the rim, counter-clockwise.
    layer_radius : float
        Radius of the innermost wall layer; edges outside of it follow the circles.
    """

    points: FloatArray
    triangles: IntArray
    rim: IntArray
    layer_radius: float


def layer_radii(first: float, depth: float, core: float) -> FloatArray:
    """Radii of the rings of the wall layers, from 1 inwards.

    Layers start with height `first`, grow by `GROWTH` up to the height `core` and end at the
    first ring deeper than `depth`; the heights are scaled so that one ring lies at `depth`.

    >>> layer_radii(0.06, 0.3, 0.4).round(3).tolist()
    [1.0, 0.948, 0.883, 0.802, 0.7]
    """
    heights = [first]
    while sum(heights) < 0.98 * depth:
        heights.append(min(GROWTH * heights[-1], core))
    scaled = np.array(heights) * depth / sum(heights)
    return np.concatenate([[1.0], 1.0 - np.cumsum(scaled)])


def build_section(n_rim: int, radii: FloatArray, core: float) -> Section:
    """Triangulate the unit disk.

    Parameters
    ----------
    n_rim : int
        Vertices on the rim and on each ring of `radii`.
    radii : ndarray
        Rings of the wall layers, falling from 1.
    core : float
        Cell size inside the last ring.
    """
    rings = [(radius, n_rim, 0.0) for radius in radii]
    steps = max(1, round(float(radii[-1]) / core))
    for j in range(1, steps):
        radius = float(radii[-1]) * (1.0 - j / steps)
        count = int(np.clip(round(2 * np.pi * radius / core), 5, rings[-1][1]))
        rings.append((radius, count, 0.5 * j))
    starts = np.concatenate([[0], np.cumsum([count for _, count, _ in rings])])
    points = [
        radius * np.exp(2j * np.pi * (np.arange(count) + shift) / count)
        for radius, count, shift in rings
    ]
    triangles = [
        _annulus(np.angle(points[k]), np.angle(points[k + 1]), int(starts[k]), int(starts[k + 1]))
        for k in range(len(rings) - 1)
    ]
    last = int(starts[-2]) + np.arange(rings[-1][1])
    hub = np.full(len(last), starts[-1])
    triangles.append(np.column_stack([last, np.roll(last, -1), hub]))
    return _numbered(np.concatenate([*points, [0j]]), np.vstack(triangles), float(radii[-1]))


def build_symmetric_section(n_rim: int, radii: FloatArray, core: float) -> Section:
    """As `build_section`, mirror-symmetric about x = 0 with edges along it, for branchings.

    `n_rim` is rounded up to an even number.
    """
    rings = [(float(radius), (n_rim + 1) // 2) for radius in radii]
    steps = max(1, round(float(radii[-1]) / core))
    for j in range(1, steps):
        radius = float(radii[-1]) * (1.0 - j / steps)
        rings.append((radius, int(np.clip(round(np.pi * radius / core), 3, rings[-1][1]))))
    starts = np.concatenate([[0], np.cumsum([count + 1 for _, count in rings])])
    points = [r * np.exp(1j * np.linspace(-np.pi / 2, np.pi / 2, n + 1)) for r, n in rings]
    z = np.concatenate([*points, [0j]])
    parts = [
        _half_annulus(rings[k][1], rings[k + 1][1], int(starts[k]), int(starts[k + 1]))
        for k in range(len(rings) - 1)
    ]
    last = int(starts[-2]) + np.arange(rings[-1][1])
    parts.append(np.column_stack([last, last + 1, np.full(len(last), starts[-1])]))
    right = np.vstack(parts)
    z.real[np.abs(z.real) < 1e-12] = 0.0
    on_axis = z.real == 0.0
    image = np.where(on_axis, np.arange(len(z)), len(z) + np.cumsum(~on_axis) - 1)
    both = np.concatenate([z, -z[~on_axis].conj()])
    return _numbered(both, np.vstack([right, image[right][:, [0, 2, 1]]]), float(radii[-1]))


def mirror(section: Section) -> IntArray:
    """Vertex at (−x, y) for each vertex of a symmetric section."""
    z = section.points @ np.array([1.0, 1.0j])
    return np.asarray(np.abs(z[:, None] + z[None].conj()).argmin(axis=1))


def _half_annulus(n: int, m: int, first_o: int, first_i: int) -> IntArray:
    """Triangles between two half circles of n and m equal arcs."""
    rows, i, j = [], 0, 0
    while i < n or j < m:
        p, q = first_o + i, first_i + j
        forward = (2 * i + 1) * m - (2 * j + 1) * n
        take_outer = j == m or (i < n and (forward < 0 or (forward == 0 and i % 2 == 1)))
        if take_outer:
            rows.append((p, p + 1, q))
            i += 1
        else:
            rows.append((p, q + 1, q))
            j += 1
    return np.array(rows, dtype=np.int64)


def _annulus(outer: FloatArray, inner: FloatArray, first_o: int, first_i: int) -> IntArray:
    """Triangles between two rings of vertices given by their angles."""
    n, m = len(outer), len(inner)
    if n == m and np.allclose(outer, inner):
        k = np.arange(n)
        a, b = first_o + k, first_o + (k + 1) % n
        c, d = first_i + k, first_i + (k + 1) % n
        odd = (k % 2 == 1)[:, None]
        one = np.where(odd, np.column_stack([a, b, c]), np.column_stack([a, b, d]))
        two = np.where(odd, np.column_stack([b, d, c]), np.column_stack([a, d, c]))
        return np.vstack([one, two])
    gap_o, gap_i = 2 * np.pi / n, 2 * np.pi / m
    start = round(float((inner[0] - outer[0]) / gap_o))
    i, j, rows = 0, 0, []
    base_o, base_i = float(outer[0]) + start * gap_o, float(inner[0])
    while i < n or j < m:
        p, q = first_o + (start + i) % n, first_i + j % m
        outer_next, inner_next = base_o + (i + 0.5) * gap_o, base_i + (j + 0.5) * gap_i
        if j == m or (i < n and outer_next <= inner_next):
            rows.append((p, first_o + (start + i + 1) % n, q))
            i += 1
        else:
            rows.append((p, first_i + (j + 1) % m, q))
            j += 1
    return np.array(rows, dtype=np.int64)


def _numbered(z: ComplexArray, triangles: IntArray, layer_radius: float) -> Section:
    """Renumber: ring by ring from the rim, on each the even vertices, then the odd ones.

    Diagonals of the prism split run from the lower to the higher number; with neighbours on a
    ring far apart in the numbering they alternate and the split has no swirl.
    """
    radius = np.round(np.abs(z), 9)
    angle = np.round(np.mod(np.angle(z) + 1e-10, 2 * np.pi), 9)
    around = np.lexsort((angle, -radius))
    rings = np.split(around, np.flatnonzero(np.diff(radius[around])) + 1)
    order = np.concatenate([part for ring in rings for part in (ring[::2], ring[1::2])])
    new = np.empty_like(order)
    new[order] = np.arange(len(z))
    return Section(
        points=np.column_stack([z.real, z.imag])[order],
        triangles=new[triangles],
        rim=new[rings[0]],
        layer_radius=layer_radius,
    )

"""The lumen of the FDA's nozzle, both ways round, as a user would bring it: a mesh file.

A hexagon of rings of triangles, mapped to a disc, is swept along z and its prisms cut into
tetrahedra: a pipe (diameter 12 mm), a cone of 20° (22.685 mm long), a throat (4 mm, 40 mm long)
and, from z = 0 on, a pipe of 12 mm again with more rings around those of the throat. Cells are
curved: middle nodes lie on the circles. Stewart et al., Cardiovasc. Eng. Technol. 3 (2012) 139.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import TetMesh, boundary_facets, elevate, orient

#: Radius of the throat and z of its ends and of the cone's in m.
THROAT, MOUTH, CONE = 2e-3, -40e-3, -62.685e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """Where the nozzle is cut, in mm.

    Attributes
    ----------
    throat, around : tuple of float
        Radii of the rings of the throat from 0 on, and of those around them behind the step.
    narrow, wide : tuple of float
        z of the sections up to 0, and from 0 on.
    names : (str, str)
        Of the first and the last section.
    """

    throat: tuple[float, ...]
    around: tuple[float, ...]
    narrow: tuple[float, ...]
    wide: tuple[float, ...]
    names: tuple[str, str]

    @property
    def rings(self) -> FloatArray:
        """All radii in m."""
        return 1e-3 * np.array([*self.throat, *self.around])


def _evenly(*parts: tuple[float, float, int]) -> tuple[float, ...]:
    """From, to and number of cells of each part, joined."""
    found = np.concatenate([np.linspace(a, b, n + 1)[:-1] for a, b, n in parts])
    return (*found.tolist(), parts[-1][1])


#: Flow along +z, through the cone into the throat and over the step.
EXPANSION: Final = Cuts(
    throat=(0.0, 0.65, 1.2, 1.65, 2.0),
    around=(2.5, 3.6, 6.0),
    narrow=(
        *_evenly((-90, -62.685, 5), (-62.685, -40, 11)),
        *(-39, -37.5, -35, -31, -26, -20, -14, -9, -5.5, -3, -1.5, -0.6, 0),
    ),
    wide=(
        *(0, 0.6, 1.5, 3, 5, 8, 12, 16, 20, 26, 32, 39, 46, 53, 60, 66, 73, 80, 88, 97, 107),
        *_evenly((122, 326, 12)),
    ),
    names=("inlet", "outlet"),
)
#: Flow along −z, over the step into the throat and through the cone.
DIFFUSER: Final = Cuts(
    throat=(0.0, 0.4, 0.8, 1.2, 1.55, 1.8, 2.0),
    around=(2.4, 3.6, 6.0),
    narrow=(
        *_evenly((-250, -150, 9), (-150, -62.685, 12), (-62.685, -40, 9), (-40, -4, 7)),
        *(-2.4, -1.2, -0.5, 0),
    ),
    wide=(0, 0.5, 1.2, 2.4, 4, 6.5, 11, 18, 30, 45, 60),
    names=("outlet", "inlet"),
)


def nozzle_mesh(cuts: Cuts) -> TetMesh:
    """Boundaries "wall", "inlet", "outlet", in m."""
    inner_rings = len(cuts.throat) - 1
    lattice, triangles = _hexagon(len(cuts.rings) - 1)
    inner = _ring(lattice) <= inner_rings + 1e-9
    rank = np.cumsum(inner) - 1
    throat = rank[triangles[inner[triangles].all(axis=1)]]
    narrow, first = _swept(lattice[inner], throat, 1e-3 * np.array(cuts.narrow))
    wide, second = _swept(lattice, triangles, 1e-3 * np.array(cuts.wide))
    own = np.ones(len(wide), dtype=bool)
    own[: len(lattice)] = ~inner  # the throat's end is there already
    row = len(narrow) - 1 + np.cumsum(own)
    row[: len(lattice)][inner] = len(narrow) - inner.sum() + np.arange(inner.sum())
    return _curved(np.vstack([narrow, wide[own]]), np.vstack([first, row[second]]), cuts)


def _hexagon(rings: int) -> tuple[FloatArray, IntArray]:
    """A hexagonal lattice of points, shape (n, 2), and its triangles, counter-clockwise."""
    steps = np.arange(-rings, rings + 1)
    i, j = (a.ravel() for a in np.meshgrid(steps, steps, indexing="ij"))
    keep = np.abs(i + j) <= rings
    i, j = i[keep], j[keep]
    number = {(a, b): k for k, (a, b) in enumerate(zip(i.tolist(), j.tolist(), strict=True))}
    found = []
    for a, b in number:
        for other in (((a + 1, b), (a, b + 1)), ((a, b + 1), (a - 1, b + 1))):
            if all(one in number for one in other):
                found.append([number[a, b], *(number[one] for one in other)])
    return np.column_stack([i, j]).astype(np.float64), np.array(found)


def _ring(lattice: FloatArray) -> FloatArray:
    """On which ring a point is; 0 in the middle."""
    i, j = lattice.T
    ring: FloatArray = np.maximum.reduce([np.abs(i), np.abs(j), np.abs(i + j)])
    return ring


def _swept(lattice: FloatArray, triangles: IntArray, z: FloatArray) -> tuple[FloatArray, IntArray]:
    """Points (lattice and z) of all sections and four-node cells between them.

    Diagonals go up from the vertex with the lower number, so that neighbours agree.
    """
    n, count = len(lattice), len(z)
    points = np.column_stack([np.tile(lattice, (count, 1)), np.repeat(z, n)])
    a, b, c = np.sort(triangles, axis=1).T
    prism = np.stack(
        [
            np.column_stack([a, b, c, c + n]),
            np.column_stack([a, b, c + n, b + n]),
            np.column_stack([a, b + n, c + n, a + n]),
        ]
    ).reshape(-1, 4)
    cells = (prism[None] + n * np.arange(count - 1)[:, None, None]).reshape(-1, 4)
    return points, cells


def _curved(points: FloatArray, cells: IntArray, cuts: Cuts) -> TetMesh:
    """Second order, mapped to circles, its boundaries named by where they lie."""
    cells = orient(_mapped(points, cuts), cells)
    facets = boundary_facets(cells)
    nodes, cells, facets = elevate(points, cells, facets)
    z = nodes[facets[:, :3], 2]
    tags = np.ones(len(facets), dtype=np.int64)
    for tag, end in ((2, cuts.narrow[0]), (3, cuts.wide[-1])):
        tags[np.abs(z - 1e-3 * end).max(axis=1) < 1e-9] = tag
    return TetMesh.of_lumen(_mapped(nodes, cuts), cells, facets, tags, cuts.names)


def _mapped(points: FloatArray, cuts: Cuts) -> FloatArray:
    """Lattice and z → positions in m: rings to circles, sextants to sextants."""
    lattice, z = points[:, :2], points[:, 2]
    ring, rings = _ring(lattice), cuts.rings
    end = np.interp(z, [CONE, MOUTH], [3 * THROAT, THROAT])
    radius = end / THROAT * np.interp(ring, np.arange(len(rings)), rings)
    angle = _angle(lattice, ring)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), z])


def _angle(lattice: FloatArray, ring: FloatArray) -> FloatArray:
    """By the distance along the ring, from corner to corner of the hexagon."""
    corners = np.array([[1, 0], [0, 1], [-1, 1], [-1, 0], [0, -1], [1, -1]], dtype=np.float64)
    unit = lattice / np.maximum(ring, 1e-12)[:, None]
    angle = np.zeros(len(lattice))
    for k in range(6):
        side = corners[(k + 1) % 6] - corners[k]
        share = (unit - corners[k]) @ side / (side @ side)
        on = np.abs(unit - corners[k] - share[:, None] * side).max(axis=1) < 1e-9
        inside = on & (share >= -1e-9) & (share <= 1 + 1e-9)
        angle[inside] = np.pi / 3 * (k + share[inside])
    return angle

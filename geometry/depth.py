"""The line along which a field is judged: from the magnets' face through the vessel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from magcap.geometry.body import FloatArray
from magcap.geometry.body_distance import contains
from magcap.geometry.magnet import MagnetBody
from magcap.geometry.mesh import Lumen

#: Points along the line.
_SAMPLES = 200


def depth_line(bodies: Sequence[MagnetBody], lumen: Lumen) -> FloatArray:
    """Points from the face of the magnets, through the vessel where it is nearest, and beyond.

    The line starts at the magnets' common centre and points to the nearest point of the vessel's
    axis (the deepest nodes of the lumen); what lies inside a magnet is left out. It reaches as
    far beyond the vessel as the vessel is deep, and at least 50 mm.

    Returns
    -------
    ndarray, shape (n, 3)
        In m; the first point is at the face, depth 0. No rows without magnets.
    """
    if not bodies:
        return np.empty((0, 3))
    origin = np.mean([body.center for body in bodies], axis=0)
    core = lumen.mesh.points[lumen.wall_distance >= 0.9 * lumen.wall_distance.max()]
    nearest = core[np.argmin(np.linalg.norm(core - origin, axis=1))]
    reach = float(np.linalg.norm(nearest - origin))
    if reach == 0.0:
        return np.empty((0, 3))
    direction = (nearest - origin) / reach
    fine = np.linspace(0.0, reach, 2001)[:, None] * direction + origin
    inside = np.any([contains(body, fine) for body in bodies], axis=0)
    start = int(np.flatnonzero(inside).max()) + 1 if inside.any() else 0
    if start >= len(fine):
        return np.empty((0, 3))
    depth = max(2.0 * float(np.linalg.norm(nearest - fine[start])), 0.05)
    line: FloatArray = np.linspace(0.0, depth, _SAMPLES)[:, None] * direction + fine[start]
    return line

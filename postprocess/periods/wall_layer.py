"""Whether the cells at the wall resolve the layer in which blood over a heart beat lags behind.

The layer of the harmonic of angular frequency ω is √(ν/ω) thick. With quadratic velocities and the
recovered gradient the phase of that harmonic's wall shear stress is off by `LAG` times the square
of the cells' height in it: measured in Womersley's flow, 0.051, 0.056 and 0.067 at α = 2, 5 and 12
(the amplitude is right to 0.1 %).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from magcap.arrays import IntArray
from magcap.geometry.mesh import Lumen
from magcap.solvers.results import FlowPeriod

LAG = 0.06
#: Points of the wall that are looked at, at most.
_POINTS = 2000


def wall_layer_numbers(found: FlowPeriod, lumen: Lumen) -> dict[str, Any]:
    """Height of the cells at the wall and of the layer (m), and what the first does to the swing of
    the wall shear stress, relative to that swing (root mean squares over the wall)."""
    height = _wall_height(lumen)
    layer = lumen.inlet.radius / found.womersley
    wall = np.flatnonzero(lumen.wall_distance == 0)
    chosen = wall[:: max(len(wall) // _POINTS, 1)]
    power = _power(found, chosen)
    order = np.arange(1, len(power) + 1)
    phase = np.minimum(LAG * order * (height / layer) ** 2, 1.0)
    swing = float(power.sum())
    error = np.sqrt(float((phase**2 * power).sum()) / swing) if swing > 0 else 0.0
    return {"cell_height": height, "layer": layer, "shear_lag": float(error)}


def _wall_height(lumen: Lumen) -> float:
    """Median extent in wall distance of the cells that touch the wall, in m."""
    distance = lumen.wall_distance[lumen.mesh.cells[:, :4]]
    top = distance.max(axis=1)
    return float(np.median(top[(distance.min(axis=1) == 0) & (top > 0)]))


def _power(found: FlowPeriod, nodes: IntArray) -> Any:
    """Mean square of each harmonic of the wall shear stress but its mean, shape (h,)."""
    traction = np.stack([np.asarray(one[nodes]) for one in found.wall_traction])
    modes = np.fft.rfft(traction, axis=0)[1:]
    return (np.abs(modes) ** 2).sum(axis=(1, 2))

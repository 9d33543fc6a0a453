"""The floor of a capture: what a run captures although nothing pushes its carriers.

A tracer of 20 nm without force, diffusion and size follows the blood and can reach no wall. Whoever
does was brought there by the discretisation of the flow: a captured fraction of that order means
nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from magcap.case import Capture, Carrier
from magcap.geometry.mesh import Lumen
from magcap.solvers.results import Floor, FlowField

from .places import draw
from .release import by_inlet, duration_of, pack_flow, phase_of
from .tracer import trace, unpushed_points

if TYPE_CHECKING:
    from mpi4py import MPI

#: Tracers released.
COUNT = 16_384
#: Their diameter in m, and the stream of their random numbers.
DIAMETER, STREAM = 20e-9, 7


def solve_floor(lumen: Lumen, flow: FlowField, capture: Capture, *, comm: MPI.Comm) -> Floor:
    """Release tracers that nothing pushes; collective.

    Parameters
    ----------
    lumen : Lumen
    flow : FlowField
    capture : Capture
        For the duration, the tolerance, the seed and the time of release.
    comm : mpi4py.MPI.Comm

    Raises
    ------
    SolverError
        If the lumen mesh is broken, or the duration must come from a flow that does not enter.
    """
    packed = by_inlet(pack_flow(lumen, flow), lumen, capture.inlet)
    motion = unpushed_points(
        np.full(COUNT, DIAMETER),
        tolerance=capture.tolerance,
        duration=duration_of(capture, packed, flow, lumen),
        seed=capture.seed,
        stream=STREAM,
    )
    rng = np.random.default_rng([capture.seed, STREAM])
    table = {"name": "tracer", "diameter": f"{DIAMETER} m", "count": COUNT}
    _, start = draw(packed, Carrier.model_validate(table), rng, phase=phase_of(capture))
    motion = replace(motion, phase=start.phase)
    return Floor(ensemble=trace(packed, lumen, start, motion, comm=comm))

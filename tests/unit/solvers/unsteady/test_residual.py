"""The residual of a step counts alike in large and in small cells."""

from __future__ import annotations

import numpy as np
from mpi4py import MPI

from magcap.case import Blood, Flow, Inlet, Mesh, Stenosis
from magcap.geometry.lumen import build_lumen
from magcap.solvers.flow import inlet_motion
from magcap.solvers.unsteady import periodic


def test_a_force_weighs_the_same_where_cells_are_small() -> None:
    """‖W M a‖ over the norm of a, for a in the smallest and in the largest cells of a throat.

    The plain norm, which GMRES would take, differs by more than 5 between the two.
    """
    vessel = Stenosis.model_validate(
        {
            "shape": "stenosis",
            "radius": "3 mm",
            "length": "24 mm",
            "severity": "90 %",
            "by": "area",
            "stenosis_length": "9 mm",
            "stenosis_position": "9 mm",
        }
    )
    lumen = build_lumen(vessel, Mesh.model_validate({"lumen_size": "1.5 mm"}))
    inlet = Inlet.model_validate({"waveform": "carotid", "mean_velocity": "0.05 m/s"})
    flow = Flow(regime="pulsatile", inlet=inlet)
    motion = inlet_motion(lumen, Blood(), flow)
    problem = periodic._problem(lumen, Blood(), flow, motion, MPI.COMM_SELF)
    system = periodic._march(problem).discrete.system
    weights, size = system._weights, system.num_velocity
    mass = 1.0 / weights[:size] ** 2
    rng, ratios, plain = np.random.default_rng(1), [], []
    free = np.setdiff1d(np.arange(size), system._fixed)
    for low, high in ((0, 10), (90, 100)):
        ends = np.percentile(mass[free], [low, high])
        chosen = free[(mass[free] >= ends[0]) & (mass[free] <= ends[1])]
        a = np.zeros(len(weights))
        a[chosen] = rng.standard_normal(len(chosen))
        force, norm = system.mass(a), np.sqrt(system.norm_squared(a))
        ratios.append(np.linalg.norm(weights * force) / norm)
        plain.append(np.linalg.norm(force) / norm)
    assert max(ratios) / min(ratios) < 1.5, ratios
    assert max(plain) / min(plain) > 5.0, plain
    assert 0.5 < min(ratios) <= max(ratios) < 2.0, ratios

"""No false contact in curved vessels: heat and inertia bring no sphere to a wall on their own.

The secondary flow of a bend brings spheres to gaps of a millionth of their radius; there the least
error of a step, or a mobility that does not vanish with the gap, makes a touch that is none.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers import capture_lumens as lumens
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.reading import from_tables
from magcap.solvers import flow, solenoidal, tracking
from magcap.solvers.results import CarrierState, Ensemble
from magcap.solvers.tracking import PackedLumen, trace
from magcap.solvers.tracking.seeding import seeds

COUNT, CELL, RHO = 20_000, 18e-6, 1060.0
BEND_RADIUS = 10e-3
VESSELS: dict[str, tuple[dict[str, Any], str]] = {
    "bend": (
        {
            "shape": "bend",
            "radius": "1.5 mm",
            "bend_radius": f"{BEND_RADIUS} m",
            "angle": "90 deg",
            "inlet_length": "12 mm",
            "outlet_length": "12 mm",
        },
        "0.25 m/s",
    ),
    "bifurcation": (
        {"shape": "bifurcation", "radius": "2 mm", "length": "15 mm", "daughter_length": "15 mm"},
        "0.15 m/s",
    ),
    "aneurysm": ({"shape": "surface", "file": "gmsh:aneurysm_data.stl", "unit": "mm"}, "0.1 m/s"),
}
WAYS: dict[str, dict[str, Any]] = {
    "heat": {"brownian": True, "wall": True},
    "heat, mobility of the bulk": {"brownian": True},
    "inertia": {"inertial": True, "wall": True},
    "heat and inertia": {"brownian": True, "inertial": True, "wall": True},
}


@cache
def vessel(name: str) -> tuple[Lumen, PackedLumen, float]:
    """Lumen on a coarse mesh, what is traced in it, and how long carriers are followed (s)."""
    shape, speed = VESSELS[name]
    case, _ = from_tables(
        {
            "title": name,
            "vessel": shape,
            "blood": {"viscosity": "3.5 mPa*s", "density": f"{RHO} kg/m^3"},
            "flow": {"inlet": {"mean_velocity": speed}},
            "mesh": {"resolution": "coarse"},
            "carrier": [{"name": "cell", "diameter": f"{CELL} m", "magnetic_fraction": 0.1}],
        },
        folder=Path(),
    )
    lumen = build_lumen(case.vessel, case.mesh)
    blood = flow.solve(lumen, case.blood, case.flow, comm=MPI.COMM_WORLD)
    velocity = solenoidal.reconstruct(lumen, blood.velocity).reference
    packed = tracking.pack(lumen, velocity, np.zeros_like(blood.velocity), blood.viscosity)
    return lumen, packed, -100 * packed.volume / blood.flow_rates[lumen.inlet.name]


def followed(name: str, size: float = CELL, **changes: Any) -> Ensemble:
    """Spheres of this diameter that nothing presses, by area: many start next to the wall."""
    lumen, packed, duration = vessel(name)
    given = {"density": RHO, "fluid_density": RHO, "duration": duration}
    how = lumens.motion(COUNT, size, **{**given, **changes})
    start = seeds(packed, how.diameter / 2, np.random.default_rng(3), weighting="area")
    return trace(packed, lumen, start, how)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", VESSELS)
def test_nothing_presses_nothing_touches(name: str, way: str) -> None:
    found = followed(name, **WAYS[way])
    assert found.count(CarrierState.CAPTURED) == found.count(CarrierState.LOST) == 0
    assert not found.touches.touched.any()


@pytest.mark.slow
def test_a_bend_throws_heavy_spheres_out() -> None:
    """They touch where it is outside, and nowhere else."""
    found = followed("bend", 60e-6, inertial=True, wall=True, density=5 * RHO)
    held = found.state == CarrierState.CAPTURED
    lumen, _, _ = vessel("bend")
    axis = lumen.openings[1].center[0] - BEND_RADIUS, lumen.openings[0].center[1] + BEND_RADIUS
    out = np.linalg.norm(found.position[held, :2] - axis, axis=1)
    assert held.sum() > 20
    assert (out > BEND_RADIUS).all()

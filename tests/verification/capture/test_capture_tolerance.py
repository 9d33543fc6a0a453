"""The tolerance of a step, 1e-2 … 1e-5: the captured share converges, carrier by carrier."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from helpers import capture_lumens as lumens
from helpers.capture_oracles import captured_by_uniform_drift
from magcap.arrays import BoolArray
from magcap.pipeline import run
from magcap.reading import from_tables
from magcap.solvers.tracking import trace
from magcap.solvers.tracking.seeding import seeds

TOLERANCES = (1e-2, 1e-3, 1e-4, 1e-5)
#: Share of all carriers whose fate may differ from that at the tightest tolerance.
ALLOWED = {1e-2: 2e-3, 1e-3: 1e-3, 1e-4: 3e-4}


def test_uniform_drift() -> None:
    n, radius, length, mean = 40_000, 3e-3, 80e-3, 0.1
    tube = lumens.tube(radius, length)
    packed = lumens.pack(tube, lumens.poiseuille(tube, mean), (0, 0, -1))
    how = lumens.motion(n, 1e-7, 0.3 * 2 * mean * radius / length)
    start = seeds(packed, 0.5 * how.diameter, np.random.default_rng(4), weighting="flux")
    fate: dict[float, BoolArray] = {
        tolerance: trace(packed, tube, start, replace(how, tolerance=tolerance)).state == 1
        for tolerance in TOLERANCES
    }
    for tolerance, allowed in ALLOWED.items():
        assert (fate[tolerance] != fate[1e-5]).mean() <= allowed
    exact = captured_by_uniform_drift(0.75 * 0.3)
    lumens.assert_fraction(float(fate[1e-5].mean()), exact, n, level=0.01)


@pytest.mark.slow
def test_bend(tmp_path: Path) -> None:
    """Drift of half a millimetre a second across a bend, through the way of users."""
    values = {t: _bend(t, tmp_path) for t in TOLERANCES}
    for tolerance, allowed in ALLOWED.items():
        assert values[tolerance] == pytest.approx(values[1e-5], abs=2 * allowed)


def _bend(tolerance: float, folder: Path) -> float:
    drift, viscosity, diameter = 0.5e-3, 3.5e-3, 2e-6
    volume = drift * 3 * np.pi * viscosity * diameter / (446e3 * 100.0)
    case, _ = from_tables(
        {
            "title": "drift across a bend",
            "vessel": {
                "shape": "bend",
                "radius": "2 mm",
                "bend_radius": "8 mm",
                "angle": "180 deg",
                "inlet_length": "8 mm",
                "outlet_length": "8 mm",
            },
            "background": {
                "field": ["0 T", "0 T", "100 T"],
                "gradient": [
                    ["-50 T/m", "0 T/m", "0 T/m"],
                    ["0 T/m", "-50 T/m", "0 T/m"],
                    ["0 T/m", "0 T/m", "100 T/m"],
                ],
            },
            "blood": {"viscosity": f"{viscosity} Pa*s", "density": "1060 kg/m^3"},
            "flow": {"inlet": {"mean_velocity": "0.15 m/s"}},
            "carrier": [
                {
                    "name": "drift",
                    "kind": "bead",
                    "diameter": f"{diameter} m",
                    "magnetic_volume": f"{volume} m^3",
                    "magnetization": "linear-saturating",
                    "susceptibility": 100.0,
                    "saturation": "446 kA/m",
                    "density": "1060 kg/m^3",
                    "fluid": "blood",
                    "count": 20_000,
                }
            ],
            "capture": {"forces": ["magnetic", "drag"], "control": False, "tolerance": tolerance},
            "mesh": {"resolution": "coarse"},
        },
        folder=Path(),
    )
    (row,) = run(case, folder, figures=False).summary["capture"]
    return float(row["efficiency_flux"]["value"])

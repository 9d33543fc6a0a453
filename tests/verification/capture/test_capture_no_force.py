"""Nothing pushes, nothing diffuses: nothing is captured, through the way of users.

A point tracer follows a streamline, and no streamline of a solenoidal velocity without slip ends on
the wall; a force-free rigid sphere never touches either, as the layer between it and the wall would
have to be squeezed out by a velocity that vanishes faster. So the answer is 0 in any vessel, on any
mesh, for any size, by flux and by area.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from magcap.pipeline import run
from magcap.reading import from_tables

COUNT = 20_000
BEND = {
    "shape": "bend",
    "radius": "2 mm",
    "bend_radius": "8 mm",
    "angle": "180 deg",
    "inlet_length": "8 mm",
    "outlet_length": "8 mm",
}
BIFURCATION = {
    "shape": "bifurcation",
    "radius": "2 mm",
    "length": "15 mm",
    "daughter_length": "15 mm",
}
STENOSIS = {
    "shape": "stenosis",
    "radius": "2 mm",
    "length": "30 mm",
    "severity": 0.5,
    "stenosis_length": "6 mm",
}
CHANNEL = {"shape": "channel", "width": "2 mm", "height": "0.8 mm", "length": "8 mm"}
ANEURYSM = {"shape": "surface", "file": "gmsh:aneurysm_data.stl", "unit": "mm"}
#: Vessel, mean speed, mesh. A wall size as large as the cells leaves one layer at the wall.
VESSELS: dict[str, tuple[dict[str, Any], str, dict[str, str]]] = {
    "bend": (BEND, "0.15 m/s", {}),
    "bifurcation": (BIFURCATION, "0.15 m/s", {}),
    "stenosis": (STENOSIS, "0.15 m/s", {}),
    "channel": (CHANNEL, "10 mm/s", {}),
    "channel, one layer": (CHANNEL, "10 mm/s", {"wall_size": "0.12 mm"}),
    "aneurysm": (ANEURYSM, "0.1 m/s", {}),
    "aneurysm, one layer": (ANEURYSM, "0.1 m/s", {"wall_size": "1 mm"}),
}


def idle(diameter: str) -> dict[str, Any]:
    """A carrier that floats and that no force of the case moves."""
    return {
        "name": diameter,
        "kind": "bead",
        "diameter": diameter,
        "magnetic_fraction": 0.1,
        "core_diameter": "10 nm",
        "density": "1060 kg/m^3",
        "count": COUNT,
    }


@pytest.mark.slow
@pytest.mark.parametrize("vessel", VESSELS)
def test_nothing_is_captured_without_a_force(vessel: str, tmp_path: Path) -> None:
    shape, speed, sizes = VESSELS[vessel]
    case, _ = from_tables(
        {
            "title": f"no force, {vessel}",
            "vessel": shape,
            "blood": {"viscosity": "3.5 mPa*s", "density": "1060 kg/m^3"},
            "flow": {"inlet": {"mean_velocity": speed}},
            "carrier": [idle("20 nm"), idle("15 um")],
            "capture": {"forces": ["drag"], "control": False},
            "mesh": {"resolution": "coarse", **sizes},
        },
        folder=Path(),
    )
    rows = run(case, tmp_path, figures=False).summary["capture"]
    found = {
        row["carrier"]: (row["efficiency_flux"]["value"], row["efficiency_area"]["value"])
        for row in rows
    }
    assert found == {"20 nm": (0.0, 0.0), "15 um": (0.0, 0.0)}

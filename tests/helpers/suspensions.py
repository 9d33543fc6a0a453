"""Cases of a suspension in a vessel of cells as large as asked for, and fields of closed form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray
from magcap.case import Case
from magcap.constants import MU_0
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.solvers import flow, solenoidal, suspension
from magcap.solvers.results import FieldSample, FlowField, SuspensionField

R, LENGTH, MU, RHO = 1e-3, 6e-3, 3.5e-3, 1060.0
#: Saturation moment of one carrier in A m²: a fifth of a sphere of 1 um, 446 kA/m.
MOMENT = 446e3 * 0.2 * np.pi / 6 * 1e-18


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A vessel with its flow, before there is a suspension."""

    case: Case
    lumen: Lumen
    flow: FlowField

    def solve(
        self, sample: FieldSample, concentration: float, *, coupling: str = "two-way", **table: Any
    ) -> SuspensionField:
        """The suspension of this many carriers per m³ in a field."""
        return suspension.solve(
            self.lumen,
            self.with_suspension(concentration, coupling=coupling, **table),
            self.flow,
            sample,
            comm=MPI.COMM_SELF,
        )

    def with_suspension(self, concentration: float, **table: Any) -> Case:
        """The case with a suspension."""
        data = self.case.model_dump(mode="json", exclude_defaults=True)
        given = {"concentration": f"{concentration!r} 1/m^3", **table}
        return vessel_case(data["title"], suspension=given)


_VESSELS: dict[str, dict[str, Any]] = {
    "tube": {"shape": "tube", "radius": "1 mm", "length": "6 mm"},
    "bend": {
        "shape": "bend",
        "radius": "1 mm",
        "bend_radius": "4 mm",
        "angle": "60 deg",
        "inlet_length": "1 mm",
        "outlet_length": "1 mm",
    },
}


def vessel_case(title: str, *, suspension: dict[str, Any] | None = None) -> Case:
    """A case that its title describes: vessel, size of cells in mm, mean velocity in m/s."""
    vessel, size, speed = title.split()
    data: dict[str, Any] = {
        "title": title,
        "vessel": _VESSELS[vessel],
        "flow": {"inlet": {"mean_velocity": f"{speed} m/s"}},
        "mesh": {"lumen_size": f"{size} mm", "wall_size": f"{size} mm"},
        "capture": {"forces": ["magnetic", "drag"]},
        "carrier": [
            {
                "name": "bead",
                "kind": "bead",
                "diameter": "1 um",
                "magnetic_fraction": 0.2,
                "magnetization": "linear-saturating",
                "susceptibility": 3.0,
                "fluid": {"viscosity": "1 Pa*s", "density": "1060 kg/m^3"},
            }
        ],
    }
    return Case.model_validate(data | ({"suspension": suspension} if suspension else {}))


def ground(title: str) -> Ground:
    """The vessel of `vessel_case` with its flow. Carriers drift little: their fluid is thick."""
    case = vessel_case(title)
    lumen = build_lumen(case.vessel, case.mesh)
    found = flow.solve(lumen, case.blood, case.flow, comm=MPI.COMM_SELF)
    reference = solenoidal.reconstruct(lumen, found.velocity).reference
    return Ground(case=case, lumen=lumen, flow=replace(found, reference_velocity=reference))


def along_x(points: FloatArray, gradient: float) -> FieldSample:
    """|B| = 2 T + gradient·x, so that saturated carriers feel the same force everywhere."""
    B, slope = np.zeros_like(points), np.zeros_like(points)
    B[:, 0] = 2.0 + gradient * points[:, 0]
    slope[:, 0] = gradient * B[:, 0]
    return FieldSample(points=points, B=B, grad_half_B2=slope, grad_B=np.zeros((len(B), 3, 3)))


def no_field(points: FloatArray) -> FieldSample:
    """Nothing."""
    zero = np.zeros_like(points)
    return FieldSample(points=points, B=zero, grad_half_B2=zero, grad_B=np.zeros((len(zero), 3, 3)))


def dipole(points: FloatArray, center: FloatArray, moment: FloatArray) -> FieldSample:
    """B and ½∇|B|² of a point dipole in A m²; |B|² = c²(3 s²/r⁸ + m²/r⁶), s = m·r."""
    c = MU_0 / (4 * np.pi)
    away = points - center
    r = np.linalg.norm(away, axis=1)[:, None]
    s, square = (away @ moment)[:, None], float(moment @ moment)
    B = c * (3 * s * away / r**5 - moment / r**3)
    slope = c**2 * (3 * s * moment / r**8 - 12 * s**2 * away / r**10 - 3 * square * away / r**8)
    return FieldSample(points=points, B=B, grad_half_B2=slope, grad_B=np.zeros((len(B), 3, 3)))

"""The vessel: its outline, or what is wrong with it."""

from __future__ import annotations

from magcap.case import Mesh, Stenosis, SurfaceVessel, VesselBase
from magcap.errors import CaseError
from magcap.geometry.lumen import AnyVessel, Outline, expected_cells, outline

from .tables import direction_faults


def outline_or_faults(vessel: AnyVessel | None) -> tuple[Outline | None, list[str]]:
    """The vessel's outline, or its faults."""
    if vessel is None:
        return None, []
    faults: list[str] = []
    if isinstance(vessel, VesselBase):
        faults += direction_faults(vessel.axis, "vessel.axis")
        faults += direction_faults(getattr(vessel, "toward", None), "vessel.toward")
    if isinstance(vessel, Stenosis) and vessel.severity >= 1.0:
        faults.append(
            f"`vessel.severity` must be below 100 %, got {100 * vessel.severity:.4g} %: "
            "a closed vessel has no flow."
        )
    if faults:
        return None, faults
    try:
        return outline(vessel), []
    except CaseError as error:
        return None, list(error.faults)


def mesh_faults(vessel: AnyVessel | None, mesh: Mesh | None, shape: Outline | None) -> list[str]:
    """Sizes of cells with which the lumen cannot be meshed."""
    if vessel is None or mesh is None or shape is None:
        return []
    if isinstance(vessel, SurfaceVessel) and mesh.lumen_size is None and mesh.wall_size is None:
        return []  # the sizes of the resolutions fit every surface
    try:
        expected_cells(vessel, mesh, shape)
    except CaseError as error:
        return list(error.faults)
    return []

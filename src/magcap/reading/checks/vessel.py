"""The vessel: its outline, or what is wrong with it."""

from __future__ import annotations

from magcap.case import Bend, Mesh, Stenosis, SurfaceVessel, VesselBase
from magcap.errors import CaseError
from magcap.geometry.lumen import AnyVessel, Outline, expected_cells, outline

from .tables import direction_faults

#: Longest vessel, branches summed up, in its diameters, and coarse cells in one of these.
MOST_DIAMETERS, CELLS_PER_DIAMETER = 5000, 620


def outline_or_faults(vessel: AnyVessel | None) -> tuple[Outline | None, list[str]]:
    """The vessel's outline, or its faults."""
    if vessel is None:
        return None, []
    faults: list[str] = []
    if isinstance(vessel, VesselBase):
        faults += direction_faults(vessel.axis, "vessel.axis")
        faults += direction_faults(getattr(vessel, "toward", None), "vessel.toward")
        faults += direction_faults(
            getattr(vessel, "width_direction", None), "vessel.width_direction"
        )
    if isinstance(vessel, Stenosis) and vessel.severity >= 1.0:
        faults.append(
            f"`vessel.severity` must be below 100 %, got {100 * vessel.severity:.4g} %: "
            "a closed vessel has no flow."
        )
    if faults:
        return None, faults
    try:
        shape = outline(vessel)
    except CaseError as error:
        return None, list(error.faults)
    faults += _slender(vessel, shape)
    return (None, faults) if faults else (shape, [])


def _slender(vessel: AnyVessel, shape: Outline) -> list[str]:
    """A vessel with so many diameters that nothing could solve for the flow in it."""
    if shape.diameters <= MOST_DIAMETERS:
        return []
    key = "length" if hasattr(vessel, "length") else "file"
    key = "inlet_length" if isinstance(vessel, Bend) else key
    return [
        f"`vessel.{key}` makes a vessel of {shape.length:.3g} m, {shape.diameters:.3g} of its "
        f"diameters, which asks for {CELLS_PER_DIAMETER * shape.diameters:.1e} cells or more; at "
        f"most {MOST_DIAMETERS} diameters are solved for. Take the part around the magnets; are "
        "the units right?"
    ]


def mesh_faults(vessel: AnyVessel | None, mesh: Mesh | None, shape: Outline | None) -> list[str]:
    """Sizes of cells with which the lumen cannot be meshed."""
    if vessel is None or mesh is None or shape is None:
        return []
    if isinstance(vessel, SurfaceVessel) and mesh.lumen_size is None and mesh.wall_size is None:
        return []  # counting takes as long as reading: who meshes or foretells does it
    try:
        expected_cells(vessel, mesh, shape)
    except CaseError as error:
        return list(error.faults)
    return []

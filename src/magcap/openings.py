"""The open ends of a vessel as far as a case file tells, and whether its files are there."""

from __future__ import annotations

from pathlib import Path

from magcap.case import Bifurcation, Centerline, SurfaceVessel, VesselBase
from magcap.errors import CaseError

AnyVessel = VesselBase | Centerline | SurfaceVessel


def outlet_names(vessel: AnyVessel) -> list[str]:
    """Names of the outlets.

    Raises
    ------
    CaseError
        If the vessel is a surface that cannot be read.
    """
    if isinstance(vessel, SurfaceVessel):
        from magcap.geometry.surface import inspect_surface

        return [o.name for o in inspect_surface(vessel).openings if o.role == "outlet"]
    return ["outlet_1", "outlet_2"] if isinstance(vessel, Bifurcation) else ["outlet"]


def vessel_file_faults(vessel: AnyVessel) -> list[str]:
    """Faults of the file of a vessel that is read from one."""
    if isinstance(vessel, SurfaceVessel):
        from magcap.geometry.surface import surface_faults

        return list(surface_faults(vessel))
    if isinstance(vessel, Centerline):
        return file_faults(vessel.file, "vessel.file")
    return []


def file_faults(path: Path, where: str) -> list[str]:
    """A file must be there and be readable."""
    try:
        if not path.exists():
            return [f"`{where}`: the file {path} is not there."]
        if not path.is_file():
            return [f"`{where}`: {path} is not a file."]
        if path.stat().st_size == 0:
            return [f"`{where}`: the file {path} is empty."]
    except OSError as error:
        return [f"`{where}`: {path} cannot be read ({error.strerror})."]
    except ValueError:
        raise CaseError(f"`{where}` must be the name of a file.") from None
    return []

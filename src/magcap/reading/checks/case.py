"""All checks of a case that need more than one value; each fault is a sentence with its path.

Every check takes the tables that it needs and is skipped where one of them is faulty itself.
"""

from __future__ import annotations

from magcap.case import Background, Case, IronBase, MagnetBase, Placed
from magcap.errors import CaseError
from magcap.geometry.lumen import Outline
from magcap.geometry.observers import grid_faults
from magcap.reading import Draft

from . import iron, magnets
from .carriers import carrier_faults
from .coils import coil_faults, coil_overlaps
from .field_maps import map_faults
from .flow import blood_faults, entered, flow_faults, release_faults
from .solids import resolved, solid_faults
from .tables import (
    capture_faults,
    direction_faults,
    lift_faults,
    pose_faults,
    suspension_faults,
    target_faults,
    tissue_faults,
    wall_faults,
)
from .vessel import mesh_faults, outline_or_faults


def cross_faults(draft: Draft) -> tuple[list[str], Outline | None]:
    """All faults between the values of `draft`, and the vessel's outline if it has one."""
    shape, vessel_faults = outline_or_faults(draft.vessel)
    shape, inlet_faults = entered(shape, draft.flow)
    solids = resolved(draft.magnet, draft.iron)
    checks: list[list[str]] = [
        _shapeless(draft),
        list(solids.faults) or solid_faults(solids, draft.tissue, draft.mesh, shape),
        coil_faults(draft.coil) or coil_overlaps(draft.coil, solids, draft.tissue, shape),
        map_faults(draft.field_map, shape, draft.probe, solids),
        grid_faults(draft.grid),
        _background(draft.background),
        vessel_faults,
        mesh_faults(draft.vessel, draft.mesh, shape),
        inlet_faults,
        flow_faults(draft.flow, None if inlet_faults else shape),
        tissue_faults(draft.tissue),
        target_faults(draft.target, shape),
        blood_faults(draft.blood),
        _with_unit(carrier_faults(draft.carrier, shape, draft.blood), shape),
        capture_faults(draft.capture),
        release_faults(draft.capture, draft.flow),
        suspension_faults(
            draft.suspension, draft.carrier, draft.flow, None if inlet_faults else shape
        ),
        wall_faults(draft.capture, draft.carrier),
        lift_faults(draft.capture, draft.carrier),
        direction_faults(draft.depth.direction if draft.depth else None, "depth.direction"),
    ]
    return [fault for faults in checks for fault in faults], shape


def _with_unit(faults: list[str], shape: Outline | None) -> list[str]:
    """Faults of carriers that do not fit, and whether the unit of the vessel is to blame."""
    doubts = () if shape is None else shape.notes
    return faults + [note for note in doubts if faults and note.startswith("`vessel.unit`")]


def check_bodies(case: Case) -> None:
    """Check the magnets, iron and coils of a case that may not come from `magcap.load`.

    Each in itself, and without the files that they name, which are checked when they are read.

    Raises
    ------
    CaseError
        With all faults.
    """
    faults = [
        *magnets.magnet_faults(case.magnet),
        *iron.iron_faults(case.iron),
        *coil_faults(case.coil),
    ]
    if faults:
        raise CaseError(faults)


def _shapeless(draft: Draft) -> list[str]:
    """Material and pose of bodies whose shape is wrong."""
    faults: list[str] = []
    for path, part in draft.shapeless.items():
        match part:
            case MagnetBase():
                faults += magnets.shapeless_faults(part, path)
            case IronBase():
                faults += iron.shapeless_faults(part, path)
            case Placed():
                faults += pose_faults(part, path)
    return faults


def _background(background: Background | None) -> list[str]:
    if background is None or background.gradient is None:
        return []
    g = background.gradient
    size = max(abs(value) for row in g for value in row)
    faults = []
    trace = g[0][0] + g[1][1] + g[2][2]
    if abs(trace) > 1e-6 * size:
        faults.append(
            f"`background.gradient` must be trace-free (div B = 0), got a trace of {trace:.6g} T/m."
        )
    skew = max(((abs(g[i][j] - g[j][i]), i, j) for i in range(3) for j in range(i)), default=None)
    if skew is not None and skew[0] > 1e-6 * size:
        _, i, j = skew
        faults.append(
            "`background.gradient` must be symmetric (curl B = 0 where no current flows), got "
            f"{g[i][j]:g} T/m in row {i + 1}, column {j + 1} and {g[j][i]:g} T/m in row {j + 1}, "
            f"column {i + 1}."
        )
    return faults

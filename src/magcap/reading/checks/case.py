"""Checks of a case that need more than one value; each fault is a sentence with its path.

Every check takes the tables that it needs and is skipped where one of them is faulty itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from magcap.case import (
    Background,
    Blood,
    Capture,
    Carrier,
    Coil,
    DepthOptions,
    FieldMapTable,
    Flow,
    Grid,
    Iron,
    Magnet,
    Mesh,
    Probe,
    Stenosis,
    Target,
    Tissue,
    VesselBase,
)
from magcap.errors import CaseError
from magcap.geometry.lumen import AnyVessel, Outline, outline
from magcap.reading import choices, resolved, shown

from .carriers import carrier_faults, median_diameter
from .coil_checks import coil_faults, coil_overlaps
from .iron_checks import iron_faults, solid_faults
from .map_checks import grid_faults, map_faults
from .tables import (
    blood_faults,
    capture_faults,
    direction_faults,
    faults_of_each,
    target_faults,
    tissue_faults,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The tables of a case that are right in themselves; None in place of the others."""

    magnet: tuple[Magnet | None, ...]
    iron: tuple[Iron | None, ...]
    coil: tuple[Coil | None, ...]
    field_map: tuple[FieldMapTable | None, ...]
    grid: tuple[Grid | None, ...]
    background: Background | None
    vessel: AnyVessel | None
    tissue: Tissue | None
    target: Target | None
    blood: Blood | None
    flow: Flow | None
    carrier: tuple[Carrier | None, ...]
    capture: Capture | None
    mesh: Mesh | None
    probe: tuple[Probe | None, ...]
    depth: DepthOptions | None


def cross_faults(draft: Draft) -> tuple[list[str], Outline | None]:
    """All faults between the values of `draft`, and the vessel's outline if it has one."""
    shape, vessel_faults = _shape(draft.vessel)
    solids = resolved(draft.magnet, draft.iron)
    checks: list[list[str]] = [
        [*_magnets(draft.magnet), *iron_faults(draft.iron)]
        or solid_faults(solids, draft.tissue, draft.mesh, shape),
        coil_faults(draft.coil) or coil_overlaps(draft.coil, solids, draft.tissue, shape),
        map_faults(draft.field_map, shape, draft.probe, solids),
        grid_faults(draft.grid),
        _background(draft.background),
        vessel_faults,
        _flow(draft.flow, shape),
        tissue_faults(draft.tissue),
        target_faults(draft.target) or _segment(draft.target, shape),
        blood_faults(draft.blood),
        _carriers(draft.carrier, shape),
        capture_faults(draft.capture),
        direction_faults(draft.depth.direction if draft.depth else None, "depth.direction"),
    ]
    return [fault for faults in checks for fault in faults], shape


def _magnets(magnets: Sequence[Magnet | None]) -> list[str]:
    """Each magnet in itself."""
    from .magnets import magnet_faults

    return faults_of_each(magnets, "magnet", magnet_faults)


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


def _shape(vessel: AnyVessel | None) -> tuple[Outline | None, list[str]]:
    """The vessel's outline, or its faults."""
    if vessel is None:
        return None, []
    faults: list[str] = []
    if isinstance(vessel, VesselBase):
        faults += direction_faults(vessel.axis, "vessel.axis")
        faults += direction_faults(getattr(vessel, "toward", None), "vessel.toward")
    if isinstance(vessel, Stenosis):
        faults += _stenosis(vessel)
    if faults:
        return None, faults
    try:
        return outline(vessel), []
    except CaseError as error:
        return None, list(error.faults)


def _stenosis(vessel: Stenosis) -> list[str]:
    faults = []
    if vessel.severity >= 1.0:
        faults.append(
            f"`vessel.severity` must be below 100 %, got {100 * vessel.severity:.4g} %: "
            "a closed vessel has no flow."
        )
    return faults


def _flow(flow: Flow | None, shape: Outline | None) -> list[str]:
    return [] if flow is None else _inlet(flow) + _outlets(flow, shape)


def _inlet(flow: Flow) -> list[str]:
    inlet = flow.inlet
    ways = ("mean_velocity", "flow_rate", "waveform")
    given = [way for way in ways if getattr(inlet, way) is not None]
    if given == ["flow_rate", "waveform"]:
        return []  # the mean of the waveform, filled in by the loader
    if len(given) == 1:
        return []
    got = " and ".join(given) if given else "none"
    return [f"`flow.inlet` must have exactly one of {', '.join(ways)}, got {got}."]


def _segment(target: Target | None, shape: Outline | None) -> list[str]:
    """A segment must begin inside the vessel (whose length is not known well for surfaces)."""
    if target is None or target.from_ is None or shape is None or shape.axis is None:
        return []
    if target.from_ < shape.length:
        return []
    return [
        f"`target.from` must be less than the vessel's length of {shape.length:g} m, got "
        f"{target.from_:g} m."
    ]


def _outlets(flow: Flow, shape: Outline | None) -> list[str]:
    faults = []
    known = None if shape is None else [opening.name for opening in shape.outlets]
    seen: set[str] = set()
    for i, outlet in enumerate(flow.outlet, start=1):
        path = f"flow.outlet[{i}]"
        if outlet.name in seen:
            faults.append(f"`{path}.name` {shown(outlet.name)} is given twice.")
        elif known is not None and outlet.name not in known:
            faults.append(
                f"`{path}.name` must be an outlet of the vessel ({choices(known)}), "
                f"got {shown(outlet.name)}."
            )
        seen.add(outlet.name)
        if (outlet.pressure is None) == (outlet.flow_fraction is None):
            got = "neither" if outlet.pressure is None else "both"
            faults.append(f"`{path}` must have a pressure or a flow_fraction, got {got}.")
    return faults + _fractions(flow, known)


def _fractions(flow: Flow, known: Sequence[str] | None) -> list[str]:
    fractions = [o.flow_fraction for o in flow.outlet if o.flow_fraction is not None]
    total = math.fsum(fractions)
    everywhere = known is not None and len(fractions) == len(known)
    if everywhere and abs(total - 1.0) > 1e-6:
        return [
            "`flow.outlet` must have flow fractions that add up to 1 when every outlet has one, "
            f"got {total:.6g}."
        ]
    if total > 1.0 + 1e-6:
        return [f"`flow.outlet` must have flow fractions that add up to 1 at most, got {total:g}."]
    return []


def _carriers(carriers: Sequence[Carrier | None], shape: Outline | None) -> list[str]:
    faults = []
    seen: set[str] = set()
    for i, carrier in enumerate(carriers, start=1):
        if carrier is None:
            continue
        path = f"carrier[{i}]"
        if carrier.name in seen:
            faults.append(f"`{path}.name` {shown(carrier.name)} is given twice.")
        seen.add(carrier.name)
        faults += carrier_faults(carrier, path)
        if shape is not None and median_diameter(carrier) >= shape.narrowest:
            faults.append(
                f"`{path}.diameter` must be smaller than the vessel's smallest radius of "
                f"{shape.narrowest:g} m, got {median_diameter(carrier):g} m."
            )
    return faults

"""Checks inside one table of a case that need more than one value; and of the suspension.

Faults are sentences.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from magcap.case import (
    LIFTS,
    AdhesionWall,
    Capture,
    Carrier,
    Flow,
    Model,
    Placed,
    SegmentTarget,
    Suspension,
    Target,
    ThresholdWall,
    Tissue,
    Vector,
)
from magcap.errors import CaseError
from magcap.geometry.lumen import Outline
from magcap.geometry.scene import given_mm
from magcap.reading import choices, shown
from magcap.solvers import carriers, laws

from .carriers import median_diameter

#: Spheres of one size touch from about this share of the volume on.
_FULL = 0.6
#: Largest height of asperities in radii for which the near-contact resistances hold.
_ROUGHEST = 0.1

#: Sizes of magnets, iron and coils; each shape has some of them.
_SIZES = (
    "diameter",
    "inner_diameter",
    "outer_diameter",
    "bottom_diameter",
    "top_diameter",
    "height",
    "thickness",
    "separation",
    "size",
    "inner_size",
)
#: Smallest and largest dimension of a body in m.
SMALLEST, LARGEST = 1e-6, 10.0
#: Bodies further than this from the origin in m are taken for a slip of the unit.
FARTHEST = 100.0


def direction_faults(vector: Sequence[float] | None, path: str) -> list[str]:
    """A direction must have a length."""
    if vector is None or 0 < math.hypot(*vector) < math.inf:
        return []
    return [f"`{path}` must be a direction, a list of 3 numbers that are not all 0."]


def size_faults(table: Model, path: str) -> Iterator[str]:
    """Sizes that no magnet, iron part or coil has, and bores that are wider than the body."""
    for key in _SIZES:
        value = getattr(table, key, None)
        several = enumerate(value, 1) if isinstance(value, tuple) else ()
        sizes = {f"{key}[{i}]": one for i, one in several} or {key: value}
        for name, size in sizes.items():
            if size is not None and not SMALLEST <= size <= LARGEST:
                yield f"`{path}.{name}` must be between 1 um and 10 m, got {size:.3g} m."
    inner, outer = (getattr(table, f"{side}_diameter", None) for side in ("inner", "outer"))
    if inner is not None and outer is not None and inner >= outer:
        yield (
            f"`{path}.inner_diameter` must be smaller than the outer diameter, "
            f"got {given_mm(inner)} and {given_mm(outer)}."
        )


def pose_faults(table: Placed, path: str) -> Iterator[str]:
    """Directions and place of a magnet, an iron part or a winding."""
    if table.axis is not None and table.rotation is not None:
        yield f"`{path}` must have either `axis` or `rotation`, not both."
    yield from axis_faults(table.axis, f"{path}.axis")
    if table.rotation is not None:
        yield from axis_faults(table.rotation.axis, f"{path}.rotation.axis")
    yield from place_faults(table.center, f"{path}.center")


def axis_faults(vector: Vector | None, path: str) -> Iterator[str]:
    """A vector that is used as a direction of a body, if it is given."""
    if vector is not None and not 1e-150 < math.hypot(*vector) < 1e150:
        yield f"`{path}` must be a direction, not {list(vector)}."


def place_faults(point: Vector, path: str) -> Iterator[str]:
    """A place that is so far away that the unit must be wrong."""
    if math.hypot(*point) > FARTHEST:
        yield (
            f"`{path}` must be within {FARTHEST:g} m of the origin, got "
            f"{math.hypot(*point):.3g} m; is the unit right?"
        )


def tissue_faults(tissue: Tissue | None) -> list[str]:
    """The direction of the skin."""
    return direction_faults(getattr(tissue, "normal", None), "tissue.normal")


def target_faults(target: Target | None, shape: Outline | None) -> list[str]:
    """A segment must begin inside the vessel (whose length is not known well for surfaces)."""
    if not isinstance(target, SegmentTarget):
        return []
    if target.from_ >= target.to:
        return [
            f"`target.to` must be beyond `target.from`, got {target.to:g} m and {target.from_:g} m."
        ]
    if shape is None or shape.axis is None or target.from_ < shape.length:
        return []
    return [
        f"`target.from` must be less than the vessel's length of {shape.length:g} m, got "
        f"{target.from_:g} m."
    ]


def capture_faults(capture: Capture | None) -> list[str]:
    if capture is None:
        return []
    twice = {force for force in capture.forces if capture.forces.count(force) > 1}
    faults = [f"`capture.forces` has {shown(force)} twice." for force in sorted(twice)]
    if "drag" not in capture.forces:
        faults.append('`capture.forces` must have "drag": without it nothing carries the carriers.')
    if math.hypot(*capture.gravity) > 1e4:
        faults.append("`capture.gravity` must be an acceleration in m/s^2 such as [0, 0, -9.81].")
    return faults


def wall_faults(capture: Capture | None, carriers: Sequence[Carrier | None]) -> list[str]:
    """Roughness, reach and lever that do not fit the smallest carrier."""
    radii = [0.5 * median_diameter(one) for one in carriers if one is not None]
    if capture is None or not radii:
        return []
    wall, radius = capture.wall, min(radii)
    faults = []
    if isinstance(wall, ThresholdWall | AdhesionWall):
        key = "roughness" if isinstance(wall, ThresholdWall) else "reach"
        height: float | None = getattr(wall, key)
        if height is not None and height > _ROUGHEST * radius:
            faults.append(
                f"`capture.wall.{key}` must be at most a tenth of the radius of the smallest "
                f"carrier, {radius:g} m, got {height:g} m."
            )
        if wall.lever is not None and wall.lever > radius:
            faults.append(
                "`capture.wall.lever` must be at most the radius of the smallest carrier, "
                f"{radius:g} m, got {wall.lever:g} m."
            )
    return faults


def lift_faults(capture: Capture | None, carriers: Sequence[Carrier | None]) -> list[str]:
    """A lift that is named beside the group, a lift of soft carriers where none is soft."""
    if capture is None:
        return []
    faults = []
    if "lift" in capture.forces:
        faults += [
            f'`capture.forces` has {shown(one)} twice: "lift" stands for it as well.'
            for one in LIFTS
            if one in capture.forces
        ]
    soft = any(carrier is None or carrier.softness is not None for carrier in carriers)
    if "deformability-lift" in capture.forces and not soft:
        faults.append(
            '`capture.forces` has "deformability-lift", but no carrier has a `softness`: a number '
            "such as 0.1, its f(1 - v); a rigid carrier has no such lift."
        )
    return faults


def suspension_faults(
    suspension: Suspension | None,
    kinds: Sequence[Carrier | None],
    flow: Flow | None,
    shape: Outline | None,
) -> list[str]:
    """Faults of the suspension, with the carriers, the flow and the vessel it is for."""
    if suspension is None:
        return []
    faults = [*_amount(suspension), *_named(suspension, kinds)]
    if not faults:
        faults += _crowded(suspension, kinds)
    if flow is not None:
        faults += _of_flow(suspension, flow)
        if shape is not None:
            faults += _stream(suspension, shape)
    return faults


def _amount(suspension: Suspension) -> Iterator[str]:
    given = [key for key in ("concentration", "iron") if getattr(suspension, key) is not None]
    if len(given) != 1:
        yield (
            "`suspension` must have one of concentration and iron, e.g. "
            'concentration = "1e6 1/ml" (carriers per volume of blood) or iron = "0.5 mg/ml", got '
            f"{' and '.join(given) or 'none'}."
        )


def _named(suspension: Suspension, kinds: Sequence[Carrier | None]) -> Iterator[str]:
    names = [kind.name for kind in kinds if kind is not None]
    if len(names) < len(kinds):
        return
    if suspension.carrier is None and len(names) > 1:
        yield f"`suspension.carrier` must name one of the carriers ({choices(names)}), got none."
    elif suspension.carrier is not None and suspension.carrier not in names:
        yield (
            f"`suspension.carrier` must be a carrier of the case ({choices(names)}), "
            f"got {shown(suspension.carrier)}."
        )


def _crowded(suspension: Suspension, kinds: Sequence[Carrier | None]) -> Iterator[str]:
    """Iron in carriers that have none, and more carriers than the blood has room for."""
    found = [k for k in kinds if k is not None and suspension.carrier in (None, k.name)]
    if len(found) != 1:
        return
    try:
        one = carriers.mean(found[0])
    except CaseError:  # the carrier's own checks say so
        return
    if suspension.iron is not None and one.iron <= 0.0:
        yield (
            f"`suspension.iron` needs carriers whose iron is known, but {shown(found[0].name)} has "
            "neither iron_mass nor magnetic_volume nor magnetic_fraction: give "
            "`suspension.concentration`."
        )
        return
    count = suspension.concentration or (suspension.iron or 0.0) / one.iron
    share = laws.volume_share(count, one.volume)
    if share > _FULL:
        key = "iron" if suspension.concentration is None else "concentration"
        yield (
            f"`suspension.{key}` must leave room for the blood, got {count:.3g} carriers per m^3, "
            f"which take {100 * share:.3g} % of its volume."
        )


def _of_flow(suspension: Suspension, flow: Flow) -> Iterator[str]:
    names = flow.inlet_names or ("inlet",)
    if suspension.inlet is not None and suspension.inlet not in names:
        yield (
            f"`suspension.inlet` must be an inlet of the flow ({choices(names)}), "
            f"got {shown(suspension.inlet)}."
        )
    if suspension.stream is not None and suspension.inlet is None and len(flow.inlets) > 1:
        yield (
            f"`suspension.inlet` must name the inlet ({choices(names)}) that "
            "`suspension.stream` is a part of, got none."
        )
    if suspension.coupling == "two-way" and flow.regime == "pulsatile":
        yield (
            '`suspension.coupling` = "two-way" is for `flow.regime` = "steady", got "pulsatile": '
            'write "one-way", which tells whether the carriers would move the blood.'
        )


def _stream(suspension: Suspension, shape: Outline) -> Iterator[str]:
    """A stream that misses its inlet."""
    stream = suspension.stream
    ends = [one for one in shape.inlets if suspension.inlet in (None, one.name)]
    if stream is None or len(ends) != 1:
        return
    away = np.array(stream.center) - np.array(ends[0].center)
    along = float(away @ np.array(ends[0].normal))
    across = math.sqrt(max(float(away @ away) - along**2, 0.0))
    if across >= stream.radius + ends[0].radius:
        center = ", ".join(f"{1e3 * x:.3g}" for x in ends[0].center)
        yield (
            f"`suspension.stream` must overlap the inlet, whose centre is ({center}) mm and whose "
            f"radius {1e3 * ends[0].radius:.3g} mm; it is {1e3 * across:.3g} mm beside it."
        )

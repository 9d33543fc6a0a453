"""Checks inside one table of a case that need more than one value; faults are sentences."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from magcap.case import Blood, Capture, Target, Tissue
from magcap.reading import shown


def faults_of_each[T](
    tables: Sequence[T | None], path: str, check: Callable[[Sequence[T]], Sequence[str]]
) -> list[str]:
    """Faults of each table in itself; indices stay right where one of the list is faulty."""
    return [
        fault.replace(f"`{path}[1]", f"`{path}[{number}]")
        for number, table in enumerate(tables, start=1)
        if table is not None
        for fault in check([table])
    ]


def direction_faults(vector: Sequence[float] | None, path: str) -> list[str]:
    """A direction must have a length."""
    if vector is None or 0 < math.hypot(*vector) < math.inf:
        return []
    return [f"`{path}` must be a direction, a list of 3 numbers that are not all 0."]


def tissue_faults(tissue: Tissue | None) -> list[str]:
    if tissue is None:
        return []
    faults = []
    if not tissue.layer:
        faults.append("`tissue.layer` must have at least 1 entry, got an empty list.")
    if tissue.shape == "slab":
        for key in ("skin", "normal"):
            if getattr(tissue, key) is None:
                what = "a point on the skin" if key == "skin" else "the direction out of the body"
                faults.append(f"`tissue.{key}` is missing: {what}, as tissue in slabs needs it.")
    else:
        for key in ("skin", "normal"):
            if getattr(tissue, key) is not None:
                faults.append(
                    f"`tissue.{key}` belongs to tissue in slabs; remove it or take "
                    '`tissue.shape` = "slab".'
                )
    return faults + direction_faults(tissue.normal, "tissue.normal")


#: Keys of a target by its shape.
_TARGET = {"sphere": ("center", "radius"), "box": ("center", "size"), "segment": ("from", "to")}


def target_faults(target: Target | None) -> list[str]:
    if target is None:
        return []
    values = {
        "center": target.center,
        "radius": target.radius,
        "size": target.size,
        "from": target.from_,
        "to": target.to,
    }
    keys = _TARGET[target.shape]
    faults = [
        f"`target.{key}` is missing: a {target.shape} has {' and '.join(keys)}."
        for key in keys
        if values[key] is None
    ]
    faults += [
        f"`target.{key}` does not belong to a {target.shape}, which has {' and '.join(keys)}."
        for key, value in values.items()
        if value is not None and key not in keys
    ]
    if target.from_ is not None and target.to is not None and target.from_ >= target.to:
        faults.append(
            f"`target.to` must be beyond `target.from`, got {target.to:g} m and {target.from_:g} m."
        )
    return faults


def blood_faults(blood: Blood | None) -> list[str]:
    if blood is None:
        return []
    faults = []
    if blood.hematocrit >= 1.0:
        faults.append(
            f"`blood.hematocrit` must be a fraction below 1, got {blood.hematocrit:g}; "
            'write "45 %" or 0.45.'
        )
    if not 250.0 < blood.temperature < 350.0:
        faults.append(
            '`blood.temperature` must be that of a liquid such as "37 degC", '
            f"got {blood.temperature - 273.15:.4g} degC."
        )
    thin = blood.infinite_shear_viscosity > blood.zero_shear_viscosity
    if blood.model == "carreau-yasuda" and thin:
        faults.append(
            "`blood.infinite_shear_viscosity` must be at most `blood.zero_shear_viscosity`, got "
            f"{blood.infinite_shear_viscosity:g} and {blood.zero_shear_viscosity:g} Pa*s."
        )
    return faults


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

"""Which openings of a vessel are inlets: its own one, or those that the case names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from magcap.case import Bifurcation, YChannel
from magcap.errors import CaseError
from magcap.geometry.mesh import Lumen, Opening

from .outlines import AnyVessel, Outline

#: Names of the openings of a vessel that splits in two, run the other way.
_MERGING = {"inlet": "outlet", "outlet_1": "inlet_1", "outlet_2": "inlet_2"}


def merges(vessel: AnyVessel) -> bool:
    """Whether two branches of a vessel come in, and its stem goes out."""
    return isinstance(vessel, YChannel | Bifurcation) and vessel.direction == "merging"


def turned[Part: (Lumen, Outline)](part: Part) -> Part:
    """A vessel that splits in two, run the other way: the arc length begins at the branches."""
    openings = [
        replace(one, name=_MERGING[one.name], role=_MERGING[one.name].split("_")[0])
        for one in part.openings
    ]
    ordered = tuple(sorted(openings, key=lambda one: one.role != "inlet"))
    if isinstance(part, Outline):
        return replace(part, openings=ordered)
    boundaries = {_MERGING.get(name, name): tag for name, tag in part.mesh.boundaries.items()}
    return replace(
        part,
        mesh=replace(part.mesh, boundaries=boundaries),
        openings=ordered,
        arc_length=part.arc_length.max() - part.arc_length,
    )


def with_inlets[Part: (Lumen, Outline)](part: Part, names: Sequence[str]) -> Part:
    """The vessel with the openings `names` as its inlets and all others as outlets.

    Without names it is the vessel as it is. Distances along it stay those from its own inlet.

    Raises
    ------
    CaseError
        If a name is no opening, or no inlet or no outlet would be left.
    """
    faults = inlet_faults(part.openings, names)
    if faults:
        raise CaseError(faults)
    if not names:
        return part
    from magcap.geometry.segmented import UNSAID

    notes = tuple(note for note in part.notes if not note.startswith(UNSAID))
    return replace(part, openings=_ordered(part.openings, names), notes=notes)


def _ordered(openings: Sequence[Opening], names: Sequence[str]) -> tuple[Opening, ...]:
    """The inlets in the order of `names`, then the outlets."""
    given = {one.name: one for one in openings}
    inlets = [replace(given[name], role="inlet") for name in names]
    outlets = [replace(one, role="outlet") for one in openings if one.name not in names]
    return (*inlets, *outlets)


def inlet_faults(openings: Sequence[Opening], names: Sequence[str | None]) -> list[str]:
    """What is wrong with `names` as the inlets, in the order of the tables [[flow.inlet]]."""
    listed = ", ".join(f'"{one.name}"' for one in openings)
    own = [one.name for one in openings if one.role == "inlet"]
    if all(name is None for name in names) and len(names) < 2:
        return [] if len(own) == 1 else [_unnamed(own, listed)]
    faults = []
    for number, name in enumerate(names, start=1):
        path = "flow.inlet.name" if len(names) == 1 else f"flow.inlet[{number}].name"
        if name is None:
            faults.append(f"`{path}` is missing: the opening by which it enters, one of {listed}.")
        elif name not in [one.name for one in openings]:
            faults.append(f'`{path}` must be an opening of the vessel ({listed}), got "{name}".')
        elif name in names[: number - 1]:
            faults.append(f'`{path}` "{name}" is given twice.')
    if len(names) >= len(openings):
        faults.append(
            f"`flow.inlet` has {len(names)} tables, but the vessel has {len(openings)} openings "
            f"({listed}), by one of which at least the blood must leave."
        )
    if not faults and len(own) > 1 and not set(own) <= set(names):
        faults.append(_unnamed(own, listed))
    return faults


def _unnamed(own: Sequence[str], listed: str) -> str:
    """No name where one is needed."""
    if not own:
        return (
            'None of the openings of the vessel is named "inlet": `flow.inlet.name` must say by '
            f"which one the blood enters, one of {listed}."
        )
    each = " and ".join(f'"{name}"' for name in own)
    return (
        f"`flow.inlet` must be a table for each inlet of the vessel, headed [[flow.inlet]], with "
        f"the names {each}."
    )

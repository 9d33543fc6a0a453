"""The path that each swept vessel of a case follows: the list of shapes with a circular section.

A new shape is a function from its table to a `Path`, registered here; its outline, its mesh and
all checks in space follow from that (docs/architecture.md has a worked example).
"""

from __future__ import annotations

from functools import singledispatch

from magcap.case import Bend, Centerline, Stenosis, Tube

from .centerline import centerline_path, check_self_approach
from .path import Path, bend_path, stenosis_path, tube_path


@singledispatch
def path_of(vessel: object) -> Path:
    """The path of a vessel, by the class of its table.

    Raises
    ------
    CaseError
        If the vessel folds, closes or comes too near to itself.
    """
    raise TypeError(f"no path along a {type(vessel).__name__}")


path_of.register(Tube, tube_path)
path_of.register(Stenosis, stenosis_path)
path_of.register(Centerline, centerline_path)


@path_of.register
def _(vessel: Bend) -> Path:
    path = bend_path(vessel)
    check_self_approach(path, "vessel.angle")
    return path

"""Bifurcations from their level function: acute ones, and daughters that differ much.

Three swept branches that share half discs fold there. So the wall of `branching`, the
same function, is contoured and meshed as that of a scanned vessel is; every wall node lies on it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Bifurcation, Mesh
from magcap.geometry.implicit import End, build_implicit_lumen, contoured, expected_cells
from magcap.geometry.mesh import Lumen

from .bifurcation import bifurcation_openings
from .branching import Branching, plane_axes
from .junction import check_parting

#: Smallest fillet radius that a mesh resolves, in radii of the parent.
SHARPEST = 0.03
#: Spacing of the grid in fillet radii and in radii of the thinner daughter.
FILLET_STEP, RADIUS_STEP = 0.6, 0.18


def build_fork(vessel: Bifurcation, shape: Branching, mesh: Mesh) -> Lumen:
    """Mesh a bifurcation inside f = 0.

    Raises
    ------
    CaseError
        If the daughters do not part.
    SolverError
        If no mesh could be made of it.
    """
    check_parting(shape)
    parent = vessel.radius
    sharpest = SHARPEST * parent
    notes: tuple[str, ...] = ()
    if shape.fillet < sharpest:
        notes = (
            f"The carina is rounded by {1e3 * sharpest:.3g} mm, the sharpest that is meshed for "
            f"these daughters, not by {1e3 * shape.fillet:.3g} mm.",
        )
        shape = replace(shape, fillet=sharpest)
    ends = _ends(shape)
    thin = min(pipe.radius for pipe in shape.pipes)
    step = min(FILLET_STEP * shape.fillet, RADIUS_STEP * thin)
    lumen = build_implicit_lumen(contoured(shape, ends, _box(shape, ends, step), step), mesh)
    axes = np.stack(plane_axes(vessel))
    points = np.array(vessel.center) + lumen.mesh.points @ axes
    return replace(
        lumen,
        mesh=replace(lumen.mesh, points=points),
        openings=bifurcation_openings(vessel, shape, axes),
        notes=(*lumen.notes, *notes),
    )


def _ends(shape: Branching) -> tuple[End, ...]:
    """Inlet and outlets in plane coordinates."""
    inlet = End(
        name="inlet",
        center=np.zeros(3),
        normal=np.array([-1.0, 0.0, 0.0]),
        radius=shape.pipes[0].parent_radius,
    )
    outlets = [
        End(
            name=f"outlet_{number}",
            center=np.append(pipe.axis_at(np.array([pipe.length]))[0], 0.0),
            normal=np.array([np.cos(pipe.turn), np.sin(pipe.turn), 0.0]),
            radius=pipe.radius,
        )
        for number, pipe in enumerate(shape.pipes, start=1)
    ]
    return (inlet, *outlets)


def _box(shape: Branching, ends: tuple[End, ...], step: float) -> tuple[FloatArray, FloatArray]:
    """Corners of a box around the lumen, a few steps beyond its ends."""
    points, reach = [end.center for end in ends], [end.radius for end in ends]
    for pipe in shape.pipes:
        s = np.linspace(0.0, pipe.length, 200)
        points += list(np.column_stack([pipe.axis_at(s), np.zeros(len(s))]))
        reach += list(pipe.radius_at(s))
    around = np.array(reach)[:, None] + 4.0 * step
    centers = np.array(points)
    return (centers - around).min(axis=0), (centers + around).max(axis=0)


def expected_fork_cells(shape: Branching, mesh: Mesh) -> int:
    """About how many cells `build_fork` makes.

    Raises
    ------
    CaseError
        If the daughters do not part.
    """
    check_parting(shape)
    first, second = shape.pipes
    area, radius = [], []
    for pipe, start in ((first, 0.0), (second, second.arc[0])):
        s = np.linspace(start, pipe.length, 201)
        r = pipe.radius_at(0.5 * (s[1:] + s[:-1]))
        area.append(2.0 * np.pi * r * np.diff(s))
        radius.append(r)
    return expected_cells(np.concatenate(area), np.concatenate(radius), mesh)

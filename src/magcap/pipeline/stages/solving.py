"""The solution of the magnetic field: what it depends on, what is asked of it, made once a run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from magcap.case import Case
from magcap.geometry.mesh import FieldMesh, Lumen
from magcap.pipeline import Context, table

if TYPE_CHECKING:
    from magcap.solvers.error import Goal
    from magcap.solvers.magnetostatics import FieldSolution
    from magcap.solvers.results import FieldError


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A solution and its estimated error, kept in memory for the stages that use it."""

    solution: FieldSolution
    estimate: FieldError


def solution_tables(case: Case) -> list[object]:
    """Tables that the solution of the field depends on."""
    parts = (*case.magnet, *case.iron, *case.coil, *case.field_map)
    options = table(case.magnetics, without=frozenset({"loads"}))
    return [[table(part) for part in parts], table(case.background), options]


def goal_of(case: Case, lumen: Lumen, context: Context) -> Goal:
    """The lumen's nodes in the target, or all of them, and the tolerance where one counts.

    Where nothing is left to finite elements there is none.
    """
    from magcap.geometry.observers import in_target
    from magcap.geometry.scene import tissue_permeability
    from magcap.solvers.error import Goal
    from magcap.solvers.iron import matter_of

    points = lumen.mesh.points
    if case.target is not None:
        inside = in_target(case.target, points, lumen.arc_length)
        points = points[inside] if inside.any() else points
    reacts = matter_of(context.scene, tissue_permeability(case.tissue)).reacts
    solved = reacts or case.magnetics.formulation == "total"
    wanted = case.mesh.tolerance if solved else None
    return Goal(points=points, tolerance=math.nan if wanted is None else wanted)


def solved_on(field_mesh: FieldMesh, case: Case, lumen: Lumen, context: Context) -> Solved:
    """The solution on the field mesh: of this run if there is one, otherwise solved now."""
    from magcap.geometry.scene import tissue_permeability
    from magcap.solvers.error import solve_and_estimate
    from magcap.solvers.magnetostatics import MagnetostaticSolver

    solved = context.recall(Solved)
    if solved is None:
        with MagnetostaticSolver(
            field_mesh,
            case.magnetics,
            comm=context.comm,
            permeability=tissue_permeability(case.tissue),
        ) as solver:
            goal = goal_of(case, lumen, context)
            solution, estimate = solve_and_estimate(solver, context.scene, goal)
        solved = Solved(solution=solution, estimate=estimate)
        context.keep(solved)
    return solved

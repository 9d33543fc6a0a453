"""The solution of the magnetic field in memory, made once a run for all stages that need it."""

from __future__ import annotations

from magcap.case import Case
from magcap.geometry.mesh import FieldMesh, Lumen
from magcap.pipeline import Context

from .solving import Solved, goal_of


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

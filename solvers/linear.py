"""PETSc solvers: options in one place, convergence checked.

`PMultigrid` is conjugate gradients with two-level p-multigrid for a symmetric positive definite
problem of order p: one Chebyshev(ICC) sweep on the fine level, the re-discretised order-1 problem
solved by one GAMG cycle. Measured against NGSolve in ``benchmarks/field.py``; plain GAMG on the
fine level takes three times as long. On more than one rank SOR replaces ICC, which gained nothing
inside block Jacobi.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from magcap.errors import SolverError
from magcap.solvers import _compat as _compat

#: JIT options of all forms: DOLFINx's default is -O2 for a generic machine.
JIT_OPTIONS: Mapping[str, Any] = {"cffi_extra_compile_args": ["-O3", "-march=native"]}

_REASONS = {
    -3: "the iterations ran out",
    -4: "the residual grew",
    -5: "the method broke down",
    -7: "the matrix is not symmetric",
    -8: "the preconditioner is not positive definite",
    -9: "a number was not finite",
    -10: "the matrix is not positive definite",
    -11: "the preconditioner failed",
}


def multigrid_options(ranks: int) -> dict[str, str]:
    """Options of `PMultigrid` on a number of ranks."""
    return {
        "ksp_type": "cg",
        "ksp_norm_type": "natural",
        "pc_type": "mg",
        "pc_mg_levels": "2",
        "pc_mg_type": "multiplicative",
        "mg_levels_ksp_type": "chebyshev",
        "mg_levels_ksp_max_it": "1",
        "mg_levels_ksp_chebyshev_esteig": "0,0.1,0,1.1",
        "mg_levels_pc_type": "icc" if ranks == 1 else "sor",
        "mg_coarse_ksp_type": "preonly",
        "mg_coarse_pc_type": "gamg",
        "mg_coarse_pc_gamg_threshold": "0.01",
    }


class PMultigrid:
    """CG with p-multigrid; a context manager that owns the PETSc objects it makes.

    Parameters
    ----------
    fine, coarse : petsc4py Mat
        The order-p and the order-1 matrix.
    interpolation : petsc4py Mat
        From order 1 to order p.
    prefix : str
        Of the PETSc options, unique to the problem, e.g. ``"magnetostatics_"``.
    rtol : float
        Relative tolerance of the residual in the norm of the preconditioner, √(r·Br).
    max_iterations : int
    """

    def __init__(
        self,
        fine: Any,
        coarse: Any,
        interpolation: Any,
        *,
        prefix: str,
        rtol: float = 1e-10,
        max_iterations: int = 500,
    ) -> None:
        from petsc4py import PETSc

        self._prefix = prefix
        self._ksp = PETSc.KSP().create(fine.comm)
        self._ksp.setOptionsPrefix(prefix)
        self._ksp.setOperators(fine)
        self._ksp.setTolerances(rtol=rtol, atol=1e-300, max_it=max_iterations)
        options: Any = PETSc.Options(prefix)
        settings = multigrid_options(fine.comm.size)
        for key, value in settings.items():
            if not options.hasName(key):
                options[key] = value
        pc = self._ksp.getPC()
        pc.setType("mg")
        pc.setMGLevels(2)
        pc.setMGInterpolation(1, interpolation)
        pc.getMGCoarseSolve().setOperators(coarse)
        self._ksp.setFromOptions()
        self._ksp.setUp()  # the levels read their options here
        for key in settings:
            options.delValue(key)

    def solve(self, b: Any, x: Any) -> int:
        """Solve A x = b from the initial guess 0; the number of iterations.

        Raises
        ------
        SolverError
            If the tolerance is not reached.
        """
        self._ksp.solve(b, x)
        check_convergence(self._ksp, self._prefix)
        return int(self._ksp.getIterationNumber())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ksp.destroy()


def check_convergence(ksp: Any, prefix: str) -> None:
    """Raise `SolverError` with the reason unless `ksp` converged."""
    reason = int(ksp.getConvergedReason())
    if reason > 0:
        return
    raise SolverError(
        f"The linear solver {prefix.strip('_')} did not converge: "
        f"{_REASONS.get(reason, f'PETSc reason {reason}')} after "
        f"{ksp.getIterationNumber()} iterations at a residual of {ksp.getResidualNorm():.2e}. "
        f"Try a better mesh (`mesh.resolution`) or a lower order (`magnetics.order`)."
    )

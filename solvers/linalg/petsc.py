"""What all linear solvers of PETSc share: options under a prefix, convergence checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from magcap.errors import SolverError

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


@contextmanager
def defaults(prefix: str, settings: Mapping[str, str]) -> Iterator[None]:
    """Options under a prefix while a solver reads them; those of the user go before."""
    from petsc4py import PETSc

    options: Any = PETSc.Options(prefix)
    new = {key: value for key, value in settings.items() if not options.hasName(key)}
    for key, value in new.items():
        options[key] = value
    try:
        yield
    finally:
        for key in new:
            options.delValue(key)


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

"""Linear systems: PETSc's solvers with options under a prefix and convergence checked.

In: symmetric positive definite matrices of order p and of order 1 with the interpolation, or any
AIJ matrix that is solved again and again as it changes. Out: solutions to the tolerance asked for,
or a `SolverError` with reason, iterations and residual (`LinearBreakdown` from the LU).

Open `multigrid.py` first: `PMultigrid`, conjugate gradients with p-multigrid, for magnetostatics
and iron. `low_rank_lu.py` is GMRES with a kept factorisation of MUMPS, for the flow; `petsc.py` is
what both share.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

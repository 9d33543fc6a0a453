"""Linear systems of PETSc: multigrid, a kept factorisation; options and convergence checked.

In: symmetric positive definite matrices of order p and of order 1 with the interpolation
(`PMultigrid`: conjugate gradients), or any matrix that changes little (`LowRankLU`: GMRES with one
factorisation of MUMPS). Out: solutions to the tolerance asked for, or a `SolverError` with reason,
iterations and residual.

Open `petsc.py` first for what all share, then `multigrid.py` and `low_rank_lu.py`. The multigrid's
smoother is `incomplete_cholesky.py` with `cholesky_border.py`, the same on every number of ranks;
`product.py` is its matrix–vector product. Called by magnetostatics, iron and flow.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

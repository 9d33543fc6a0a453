"""Linear systems: conjugate gradients with p-multigrid, options and convergence checked.

In: symmetric positive definite matrices of order p and of order 1 with the interpolation. Out:
solutions to the tolerance asked for, or a `SolverError` with reason, iterations and residual. The
smoother is an incomplete Cholesky factor that is the same on every number of ranks.

Open `multigrid.py` first: `PMultigrid`. `incomplete_cholesky.py` and `cholesky_border.py` are the
smoother, `product.py` the matrix–vector product. Called by magnetostatics and iron.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""Flow systems too large to factorise: preconditioned by one component and a Poisson problem.

In: the gradient block, the diagonal of the mass matrix, and the matrix of one velocity component at
the wind of the moment. Out: corrections of velocities and pressures for GMRES, and velocities
without discrete divergence.

Open `preconditioner.py` first; `poisson.py` is the problem of the pressures, `rows.py` products.
Called by `magcap.solvers.flow` (Newton's steps) and `magcap.solvers.oseen` (steps in time).
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

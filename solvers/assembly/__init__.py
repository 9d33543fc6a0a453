"""Fast matrices on straight tetrahedra: ∫ μ ∇u·∇v and ∫ (T∇u)·∇v, on all ranks.

In: an `FEMesh`, a Lagrange space and coefficients, constant on cells (μ) or given at quadrature
points (T, symmetric). Out: PETSc matrices whose rows each rank fills for itself, with cells of
other ranks fetched once (halo), and the spaces of order p and 1 with the interpolation between.

Open `stiffness.py` first: the element matrix as six matrices of the reference cell. `tensor.py`
adds the Newton matrix of nonlinear iron in place, `halo.py` finds the cells of other ranks,
`spaces.py` builds spaces. Called by magnetostatics, iron and the multigrid of
`magcap.solvers.linalg`.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

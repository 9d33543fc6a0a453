"""The reaction of a solved magnetic field: what iron and recoil add to the exact sources.

In: a `FieldSolution`. Out: R = B − B of the exact sources in air, recovered or element-wise; and
the induced moments J dV of some bodies, J = B − μ0 H without the rigid remanence, with the force of
an outer field on them, F = (1/μ0) ∫ (J·∇) B dV, and their own field elsewhere.

Open `air.py` first: `reaction_of`; `moments.py` has the moments, `_dipole_kernels.py` their field.
Called by `magcap.solvers.loads` and `magcap.solvers.error`.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""Soft iron: curves B(H), the region of the total potential, Newton's method.

In: the matter of a scene (`matter_of`) and a field mesh. Out: the equations' part in iron. There
H = Hs_h − ∇ψ with the source field projected, Hs_h = W − ∇θ, and Newton's method makes ∫
[B(H) − Hs_h]·∇v part of the residual, B(H) of a curve or of a constant permeability.

Open `newton.py` first for the equation; `total.py` finds the region, `source_projection.py`
projects the exact field, `bh_curve.py` interpolates a material, `cells.py` evaluates it at
quadrature points, `tangent.py` and `descent.py` are the step and its length. Called by
`magcap.solvers.magnetostatics`.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

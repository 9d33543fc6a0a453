"""One step of unsteady flow: ρ(α_0/h)u + ρ(w·∇)u − ∇·(2με(u)) + ∇p = f, ∇·u = 0, w known.

In: the spaces and forms of a lumen, a wind w, the loads of the outlets. Out: velocities and
pressures at the end of the step, the pressures of the outlets.

Open `system.py` first; `forms.py` holds the weak form, `factor.py` the factorisation that is kept,
`sweeps.py` what takes its place in large systems. Called by `magcap.solvers.unsteady`.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

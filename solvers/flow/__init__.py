"""Blood in the lumen: ρ(u·∇)u − ∇·(2μ(γ̇)ε(u)) + ∇p = 0, ∇·u = 0.

In: a `Lumen`, the tables of blood and flow. Out: a `FlowField` at the nodes: Taylor–Hood velocity
and pressure, wall shear stress, fluxes. The inlet carries exactly its flow, outlets a pressure or a
share.

Open `steady.py` first: its `solve` is the order of things. Weak forms, one function a term, are in
`forms.py`, their sum in `equations.py`; `conditions.py` and `inlet.py` say what holds at the
openings, `system.py` is the discrete system, `newton.py` the method, `start.py` how a solution is
reached where Newton fails, `outputs.py` the numbers. Called by the pipeline's stage of the flow.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

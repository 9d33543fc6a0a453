"""A suspension of carriers in steady flow, and what its magnetic force does to the blood.

    ∇·(n(u + v)) = D∇²n,   ρ(u·∇)u − ∇·(2μ(γ̇)ε(u)) + ∇p = n F,   ∇·u = 0

In: a `Lumen`, the flow without the suspension, the magnetic field at the nodes, the case. Out: a
`SuspensionField`: the concentration n, its balance, the number that tells when it matters, and with
two-way coupling the flow that the force n F drives. F is the force on one carrier, v its drift.

Open `solve.py` first. `carried.py` has what the field does to one carrier, `transport.py` the
concentration, `driven.py` the flow under a force, and its answer to a small one, `coupling.py` the
iteration between both. Called by the pipeline's stage of the suspension.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""Pulsatile blood flow at small Womersley numbers: steady flows, and what inertia adds to them.

    ρ(u·∇)u − ∇·(2μ(γ̇)ε(u)) + ∇p = −ρ∂ū/∂t,  ∇·u = 0

In: a `Lumen`, the tables of blood and flow, the periodic flow rate at the inlet. Out: a
`FlowPeriod` with its error. Open `period.py` first. `moments.py` says what holds at each moment,
`motion.py` what enters, `sweep.py` solves, `lag.py` has the error. Called by the pipeline's stage
of the period, where `magcap.solvers.unsteady` is not needed.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""Blood flow over a heart beat: ρ∂u/∂t + ρ(u·∇)u − ∇·(2μ(γ̇)ε(u)) + ∇p = 0, ∇·u = 0.

In: a `Lumen`, the tables of blood and flow, the periodic flow rate at the inlet. Out: a
`FlowPeriod`: snapshots of the periodic state at equispaced times, and a row for each step.

Open `periodic.py` first: its `solve` is the order of things. `start.py` says where the march
begins, `march.py` goes from cycle to cycle, `stepper.py` takes one step with its error (`bdf2.py`),
whose linear system is that of `magcap.solvers.oseen`; `outlets.py` holds the loads of the outlets
in time, `motion.py` what enters, `discrete.py` the way from unknowns to nodes, `record.py` what is
kept, `checkpoint.py` how a march goes on. Called by the pipeline's stage of the period.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""Lagrangian carriers from the inlet to their end: captured, exited, in flight.

In: a `Lumen`, the `FlowField`, the field at its nodes, one carrier. Out: ensembles with the state,
place and time of every carrier; a control without magnet on the same seeds. dx/dt = u + slip of the
magnetic force and gravity with wall mobility, Brownian steps, or τ dv/dt = v_eq − v with inertia.

Open `capture.py` first: release, trace, classify. `release.py` says what is released and what moves
it, the room `places` which carriers and where on the inlet, `seeding.py` has the densities there,
`floor.py` releases tracers that nothing pushes, `packed_lumen.py` packs the lumen for the kernels,
`tracer.py` deals carriers to ranks and threads; the way of one carrier is in the room `kernels`.
Equations and measurements: ``docs/capture.md``.
Called by the pipeline's stages of the capture.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""A velocity for tracing that is exactly divergence-free, tangential at walls, quadratic by cell.

In: a `Lumen` and the P2 velocity of its flow. Out: the contravariant velocity ŵ at the ten nodes of
every cell, u = J ŵ/det J with the Jacobian J of the curved cell: the same normal flux on both sides
of every facet, ∂̂·ŵ = 0 everywhere, ŵ = 0 on the wall. The velocity of Taylor and Hood is none of
that between its nodes, and carriers that nothing pushes would end on the wall.

Open `reconstruction.py` first; `reference_cell.py` has the constant matrices, `connectivity.py`
numbers facets, `wall_region.py` minimises the change next to the wall, `rest.py` treats all other
cells, `defects.py` measures what is left. Equations: ``docs/capture.md``. Called by the pipeline.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

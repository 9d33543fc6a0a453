"""Solids of simple shape with a pose: distances, edges, surfaces, gaps, panels.

In: a `Body` (shape, dimensions in m, centre, rotation) or a triangulated one. Out: its signed
distance (negative inside), singular edges, surface, volume and box; the `gap` between two; points
with weights such that ∮ f dS ≈ Σ w f.

Open `body.py` first, then `distance.py`. `edges.py` says where B is singular, `panels.py` where the
charges of `magcap.solvers.surface_charges` sit. Magnets and iron of the scene are bodies; the
checks, the field mesh, exact fields, loads and pictures ask them.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""How wrong the field is in the target, where that comes from, and the mesh that mends it.

In: a solved field and a `Goal` (points, tolerance). Out: an estimated error of B and of ½∇|B|²
(local, by extraction from a layer of air, of facets on round bodies), its shares in the cells by an
adjoint solution, and meshes refined until the tolerance of the case holds.

Open `estimator.py` first for what is estimated, `adapt.py` for the loop mesh → solve → estimate →
sizes. `extraction.py` has the exact formula for far points, also used by `distant.py` for observers
far from bodies. Called by `magcap.solvers.field` and by the pipeline's stage of the field mesh.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""The scalar magnetic potential: ∫ μr ∇ψ·∇v + open boundary = ∫ Br·∇v + ∫ (μr − 1) μ0Hs·∇v.

In: a `FieldMesh`, options and a scene. Out: a `FieldSolution` that can be asked for B, ∇B and
½∇|B|² anywhere: by recovered gradients in the mesh, by decaying harmonics outside. Total potential
(the remanence drives) or reduced (exact magnets, finite elements for the reaction alone).

Open `forms.py` first for the weak forms, `potential.py` for the equations. `solver.py` keeps a mesh
ready for many scenes, `system.py` the matrices of one order, `gradient.py` recovers −∇ψ,
`far_field.py` continues it outside, `solution.py` answers. Called by `magcap.solvers.field`, the
adaptive loop and `magcap.study`.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""The wall of a bifurcation: radii, angles, and the function f that is 0 on it.

In: a `Bifurcation`. Out: `Branching`, two bent pipes and the fillet between them, which is a level
(`geometry.implicit`), with radii and angles by Murray's law where the case gives none.

Open `wall.py` first; `murray.py` has the laws. Called by `lumen`, for swept and other meshes.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

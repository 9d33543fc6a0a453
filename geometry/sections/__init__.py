"""Cross-sections of lumens as triangles: the unit disc and the rectangle.

In: sizes. Out: a `Section`, whose vertices on the rim come first and no triangle of which has all
corners on the rim, so that what is swept from it suits Taylor–Hood. Layers grow from the wall by
h_(k+1) = g h_k.

Open `disc.py` first: it has the section and its layers; `rectangle.py` is the grid of a channel.
Called by `lumen`, which sweeps them.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

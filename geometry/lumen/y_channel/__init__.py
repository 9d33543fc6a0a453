"""Flat channels that split in two: the plan as a grid, carried through the height.

In: a `YChannel` and sizes. Out: its plan (corners, walls, areas: exact) and its `Lumen`, whose
faces are all flat, so that volume, openings and wall distances are exact.

Open `plan.py` first: it has the corners and the grid; `mesh.py` carries that through the height.
Called by `lumen`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

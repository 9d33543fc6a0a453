"""The lumen of every kind of vessel: its outline before meshing, its mesh after.

In: the vessel table and mesh options of a case. Out: an `Outline` (wall points, axis, open ends,
faults) for checks and the field mesh, and the `Lumen` of ten-node cells. Swept vessels place every
node by (x, y, s) → c(s) + R(s)(x n(s) + y b(s)), so the wall is exact at all nodes.

Open `build.py` first; its `build_lumen` chooses by type. `path.py` has curves with a radius,
`sweep.py` the sweep, `outlines.py` the outlines;
`bifurcation.py` and `junction.py` join three branches, `centerline.py` reads a measured axis.
Called by the pipeline's stage of the vessel; ``docs/architecture.md`` adds a shape to it.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

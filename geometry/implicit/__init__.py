"""The lumen from a level function: where branches meet too sharply to be swept, and for trees.

In: a `Level` f (negative in the blood, with its normals) and the places where the vessel ends.
Out: the lumen's wall as a triangulation on f = 0 with a straight cut at each end, and the `Lumen`
that `segmented` makes of such a wall, whose wall nodes all lie on f = 0.

Open `build.py` first: `contoured` contours (`contour.py`) and cuts (`ends.py`), then
`build_implicit_lumen` meshes.
`level.py` says what a level is and rounds the edge between two; `tree.py` is the level of a tree of
tubes along the lines that `tree_lines.py` reads. Called by `lumen`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

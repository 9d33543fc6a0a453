"""Triangulated surfaces: read, connected, checked, closed.

In: STL, OBJ, PLY or VTP files and points with triangles. Out: `TriangleSurface`, edges, parts,
loops, areas and volumes; a `CaseError` that says what is wrong with a file. The volume is (1/6) Σ
a·(b × c) over the triangles, as are centroids; cuts are found by Möller's test.

Open `topology.py` first: arrays of edges and loops, on which the rest stands. `files.py` trusts
nothing in a file, `intersection.py` finds surfaces that cut themselves, `closed.py` reads a body.
Called by `scene` (magnets from files), `segmented` (vessels from files) and `bodies`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

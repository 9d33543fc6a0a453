"""The mesh of the magnetic field: bodies, tissue and air in a sphere, fine where it counts.

In: a `MagneticScene`, the closed surface of the vessel, sizes. Out: a `FieldMesh` of straight cells
with a region for each body, ``tissue_1`` … and the air. Sizes follow h(x) = min_i (h_i + g_i
|x − x_i|) over edges, gaps, plates and the vessel, or over what an error estimate wants
(`SizeCloud`).

Open `build.py` first: `build_field_mesh`. `plan.py` lists regions, `sizes.py` and `gaps.py` say how
fine, `cloud.py` answers gmsh's size callback, `round_bodies.py` gives faceted bodies their true
volume, `next_sizes.py` and `equidistribution.py` serve the adaptive loop of `magcap.solvers.error`.
Called by the pipeline's stage of the field mesh and by that loop.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

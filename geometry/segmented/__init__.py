"""The lumen from a surface of an image: clean, open, remesh, layer, fill, curve.

In: a surface file and the sizes wanted. Out: a `Lumen` whose wall follows the image: triangles by
gmsh's parametrisation, prism layers along the wall, tetrahedra inside, middle nodes moved onto the
surface; or all faults of the surface at once.

Open `build.py` first: `build_surface_lumen` is the list of steps, each a file (`wall.py`,
`caps.py`, `refine.py`, `remesh.py`, `radius.py`, `layers.py`, `fill.py`, `curving.py`). Called by
`lumen`, which is the front of all vessels.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""B on grids, measured or computed elsewhere: files → `FieldMap`.

In: CSV, text or VTK files with points and flux densities, in any order and with units in their
headers. Out: a `FieldMap` (axes in m, B in T on a rectilinear grid, a pose and a factor), or the
reason why not. Interpolation is done in `magcap.solvers.exact`.

Open `field_map.py` first for the data, `file.py` for how a file is read; `text.py` and `vtk.py`
know the two formats. Called by the checks, which must know what a map covers, and by the scene.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

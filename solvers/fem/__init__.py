"""The one door to DOLFINx: its set-up, distributed meshes, node values, points in cells.

In: the plain arrays of `TetMesh`. Out: an `FEMesh` spread over the ranks (`to_dolfinx`, lengths
scaled at will), values of its functions back at the nodes (`node_values`), the cell that holds a
point (`CellLocator`), integrals on second-order cells in NumPy.

Open `mesh.py` first. `setup.py` prepares PETSc and the wheel's libraries when this room is
imported, so every room with DOLFINx imports it at its door. `locate.py` and `quadratic.py` work
without DOLFINx on every rank. Called by flow, magnetostatics, iron, error, loads and assembly.
"""

import lazy_loader as _lazy

from . import setup as setup

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

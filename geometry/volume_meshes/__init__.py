"""Lumens that other programs meshed with tetrahedra: MSH, VTU, XDMF to a `Lumen`, and back.

In: the `[vessel]` table with `shape = "mesh"`, whose boundaries are named by tags of the file. Out:
a mesh of second order as every lumen has, checked (tetrahedra alone, one part, no fold, every outer
face named), or every fault of the file as a sentence. Cells are kept: straight ones stay straight.

Open `build.py` first: `build_mesh_lumen`, and `inspect_mesh` for what is known before a run.
`file.py` reads in a child process, `names.py` finds the tags, `cells.py` checks the cells,
`write.py` writes any mesh of a case. Called by `magcap.geometry.lumen` and the command ``mesh``.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

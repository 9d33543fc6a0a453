"""What geometry hands on, and what every mesh needs: types, quality, middle nodes, gmsh.

In: nodes and cells. Out: `TetMesh` (arrays, named regions and boundaries), `Lumen` (the blood, ten
nodes a cell, with `Opening` and `MeshQuality`), `FieldMesh` (the sphere around magnets and vessel);
frozen, in metres, the same on every rank.

Open `types.py` first. `second_order.py` makes middle nodes in VTK's order, `quality.py` measures
cells and the layer at the wall, `distances.py` gives the distance from the wall and along the
vessel, `session.py` is the one door to gmsh. Used by every room that sees a mesh.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

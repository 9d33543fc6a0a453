"""Where things are and what they are made of: case → meshes and points; no equations.

In: the tables of a case and its files. Out: plain arrays in metres, `TetMesh` and points, with
names on regions and boundaries. gmsh is opened in `geometry/mesh/session.py` alone; no DOLFINx
here.

Rooms from the ground up: `mesh` (what geometry hands on), `surfaces` (triangulated surfaces),
`bodies` (solids of simple shape), `field_maps` (B on grids), `scene` (magnets, iron, windings of a
case, resolved), `segmented` (the lumen from the surface of an image), `lumen` (every lumen),
`field_mesh` (the mesh of the field), `observers` (points at which the field is asked). Open
`geometry/mesh/types.py` first.
"""

"""Meshes and materials → fields → carriers: every equation of magcap is in here.

In: meshes, scenes and tables of a case; never files. Out: the frozen arrays of `results`, the same
on every rank. DOLFINx, UFL and PETSc stay in this folder.

From the ground up: `results` (what is handed on), `laws` (pure functions), `carriers`, `fem` (the
door to DOLFINx), `assembly`, `exact` (closed forms), `linalg`, `iron`, `magnetostatics`, `error`,
`loads`, and the four fronts `flow`, `field.py`, `tracking`, `surface_charges`. No physics imports
another: they meet in `results`. Open `field.py` for the magnetic field, `solvers/flow/steady.py`
for the blood, `solvers/tracking/capture.py` for carriers; weak forms are in the ``forms.py`` of
each physics.
"""

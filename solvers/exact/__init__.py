"""Closed forms of B and its gradient: magnets, windings, maps, background, in vacuum.

In: a `MagneticScene` and points in m. Out: a `FieldSample`, or H alone: cuboids by logarithms and
arcs, cylinders, rings and solenoids by elliptic integrals, sectors and polyhedra by charged
triangles, racetracks by bars and arcs, maps by tricubic splines.

Open `field.py` first: it sums everything. `bodies.py`, `polyhedra.py`, `coils.py` and `maps.py`
choose the closed form; the kernels hold the formulas. The source field of the reduced potential,
the reference of the total one, and the whole answer where nothing reacts.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

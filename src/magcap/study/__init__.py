"""Many runs of one case: what a designer changes again and again.

In: a `Case` with a mesh, then moved or exchanged magnets, iron and currents. Out: the field of
each, quickly: without iron by closed forms and the reaction of surface charges, with iron by the
mesh and the matrices that are kept as long as its bodies stay where they are.

Open `design.py` first: `FieldDesign`. Called by users from Python as ``magcap.FieldDesign``; a
sweep or an optimisation belongs here, beside it.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

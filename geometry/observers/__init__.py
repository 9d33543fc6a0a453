"""Points at which the field is asked, by name, and how exactly it is wanted there.

In: the case, its scene and its lumen (`Site`). Out: an `Observer` for each question: probes, the
line into the depth with planes across it, the plane of vessel and magnets, the skin, rays of the
stray field out to 0.5 mT, regular grids; points in m, and the `Accuracy` they are worth.

Open `of_case.py` first: `observers_of` lists the questions, each of which is a file. Which points
exist is decided here, before the field is solved; `magcap.solvers.field` samples them, and
`magcap.postprocess` reads them by name, so neither knows why a point was asked for. A new question
is one file here and one reader.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

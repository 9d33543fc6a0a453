"""Observers: named points at which the field is asked, beside the nodes of the lumen.

In: a case, its scene and its lumen. Out: an `Observer` for each question: the probes, the line into
the depth with planes across it, the section through vessel and magnets, the skin, rays of the stray
field out to 0.5 mT, regular grids; each with its points in m and what they are worth (`Accuracy`).

Open `of_case.py` first, the list of questions, then `observer.py`. A new question is a file here, a
line in that list, and a reader: `magcap.solvers.field` samples every observer without knowing why
it was asked for, `magcap.postprocess` reads `MagneticField.observed` by name.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

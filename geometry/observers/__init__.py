"""Points at which the field is asked, beside the lumen and the probes.

In: the scene, the lumen, the skin and the grids of a case. Out: points in m by name: the line into
the depth with planes across it, the plane of the skin, rays of the stray field out to 0.5 mT,
regular grids.

Open `line.py` first. Which points exist is decided here, before the field is solved; the field is
sampled there by `magcap.solvers.field` and read back by `magcap.postprocess.numbers`, so neither
knows why a point was asked for.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

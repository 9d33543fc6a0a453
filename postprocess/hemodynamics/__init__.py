"""What the flow does to the wall and what it costs: shear over a beat, lost power, split.

In: the outcome of a run. Out: a section of the answer. Equations: `magcap.solvers.laws.wall_shear`
(TAWSS, OSI, RRT), `power.py` (∮(p + ½ρ|u|²)u·n).

Open `section.py` first. Called by `magcap.postprocess.answer`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""The suspension of a run: its concentration, its balance, and whether it moves the blood.

In: the outcome of a run. Out: a section of the answer. Equations: `magcap.solvers.suspension` and
`magcap.solvers.laws.suspension` (the number that tells when the force on the carriers matters).

Open `section.py` first; `cut.py` is its figure. Called by `magcap.postprocess.answer`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

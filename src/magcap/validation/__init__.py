"""`magcap validate`: closed-form and published cases through the code that users run.

In: nothing. Out: a table of checks, each with its reference, what was found and the tolerance. Each
function of `field.py`, `flow.py`, `capture.py`, `laboratory.py`, `iron.py` and `team13.py` builds
cases as a user would, runs the stages and compares; nothing here knows how a solver works inside.

Open `table.py` first: the parts and how they are shown. `cases.py` writes cases, `check.py` is one
line. Sources of the references: ``docs/verification.md``. Called by the command alone.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

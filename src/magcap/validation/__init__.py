"""`magcap validate`: closed-form and published cases through the code that users run.

Each function of `field`, `flow` and `capture` builds cases as a user would, runs the stages and
compares with a reference; nothing here knows how a solver works inside.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

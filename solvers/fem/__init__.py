"""magcap.solvers.fem."""

import lazy_loader as _lazy

from . import setup as setup

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

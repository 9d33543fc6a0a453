"""magcap: from a magnet to the captured dose.

>>> import magcap
>>> case = magcap.load("case.toml")  # doctest: +SKIP
>>> result = magcap.run(case)  # doctest: +SKIP
>>> result.summary["capture"][0]["efficiency_flux"]  # doctest: +SKIP
{'value': 0.031, 'ci95': [0.0287, 0.0335]}

The public names are in ``__init__.pyi``; they are imported when they are asked for.
"""

import lazy_loader as _lazy

from . import caches as _caches

_caches.prepare()

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

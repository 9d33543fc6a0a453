"""Compiled formulas of the tracer that know no cell: one carrier's drag and walls, random numbers.

In and out: numbers. `_law_kernels.py` repeats `magcap.solvers.laws` (mobility and the blood's
velocity near a wall, slip at a finite Reynolds number), `_random_kernels.py` hashes counters,
`_compile_kernels.py` says how all of the tracer is compiled: open that first. Called by
`solvers/tracking/kernels`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

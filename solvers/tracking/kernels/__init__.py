"""The compiled part of tracking: carriers from cell to cell, arrays in, arrays out.

In: `packed_lumen.Cells`, `Options` and the rows of `Followed`; out: its results and ends, and
`Paths`. ẋ = J⁻¹ v in barycentric coordinates: docs/capture.md. Open `_trace_kernels.py` first (one
carrier), then `_drift_kernels.py`, `_step_kernels.py` and `_inertia_kernels.py` (one step),
`_brownian_kernels.py` and `_wall_kernels.py` (what the wall does). Velocities come from
`solvers/tracking/motion`. Called by the tracer.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

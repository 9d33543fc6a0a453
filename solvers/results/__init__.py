"""What solvers hand on: frozen dataclasses of plain arrays, the same on every rank.

`FieldSample` (B, its gradient and ½∇|B|² at points), `MagneticField` (samples at lumen, probes and
observers, estimate, loads), `FlowField` (velocity, pressure, viscosity, wall shear stress at the
nodes of the lumen), `FlowPeriod` (the same at times of a heart beat), `Ensemble` and
`CaptureResult` (where each carrier ended, and when). SI; shapes stand with each attribute.

Open `field.py` first. Nothing here computes. Solvers fill these, the pipeline stores those that
`magcap.stored` marks and broadcasts them, `magcap.postprocess` reads them: what two physics must
know of each other is in here.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

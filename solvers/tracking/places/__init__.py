"""Which carriers are followed, and where on the inlet they start.

In: a packed lumen and one carrier. Out: a population and its seeds, with the weights that make of
them a release by flux or by area. A density over the inlet, from its flow and from what the flow
takes near walls, is met by scrambled Sobol' points.

Open `sampling.py` first: the density, the points, the weights. `inlet_chart.py` maps the unit
square onto the inlet, `back_trace.py` follows the blood back from the walls to the inlet. Reasons
and measurements: ``docs/capture.md``. Called by `solvers/tracking/release.py` and
`solvers/tracking/floor.py`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

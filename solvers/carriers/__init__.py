"""What a population of carriers is, and what pulls it.

In: the carrier table of a case, a sample of the field. Out: a `Population` (diameter in m and
saturation moment in A m² of each carrier, drawn or median) and the force per saturation moment
w = M(|H|)/(Ms|B|) ½∇|B|², so that F = m w; pull and drift of the median carrier.

Open `population.py` first; `forces.py` has pull and drift for tables and figures. Called by
`magcap.solvers.tracking` for each release and by `magcap.postprocess`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

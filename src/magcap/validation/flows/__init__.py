"""Reference flows that more than one code has computed or a laboratory has measured.

In: nothing. Out: checks, as of the other files of `magcap.validation`. `nozzle.py` runs the FDA's
nozzle both ways round from a mesh file that `nozzle_mesh.py` makes, `dean.py` a curved tube,
`plane.py` the flows over a step and around a cylinder of
`magcap.solvers.reference_flows`, `decaying.py` its exact unsteady solution.

Open `nozzle.py` first. Called by `magcap.validation.table`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

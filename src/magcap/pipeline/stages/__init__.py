"""One file a stage: how its result is computed from the results before it.

In: the case and the results of earlier stages. Out: a frozen dataclass of plain arrays, the same on
every rank, which the store can keep. A stage joins rooms (mesh, solver) and holds no physics.

Open `field.py` first: the mesh of the field, refined where the case asks for a tolerance, and the
field on it. `magcap.pipeline` calls it.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""The stages of a run, one declaration a file (`magcap.pipeline.stage.Stage`).

    vessel mesh → field mesh → magnetic field (→ body loads)
                (→ flow over a period) → flow (→ suspension, with the field)
                → control, capture of each carrier (with the field)

In: the case and the results of earlier stages. Out: a frozen dataclass of plain arrays, the same on
every rank, which the store can keep. A stage joins rooms (mesh, solver) and holds no physics.

Open `flow.py` first, the shortest; a new stage is a file like it and a name in
`magcap.pipeline.main`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

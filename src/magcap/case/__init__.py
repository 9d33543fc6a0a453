"""The tables of a case file as frozen models: data and units, nothing else.

In: tables as TOML gives them. Out: a `Case`, one model a table, every number in SI. A model checks
what one value can know of itself (its dimension, its range); what needs two values is checked by
`magcap.reading`, which makes every `Case`. No equation here.

Open `case.py` first: `Case` lists the tables, and each has its file. `Magnet`, `Iron`, `Coil`,
`Vessel`, `Tissue` and `Target` are unions of one model per shape, which has exactly the keys of
that shape. `values/` turns "5 mm" into 0.005. Every room takes these models as they are.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

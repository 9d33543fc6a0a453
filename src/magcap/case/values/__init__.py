"""How values of a case file become numbers in SI, and the base of all tables.

In: what TOML gives, e.g. the text "5 mm". Out: floats in SI; a value that
has the wrong dimension, sign or type is refused with what it should be. No equation here.

Open `types.py` first: the quantities that tables are made of (`Length`, `Temperature` …) and
`Model`, the frozen base of all tables. `units.py` reads a number with its unit (`Quantity`, checked
with pint). Called by the tables of `magcap.case`, and by `magcap.tables` for units in headers.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

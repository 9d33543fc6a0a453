"""What a coil needs and gives: copper, power, temperature, field at its centre, inductance.

In: a `Coil` table. Out: its `CoilFigures`, R = ρ(T) N² l/(f A), P = I² R, the temperature of
natural cooling, L = flux linkage over current of the exact field.

Open `coil_design.py` first: `coil_figures`. Asked by `magcap check` and the report.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

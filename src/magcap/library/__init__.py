"""Data that comes with magcap, each with its source: magnets, iron, tissues, carriers, pulses.

In: a name, such as ``N45``, ``Steel37`` or ``dynabeads-m280``. Out: numbers in SI with their source
and how sure they are (measured, typical, assumed). The data are the TOML files beside the code.

Open `material_table.py` first; `soft.py` has curves B(H) and the laws they are sampled from,
`bh_table.py` reads a user's own table, `carrier_table.py` fills a carrier of the case from its
library entry, `pulses.py` has waveforms of arteries. `magcap.reading` resolves names with it,
`magcap.cli` lists it, and the scene, iron and loads take materials from it.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

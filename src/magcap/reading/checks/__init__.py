"""What is wrong with a case beyond single values, one file a table; faults are sentences.

In: a draft of a case, whose faulty tables are left out. Out: faults, each with its path (counting
from 1), what must hold and what was found; never an exception. In space: bodies that overlap each
other, the vessel or the tissue, by signed distances. Files of bodies are read once, in `solids.py`.

Open `case.py` first: `cross_faults` is the list of all checks. To add one, write a function that
takes the tables it needs and returns sentences, and put it into that list. `magcap.reading` calls
it once, before anything is meshed.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""Results → numbers, one file a topic: what the sections of the answer put into summary.json.

In: the outcome of a run. Out: plain numbers in SI; the depth curve, plane maps and stray surface,
made once (`depth_of`, `planes_of`, `stray_of`), which files and pictures take from here. Fractions
of carriers carry Wilson's interval, ratios to the control Koopman's.

Open `depth.py` first; `summary.py` makes one table that JSON can hold of those of all sections.
Names of numbers stay from version to version. Called by sections and files.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

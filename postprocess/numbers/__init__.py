"""Results → ``summary.json``, one file a block; what the numbers mean stands with them.

In: the results of a run. Out: a tree of plain numbers in SI, safe for JSON, with conventions; the
depth curve, plane maps and stray surface, which files and pictures take from here. Fractions of
carriers carry Wilson's interval, ratios to the control Koopman's.

Open `summary.py` first: `summarise` is the list of blocks (`field.py`, `capture.py`, `coils.py`,
`depth.py`, `planes.py`, `safety.py`, …). Names of numbers stay from version to version. Called at
the end of a run, by files, pictures and the report.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""The folder of a run: written whole or not at all, and read back.

In: the results of a run. Out: VTK data sets (lumen, wall, field, paths, bodies),
``carriers.parquet``, CSV tables, grids, ``summary.json``; and from a folder the `Datasets` and
summary again, for pictures and reports of a run that ended long ago.

Open `contents.py` first: the files there are, each a `File`, which is also the key of its content
in `Datasets`. `folder.py` reads a folder back, `vtk.py` makes the data sets, `carriers.py` and
`grids.py` their files. Called at the end of a run, by pictures and by the report.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

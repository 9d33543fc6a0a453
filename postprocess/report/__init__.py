"""What a run says, for people: a page, a view, a comparison, tables on a terminal.

In: the folder of a run with its summary, figures and data sets. Out: ``report.html`` and
``view.html``, each one file that needs no network; several runs against depth (`compare`); the
outcome as tables.

Open `report.py` first, with its template in `templates/`: a frame for what the sections say.
`view3d.py` makes the view, `comparison.py` joins runs, `terminal.py` prints. Called at the end of
a run and by the commands.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

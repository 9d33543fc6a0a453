"""Figures of a run and its scene in three dimensions: one painter a figure.

In: `Datasets` and the summary. Out: ``figures/*.png`` with captions, and a plotter for windows and
notebooks. VTK draws bodies in parallel projection without text, matplotlib sets type, scales and
colour bars; lengths in mm.

Open `render.py` first: `draw_all` is the list of figures; `figures.py`, `field_figures.py` and
`curves.py` draw one each, `actors.py`, `bodies.py` and `anatomy.py` add parts of a scene,
`panels.py` sets views into figures, `frame.py` chooses the side. Called at the end of a run, by
``magcap render`` and by the report.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""Figures of a run and its scene in three dimensions: one painter a figure.

In: `Datasets` and the summary. Out: ``figures/*.png`` with captions, and a plotter for windows and
notebooks. VTK draws bodies in parallel projection without text, matplotlib sets type, scales and
colour bars; lengths in mm.

Open `drawing.py` first: what a `Figure` is. `figures.py`, `field_figures.py`, `curves.py` and
`working_points.py` have one for each painter; `actors.py`, `bodies.py` and `anatomy.py` add parts
of a scene, `panels.py` sets views into figures, `frame.py` chooses the side. Called by whoever
walks the sections of the answer, and by the view.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

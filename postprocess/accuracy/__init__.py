"""How far the numbers of a run can be trusted: the study of its meshes, and the error budget.

In: results of stages, and summaries of the same case on other meshes. Out: observed orders and
extrapolated values (Richardson), a table as CSV and JSON, and the parts of the error of each
captured fraction.

Open `richardson.py` first. Called by `magcap.postprocess.sections` and `magcap.study`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

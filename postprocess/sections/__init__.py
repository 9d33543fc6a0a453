"""The sections of the answer, one file a topic: numbers, files, figures and words of each.

In: the outcome of a run, or its summary. Out: one frozen section a file, of the kind that
`magcap.postprocess.section` defines, in the order of `magcap.postprocess.answer`, which lists them.

Open `planes.py` first (small), then `depth.py` (has everything). Called by whoever walks the list:
numbers, files, figures, report, terminal, comparison.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

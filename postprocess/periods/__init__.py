"""Numbers of a flow over a heart beat: of its steps.

In: a `FlowPeriod`. Out: dictionaries for summary.json, in SI. Open `steps.py` first. Called by the
section of the flow.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

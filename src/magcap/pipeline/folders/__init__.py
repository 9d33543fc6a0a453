"""The folder of a run while it is run: whose it is, and that nobody else writes there.

In: the path of a case file, or a folder that was asked for. Out: a folder that this process alone
writes to until it is left, from which the answer to another case is gone.

Open `lock.py` first: `occupied` holds a folder, on rank 0, for one run after the other of this
process. `names.py` finds the default folder of a case file, so that two of the same name do not
share one. Called by `magcap.run` and its like, and by the commands before the first line of a log.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""The stages of a run, their keys and store, and what a run says and returns.

In: a `Case` and a folder. Out: a `RunResult` or a `FieldResult` and the files of the run. Each
stage is computed once for its key, a hash of the tables, files, earlier stages and code that it
depends on, kept on disk and shared by all ranks.

Open `main.py` first: `run` is the whole program on one screen. `stage.py` runs or finds a stage,
`keys.py` says what each depends on, `store.py` writes and reads results, `finish.py` makes the
summary, files, pictures and report, `progress.py` and `log.py` tell the user. Called as
``magcap.run`` and ``magcap.run_field``, by the commands and by `magcap.validation`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

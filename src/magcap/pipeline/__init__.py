"""A run: the stages of a case, their keys and store, and what a run says and returns.

In: a `Case` and a folder. Out: a `RunResult` or a `FieldResult` and the files of the run. Each
stage is declared in `magcap.pipeline.stages` and computed once for its key, a hash of the tables,
files, earlier stages and code that it depends on, in whatever run that was.

Open `main.py` first: `run` is the whole program on one screen. `stage.py` says what a stage is,
`engine.py` makes or finds it, `keys.py` and `code.py` say what each depends on, `store.py` keeps
results for all runs, `finish.py` makes the summary, files, pictures and report, `progress.py` and
`log.py` tell the user. Called as ``magcap.run`` and ``magcap.run_field``, by the commands and by
`magcap.validation`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

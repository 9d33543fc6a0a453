"""TOML → `Case`, or all that is wrong with it as sentences; and `Case` → TOML.

In: a case file or tables. Out: a checked, frozen `Case` (`load`, `from_tables`), or one `CaseError`
with every fault, each with its path and what to write instead. `case_toml` gives a case back as
text with all defaults filled in; reading that gives an equal case.

Open `read.py` first: its `load` is the order of reading. `sentences.py` words what pydantic found
and `spots.py` tells where, by the JSON Schema; `draft.py` holds what is right of a faulty case,
`not_yet.py` refuses what the format foresees and this version cannot do, `checks/` holds what needs
more than one value. Called by ``magcap.load`` and by the commands of `magcap.cli`; nothing below
reads a file of a case.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

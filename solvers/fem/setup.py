"""The one place that prepares DOLFINx and PETSc; `magcap.solvers.fem` runs it when imported.

Rooms that use DOLFINx import `magcap.solvers.fem` in their `__init__`, so that it runs before
any of their modules.
"""

from __future__ import annotations

from magcap.parallel import load_libraries

load_libraries()

import petsc4py  # noqa: E402  # its libraries come with those of the wheel

#: PETSc would turn the broken pipe of ``magcap run CASE | head`` into an abort with its own text.
petsc4py.init(["magcap", "-no_signal_handler"])

"""The one place that knows how DOLFINx was installed.

`dolfinx-solver-real` (PyPI) must be imported before dolfinx and petsc4py, since it puts its own
libraries on the path; conda's and Docker's `fenics-dolfinx` have no such package. Every module
that uses DOLFINx starts with ``from magcap.solvers import _compat as _compat``.
"""

from __future__ import annotations

import importlib.util
from typing import Any

if importlib.util.find_spec("dolfinx_solver") is not None:
    import dolfinx_solver  # noqa: F401

import petsc4py

#: PETSc would turn the broken pipe of ``magcap run CASE | head`` into an abort with its own text.
petsc4py.init(["magcap", "-no_signal_handler"])


def world() -> Any:
    """All ranks: mpi4py's COMM_WORLD."""
    from mpi4py import MPI

    return MPI.COMM_WORLD

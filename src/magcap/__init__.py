"""magcap: from a magnet to the captured dose.

>>> import magcap
>>> case = magcap.load("case.toml")  # doctest: +SKIP
>>> result = magcap.run(case)  # doctest: +SKIP
>>> result.summary["capture"][0]["efficiency_flux"]  # doctest: +SKIP
{'value': 0.031, 'ci95': [0.0287, 0.0335]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from magcap.case import Case
    from magcap.design import FieldDesign
    from magcap.errors import CaseError, MagcapError, SolverError
    from magcap.geometry.scene.changes import Move
    from magcap.geometry.scene.magpylib import from_magpylib
    from magcap.loading import load
    from magcap.pipeline import run, run_field
    from magcap.results import FieldResult, RunResult

__version__ = "0.1.0"

__all__ = [
    "Case",
    "CaseError",
    "FieldDesign",
    "FieldResult",
    "MagcapError",
    "Move",
    "RunResult",
    "SolverError",
    "__version__",
    "from_magpylib",
    "load",
    "run",
    "run_field",
]

_HOMES = {
    "Case": "case",
    "CaseError": "errors",
    "MagcapError": "errors",
    "SolverError": "errors",
    "FieldDesign": "design",
    "Move": "geometry.scene_changes",
    "from_magpylib": "interop",
    "load": "loading",
    "run": "pipeline",
    "run_field": "pipeline",
    "FieldResult": "results",
    "RunResult": "results",
}


def __getattr__(name: str) -> object:
    """Import the public names when they are asked for: `magcap --help` needs none of them."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"magcap.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'magcap' has no attribute {name!r}")

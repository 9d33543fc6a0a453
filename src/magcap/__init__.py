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
    from magcap.case.case import Case
    from magcap.errors import CaseError, MagcapError, SolverError
    from magcap.geometry.scene.changes import Move
    from magcap.geometry.scene.magpylib import from_magpylib
    from magcap.pipeline.main import run, run_field
    from magcap.pipeline.results import FieldResult, RunResult
    from magcap.reading.read import load
    from magcap.study.design import FieldDesign

from magcap.version import __version__ as __version__

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
    "Case": "case.case",
    "CaseError": "errors",
    "MagcapError": "errors",
    "SolverError": "errors",
    "FieldDesign": "study.design",
    "Move": "geometry.scene.changes",
    "from_magpylib": "geometry.scene.magpylib",
    "load": "reading.read",
    "run": "pipeline.main",
    "run_field": "pipeline.main",
    "FieldResult": "pipeline.results",
    "RunResult": "pipeline.results",
}


def __getattr__(name: str) -> object:
    """Import the public names when they are asked for: `magcap --help` needs none of them."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"magcap.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'magcap' has no attribute {name!r}")

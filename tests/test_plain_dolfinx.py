"""A run without the package `dolfinx_solver`, as with conda's or Docker's fenics-dolfinx."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.places import EXAMPLES

EXAMPLE = EXAMPLES / "02_exact_drift" / "case.toml"
#: Hides the package from imports and from `importlib.util.find_spec`, then runs a case.
SCRIPT = """
import importlib.util, sys
class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "dolfinx_solver":
            raise ModuleNotFoundError(name)
        return None
visible = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: (
    None if name == "dolfinx_solver" else visible(name, *rest))
sys.meta_path.insert(0, Hide())
import magcap
case = magcap.load(sys.argv[1])
result = magcap.run(case, sys.argv[2], figures=False)
print("dolfinx_solver" in sys.modules, result.flow.mass_imbalance < 1e-10)
"""


def test_runs_where_dolfinx_solver_is_absent(tmp_path: Path) -> None:
    library = Path(sys.prefix) / "lib"
    if not (library / "libmpi.so.12").exists():
        pytest.skip("MPI does not come from the wheel here, so DOLFINx is a plain one already")
    out = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(EXAMPLE), str(tmp_path)],
        env={**os.environ, "LD_LIBRARY_PATH": str(library)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.stdout.split() == ["False", "True"]

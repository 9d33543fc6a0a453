"""A march that is lost leaves its last good state beside the results, and says where."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import pyvista as pv
from mpi4py import MPI

from magcap.case import Mesh, Tube
from magcap.errors import SolverError
from magcap.geometry.lumen import build_lumen
from magcap.pipeline.unfinished import leaving_the_last_state
from magcap.postprocess.fields import FIELDS
from magcap.solvers.unsteady import FlowDiverged


def test_the_last_state_is_a_file_to_look_at(tmp_path: Path) -> None:
    vessel = Tube.model_validate({"shape": "tube", "radius": "3 mm", "length": "6 mm"})
    sizes = {"lumen_size": "1.5 mm", "wall_size": "1.5 mm"}
    lumen = build_lumen(vessel, Mesh.model_validate(sizes))
    velocity = 0.1 * lumen.mesh.points / 3e-3
    context = cast("Any", SimpleNamespace(lost=tmp_path, comm=MPI.COMM_SELF))
    with (
        pytest.raises(SolverError, match=r"0\.1 s\. .* is in flow_lost\.vtu") as caught,
        leaving_the_last_state(context, lumen),
    ):
        raise FlowDiverged("lost at 0.1 s.", velocity, velocity[:, 0])
    assert not isinstance(caught.value, FlowDiverged)
    grid = pv.read(tmp_path / "flow_lost.vtu")
    np.testing.assert_allclose(grid.point_data[FIELDS["velocity"].name], velocity, atol=1e-7)
    np.testing.assert_allclose(grid.point_data[FIELDS["pressure"].name], velocity[:, 0], atol=1e-7)
    assert (tmp_path / "flow_lost.png").stat().st_size > 20_000


def test_a_picture_that_fails_does_not_hide_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from magcap.postprocess import hemodynamics

    def broken(*_: object) -> None:
        raise RuntimeError("no window")

    monkeypatch.setattr(hemodynamics, "draw_lost", broken)
    vessel = Tube.model_validate({"shape": "tube", "radius": "3 mm", "length": "6 mm"})
    sizes = {"lumen_size": "1.5 mm", "wall_size": "1.5 mm"}
    lumen = build_lumen(vessel, Mesh.model_validate(sizes))
    context = cast("Any", SimpleNamespace(lost=tmp_path, comm=MPI.COMM_SELF))
    still = np.zeros_like(lumen.mesh.points)
    with (
        pytest.raises(SolverError, match=r"lost\. .* is in flow_lost\.vtu"),
        leaving_the_last_state(context, lumen),
    ):
        raise FlowDiverged("lost.", still, still[:, 0])
    assert "no window" in caplog.text

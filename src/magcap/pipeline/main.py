"""The whole program on one screen: case → geometry → field, flow → capture → files, pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from magcap.case import Carrier, Case
from magcap.errors import CaseError

from . import keys
from .results import FieldResult, RunResult
from .stage import Reporter, Silent, Stages


def run(
    case: Case,
    folder: str | Path | None = None,
    *,
    force: bool = False,
    figures: bool = True,
    comm: Any = None,
    reporter: Reporter | None = None,
) -> RunResult:
    """Run `case`; finished stages in `folder` are reused when nothing they depend on changed.

    Parameters
    ----------
    case : Case
        From `magcap.load`.
    folder : path, optional
        Where results go; default ``runs/<title>``.
    force : bool
        Compute every stage anew.
    figures : bool
        Make the pictures and the report as well.
    comm : mpi4py communicator, optional
        Default: all ranks.
    reporter : Reporter, optional
        Hears of progress; silent by default.

    Raises
    ------
    CaseError
        If the input is found wrong only here, e.g. a surface that cannot be a lumen.
    SolverError
        If a mesh or a solution cannot be had; finished stages are kept.
    """
    from magcap.solvers import flow, tracking as capture
    from magcap.solvers.results import CaptureResult, CarrierCapture

    from . import finish

    stages = _stages(case, folder, comm=comm, reporter=reporter, force=force)
    key = keys.Keys.of(case)
    solved = _field(case, key, stages)
    lumen, field, comm = solved.lumen, solved.field, stages.comm
    flow_field = stages.run(
        "flow", key.flow, lambda: flow.solve(lumen, case.blood, case.flow, comm=comm)
    )

    def say(text: str, fraction: float) -> None:
        stages.reporter.update(fraction, text)

    def capture_of(number: int, carrier: Carrier) -> CarrierCapture:
        control = stages.run(
            f"control {number}",
            key.control[number - 1],
            lambda: capture.solve_control(
                lumen, flow_field, carrier, case.capture, case.blood, comm=comm, progress=say
            ),
        ) if case.capture.control else None  # fmt: skip
        return stages.run(
            f"capture {number}",
            key.capture[number - 1],
            lambda: capture.solve(
                lumen, flow_field, field.lumen, [carrier], case.capture, case.blood,
                comm=comm, progress=say, controls=[control],
            ).carriers[0],
        )  # fmt: skip

    captured = [capture_of(number, carrier) for number, carrier in enumerate(case.carrier, start=1)]
    result = RunResult(
        case=case,
        folder=solved.folder,
        scene=solved.scene,
        lumen=lumen,
        field_mesh=solved.field_mesh,
        field=field,
        flow=flow_field,
        capture=CaptureResult(carriers=tuple(captured)),
        summary={},
    )
    return finish.finish(result, stages, figures=figures)


def run_field(
    case: Case,
    folder: str | Path | None = None,
    *,
    force: bool = False,
    figures: bool = True,
    comm: Any = None,
    reporter: Reporter | None = None,
) -> FieldResult:
    """The field part of `run` alone: no flow, no carriers traced; the same stages and arguments.

    The folder gets the field's files, pictures and report; forces and drifts are those of the
    case's median carriers.

    Raises
    ------
    CaseError, SolverError
        As `run`; also where nothing in the case makes a field.
    """
    from . import finish

    if not (case.magnet or case.coil or case.field_map or case.background):
        raise CaseError(
            "The case must have a magnet, a coil, a field_map or a background for its field to "
            "be computed, got none."
        )
    stages = _stages(case, folder, comm=comm, reporter=reporter, force=force)
    return finish.finish(_field(case, keys.Keys.of(case), stages), stages, figures=figures)


def _stages(
    case: Case, folder: str | Path | None, *, comm: Any, reporter: Reporter | None, force: bool
) -> Stages:
    """The stages of a run in `folder`, by default that of the case's title."""
    from magcap.parallel import world

    folder = Path(folder) if folder is not None else Path("runs") / keys.folder_name(case.title)
    return Stages(
        folder=folder / "stages",
        comm=comm or world(),
        reporter=reporter or Silent(),
        force=force,
    )


def _field(case: Case, key: keys.Keys, stages: Stages) -> FieldResult:
    """Meshes of vessel and field, and the magnetic field."""
    from magcap.geometry.lumen import build_lumen
    from magcap.geometry.scene import scene_of
    from magcap.pipeline.stages import mesh_and_field
    from magcap.reading.checks import check_bodies
    from magcap.solvers.loads import warn_of_losses

    check_bodies(case)  # a case made in Python, e.g. by `from_magpylib`, was read by nobody
    scene = scene_of(case)
    lumen = stages.run(
        "vessel mesh", key.lumen, lambda: build_lumen(case.vessel, case.mesh), root_only=True
    )
    field_mesh, field = mesh_and_field(case, key, stages, scene, lumen)
    if stages.comm.rank == 0:
        warn_of_losses(field.working_points, scene.magnets)
    return FieldResult(
        case=case,
        folder=stages.folder.parent,
        scene=scene,
        lumen=lumen,
        field_mesh=field_mesh,
        field=field,
        summary={},
    )

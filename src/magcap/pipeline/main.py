"""The whole program on one screen: case → geometry → field, flow → capture → files, pictures."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from magcap.case import Case
from magcap.errors import CaseError
from magcap.geometry.mesh import FieldMesh, Lumen
from magcap.geometry.scene import scene_of
from magcap.parallel import world
from magcap.solvers.results import CaptureResult

from .engine import Stages
from .finish import finished
from .folders import entered
from .progress import Reporter, Silent
from .results import FieldResult, RunResult
from .stage import Made, Stage
from .stages import (
    ADAPTED_MESH,
    CAPTURE,
    CONTROL,
    FIELD,
    FIELD_MESH,
    FLOOR,
    FLOW,
    LOADS,
    PERIOD,
    SUSPENSION,
    TRACING_VELOCITY,
    VESSEL,
    blood_flow,
    field_mesh_of,
)
from .store import open_store

#: The stages of the field: its loads are for a case that asks for them.
FIELD_STAGES: tuple[Stage[Any], ...] = (VESSEL, FIELD_MESH, ADAPTED_MESH, FIELD, LOADS)
#: What comes after the field.
CAPTURE_STAGES: tuple[Stage[Any], ...] = (
    PERIOD,
    FLOW,
    TRACING_VELOCITY,
    SUSPENSION,
    FLOOR,
    CONTROL,
    CAPTURE,
)
#: All stages, each after those that it needs.
ALL: tuple[Stage[Any], ...] = (*FIELD_STAGES, *CAPTURE_STAGES)


def run(
    case: Case,
    folder: str | Path | None = None,
    *,
    force: bool = False,
    figures: bool = True,
    comm: Any = None,
    reporter: Reporter | None = None,
    store: str | Path | None = None,
) -> RunResult:
    """Run `case`; stages of which nothing they depend on changed are reused, also of other runs.

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
    store : path, optional
        Where results of stages are kept for this and other runs; by default the folder that the
        environment variable ``MAGCAP_STORE`` names, or ``.stages`` beside `folder`.

    Raises
    ------
    CaseError
        If the input is found wrong only here, e.g. a surface that cannot be a lumen.
    SolverError
        If a mesh or a solution cannot be had; finished stages are kept. Also if another process
        runs in `folder`; threads of one process run one after the other.
    """
    place, comm = folder_of(case, folder), comm or world()
    with entered(place, case, comm):
        stages = stages_in(place, store, comm=comm, reporter=reporter, force=force)
        return finished(solve(case, place, stages), stages, figures=figures)


def solve(case: Case, folder: Path, stages: Stages) -> RunResult:
    """All results of `run`, with an empty summary and nothing written but to the store.

    Raises
    ------
    CaseError, SolverError
        As `run`.
    """
    solved, made = _field(case, folder, stages, FIELD_STAGES)
    made = stages.make(CAPTURE_STAGES, case, solved.scene, made)
    return RunResult(
        case=case,
        folder=folder,
        scene=solved.scene,
        lumen=solved.lumen,
        field_mesh=solved.field_mesh,
        field=solved.field,
        flow=blood_flow(made),
        capture=CaptureResult(carriers=made.all(CAPTURE)),
        summary={},
        made=made.by_class(),
    )


def run_field(
    case: Case,
    folder: str | Path | None = None,
    *,
    force: bool = False,
    figures: bool = True,
    comm: Any = None,
    reporter: Reporter | None = None,
    store: str | Path | None = None,
) -> FieldResult:
    """The field part of `run` alone: no flow, no carriers traced; the same stages and arguments.

    The folder gets the field's files, pictures and report; forces and drifts are those of the
    case's median carriers. Forces and torques on the bodies are always among the numbers.

    Raises
    ------
    CaseError, SolverError
        As `run`; also where nothing in the case makes a field.
    """
    if not (case.magnet or case.coil or case.field_map or case.background):
        raise CaseError(
            "The case must have a magnet, a coil, a field_map or a background for its field to "
            "be computed, got none."
        )
    place, comm = folder_of(case, folder), comm or world()
    with_loads = tuple(LOADS.always if stage is LOADS else stage for stage in FIELD_STAGES)
    with entered(place, case, comm):
        stages = stages_in(place, store, comm=comm, reporter=reporter, force=force)
        solved, _ = _field(case, place, stages, with_loads)
        return finished(solved, stages, figures=figures)


def meshes_of(
    case: Case, *, comm: Any = None, reporter: Reporter | None = None
) -> tuple[Lumen, FieldMesh | None]:
    """The meshes of `run`, computed anew: of the lumen, and of the field before it is adapted.

    Parameters
    ----------
    case, comm, reporter
        As of `run`.

    Raises
    ------
    CaseError, SolverError
        As `run`.
    """
    whole = case.model_copy(update={"mesh": case.mesh.model_copy(update={"tolerance": None})})
    with tempfile.TemporaryDirectory(prefix="magcap-") as folder:
        stages = stages_in(Path(folder), folder, comm=comm, reporter=reporter, force=True)
        made = stages.make((VESSEL, FIELD_MESH), whole, scene_of(case))
    return made[VESSEL], made.get(FIELD_MESH)


def folder_name(title: str) -> str:
    """A folder name from a title.

    >>> folder_name("Femoral artery, button magnet")
    'femoral-artery-button-magnet'
    """
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-")[:80] or "untitled"


def folder_of(case: Case, folder: str | Path | None) -> Path:
    """The folder of a run, by default that of the case's title."""
    return Path("runs") / folder_name(case.title) if folder is None else Path(folder)


def stages_in(
    folder: Path,
    store: str | Path | None,
    *,
    comm: Any,
    reporter: Reporter | None,
    force: bool,
) -> Stages:
    """The engine of a run in `folder`."""
    return Stages(
        store=open_store(folder.parent, store),
        comm=comm or world(),
        reporter=reporter or Silent(),
        force=force,
        folder=folder,
    )


def _field(
    case: Case, folder: Path, stages: Stages, wanted: tuple[Stage[Any], ...]
) -> tuple[FieldResult, Made]:
    """Meshes of vessel and field, the magnetic field, and loads if they are wanted."""
    from magcap.reading.checks import check_bodies
    from magcap.solvers.loads import warn_of_losses

    check_bodies(case)  # a case made in Python, e.g. by `from_magpylib`, was read by nobody
    scene = scene_of(case)
    made = stages.make(wanted, case, scene)
    field, loads = made[FIELD], made.get(LOADS)
    if loads is not None:
        field = replace(field, loads=loads.bodies)
    if stages.comm.rank == 0:
        warn_of_losses(field.working_points, scene.magnets)
    result = FieldResult(
        case=case,
        folder=folder,
        scene=scene,
        lumen=made[VESSEL],
        field_mesh=field_mesh_of(made),
        field=field,
        summary={},
        made=made.by_class(),
    )
    return result, made

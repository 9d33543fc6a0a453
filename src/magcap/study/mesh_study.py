"""A case on three meshes: what of its numbers is the mesh's.

>>> import magcap
>>> result = magcap.mesh_study(magcap.load("case.toml"))  # doctest: +SKIP
>>> result.summary["mesh_study"]["quantities"]  # doctest: +SKIP

The stages of every mesh are kept in the store as those of any run, so that a study that was
interrupted goes on where it stopped, and shares the case's own mesh with `magcap.run`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

from magcap.case import Case, Mesh, MeshVessel
from magcap.errors import CaseError
from magcap.parallel import on_root, world
from magcap.pipeline import (
    Reporter,
    RunResult,
    Stages,
    entered,
    finished,
    folder_of,
    solve,
    stages_in,
)
from magcap.postprocess.accuracy import Level, MeshStudy
from magcap.postprocess.answer import summarise
from magcap.version import __version__

Resolution = Literal["coarse", "medium", "fine"]
RESOLUTIONS: Final[tuple[Resolution, ...]] = ("coarse", "medium", "fine")
#: Sizes of cells relative to those of the medium mesh, as those in the core of a swept lumen.
RELATIVE: Final[dict[Resolution, float]] = {"coarse": 1.63, "medium": 1.0, "fine": 0.54}
#: Explicit sizes of the table `[mesh]` that are scaled.
SCALED = ("lumen_size", "wall_size", "field_size", "magnet_size")


def mesh_study(
    case: Case,
    folder: str | Path | None = None,
    *,
    force: bool = False,
    figures: bool = True,
    comm: Any = None,
    reporter: Reporter | None = None,
    store: str | Path | None = None,
) -> RunResult:
    """Run `case` on its own mesh and on the two other resolutions; parameters as of `magcap.run`.

    Returns
    -------
    RunResult
        Of the case's own mesh. ``summary["mesh_study"]`` has the table, which is also written as
        ``mesh_study.csv`` and ``mesh_study.json``; the error of the flow comes from it.

    Raises
    ------
    CaseError, SolverError
        As `magcap.run`, and where the sizes of a case cannot be made coarser or its lumen is a
        mesh that is taken as it is.
    """
    if isinstance(case.vessel, MeshVessel):
        raise CaseError(
            "The study of the mesh needs a lumen that can be meshed again, got "
            '`vessel.shape` = "mesh"; run the case with finer and coarser files instead.'
        )
    place, comm = folder_of(case, folder), comm or world()
    with entered(place, case, comm):
        first = stages_in(place, store, comm=comm, reporter=reporter, force=force)
        return _studied(case, place, first, figures=figures)


def _studied(case: Case, place: Path, first: Stages, *, figures: bool) -> RunResult:
    """The three runs, and the files of that on the case's own mesh."""
    levels: list[Level] = []
    own: tuple[RunResult, Stages] | None = None
    for resolution in RESOLUTIONS:
        mesh = mesh_at(case.mesh, resolution)
        one = case.model_copy(update={"mesh": mesh})
        stages = _named(first, resolution)
        result = _solved(one, place, stages, resolution)
        levels.append(_level(result, stages, resolution))
        if resolution == case.mesh.resolution:
            own = result, stages
    assert own is not None
    result, stages = own
    coarse, medium, fine = levels
    study = MeshStudy(levels=(coarse, medium, fine), used=case.mesh.resolution, sizes=_words(case))
    result = replace(result, case=case, made={**result.made, MeshStudy: (study,)})
    return finished(result, replace(stages, reporter=first.reporter), figures=figures)


def mesh_at(mesh: Mesh, resolution: Resolution) -> Mesh:
    """The table `[mesh]` at another resolution.

    Explicit sizes are those of the table's own resolution; they are scaled like the others.
    """
    scale = RELATIVE[resolution] / RELATIVE[mesh.resolution]
    given = {name: getattr(mesh, name) for name in SCALED}
    sizes = {name: scale * size for name, size in given.items() if size is not None}
    return mesh.model_copy(update={"resolution": resolution, **sizes})


def _words(case: Case) -> str:
    """How the meshes were made."""
    text = "Resolutions of magcap: cells of the lumen 1.63, 1 and 0.54 times as large as medium."
    given = [f"`mesh.{name}`" for name in SCALED if getattr(case.mesh, name) is not None]
    if given:
        text += f" {', '.join(given)} of the case scaled likewise."
    if case.mesh.tolerance is not None and (case.magnet or case.iron):
        text += " The field mesh is refined to `mesh.tolerance` on each."
    return text


def _solved(case: Case, folder: Path, stages: Stages, resolution: str) -> RunResult:
    """The results on one mesh; faults say which mesh they are of."""
    try:
        return solve(case, folder, stages)
    except CaseError as error:
        raise CaseError(
            [f"On the {resolution} mesh of the study: {fault}" for fault in error.faults]
        ) from error


def _level(result: RunResult, stages: Stages, resolution: str) -> Level:
    """The numbers of one mesh."""
    summary = on_root(stages.comm, lambda: summarise(result.outcome(), version=__version__))
    return Level(resolution=resolution, summary=summary)


def _named(stages: Stages, resolution: str) -> Stages:
    """An engine of its own on the same store, whose stages bear the name of the mesh."""
    return replace(stages, reporter=_Named(stages.reporter, resolution), timings={}, cached={})


class _Named:
    """A reporter that says which mesh a stage is for."""

    def __init__(self, reporter: Reporter, name: str) -> None:
        self._reporter, self._name = reporter, name
        self.update: Callable[[float, str], None] = reporter.update
        self.warn: Callable[[str], None] = reporter.warn

    def stage(self, name: str) -> None:
        """A stage starts."""
        self._reporter.stage(f"{self._name}: {name}")

    def done(self, name: str, seconds: float, cached: bool) -> None:
        """A stage ended."""
        self._reporter.done(f"{self._name}: {name}", seconds, cached)

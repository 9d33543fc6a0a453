"""What a march in time leaves on the disk: checkpoints, and the last good state of a lost one."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from magcap.errors import SolverError
from magcap.files import digest, replacing
from magcap.geometry.mesh import Lumen
from magcap.version import __version__

from . import npz
from .stage import Context

if TYPE_CHECKING:
    from magcap.solvers.unsteady import Checkpoint, FlowDiverged, Keeper


logger = logging.getLogger(__name__)


def keeper_of(context: Context, lumen: Lumen, key: str) -> Keeper | None:
    """Checkpoints of the stage with this key; None where a run keeps nothing."""
    from magcap.solvers.unsteady import Checkpoint, Keeper

    if context.unfinished is None:
        return None
    path = _path(context.unfinished, key)

    def load() -> Checkpoint | None:
        if context.fresh:
            return None
        found = npz.load(path, name=path.name) if context.comm.rank == 0 else None
        if context.comm.rank == 0 and path.exists() and not isinstance(found, Checkpoint):
            logger.warning(
                "The checkpoint of the flow is not used: %s is torn, cut short or of another "
                "program. The flow is computed from its start.",
                path,
            )
        found = context.comm.bcast(found)
        return found if isinstance(found, Checkpoint) else None

    def save(checkpoint: Checkpoint) -> None:
        npz.save(path, checkpoint, name=path.name)

    return Keeper(identity=_identity(lumen, key), load=load, save=save)


def forget_checkpoint(context: Context, key: str) -> None:
    """Remove what is no longer needed."""
    if context.unfinished is not None and context.comm.rank == 0:
        _path(context.unfinished, key).unlink(missing_ok=True)


def _path(folder: Path, key: str) -> Path:
    """The checkpoint of the stage with this key; the store removes it when it is old."""
    return folder / f".flow_over_a_period-{key}.checkpoint.npz"


def _identity(lumen: Lumen, key: str) -> Mapping[str, str]:
    mesh = lumen.mesh
    shape = digest(mesh.points.tobytes().hex(), mesh.cells.tobytes().hex())
    return {"version": __version__, "mesh": shape, "case": key}


@contextmanager
def leaving_the_last_state(context: Context, lumen: Lumen) -> Iterator[None]:
    """Write the last good state of a march that is lost beside the results, and draw it."""
    from magcap.solvers.unsteady import FlowDiverged

    try:
        yield
    except FlowDiverged as error:
        if context.lost is None:
            raise
        path = context.lost / "flow_lost.vtu"
        if context.comm.rank == 0:
            _write(path, lumen, error)
        raise SolverError(f"{error} The last good state is in {path.name}.") from None


def _write(path: Path, lumen: Lumen, error: FlowDiverged) -> None:
    from magcap.postprocess.files import state_grid
    from magcap.postprocess.hemodynamics import draw_lost

    grid = state_grid(lumen, {"velocity": error.velocity, "pressure": error.pressure})
    with replacing(path) as temporary:
        grid.save(temporary)
    try:
        draw_lost(path.with_suffix(".png"), grid, error.velocity, lumen.inlet.radius)
    except Exception as trouble:  # a picture must not hide why the flow was lost
        logger.warning("The picture of the last state could not be drawn: %s", trouble)

"""One gmsh session: quiet, reproducible, no signal handlers, errors as `SolverError`.

gmsh works in millimetres inside a session; what leaves it is converted to metres by the caller.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from magcap.errors import SolverError

logger = logging.getLogger(__name__)


@contextmanager
def gmsh_session(*, threads: int = 1) -> Iterator[Any]:
    """Start gmsh with one empty model and end it, whatever happens.

    Inside a running session (a user's, or a nested call) a new model is made and removed.

    Parameters
    ----------
    threads : int
        Of HXT; one thread gives the same mesh every time.

    Yields
    ------
    gmsh : module

    Raises
    ------
    SolverError
        With gmsh's last error, if gmsh failed. Other exceptions pass unchanged.
    """
    import gmsh

    nested = bool(gmsh.isInitialized())
    if not nested:
        gmsh.initialize(argv=[], readConfigFiles=False, interruptible=False)
    previous = gmsh.model.getCurrent() if nested else ""
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        gmsh.option.setNumber("General.NumThreads", threads)
        gmsh.option.setNumber("Mesh.MaxNumThreads3D", threads)
        gmsh.model.add("magcap")
        yield gmsh
    except Exception as error:
        if type(error) is not Exception:  # gmsh raises bare Exceptions; the rest is not its own
            raise
        reason = str(error).strip() or gmsh.logger.getLastError() or "no reason given"
        logger.debug("gmsh failed", exc_info=True)
        raise SolverError(
            f"The mesh could not be made; gmsh says: {reason.rstrip('.')}. "
            "Try another mesh size (mesh.resolution) or look for faults of the geometry."
        ) from error
    finally:
        if nested:
            gmsh.model.remove()
            gmsh.model.setCurrent(previous)
        else:
            gmsh.finalize()

"""The folder of a run that was asked for by no name: one for each case file.

``runs/NAME`` is taken from the file, or from its folder where the file's name says nothing, as
``examples/01_demo/case.toml``. Where a case file of the same name but elsewhere has run in that
folder, the names of the folders above are added until no other case is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from magcap.errors import SolverError
from magcap.files import digest
from magcap.parallel import on_root

from .lock import occupied, owner_of

#: Names of files that do not say which case it is.
_GENERIC: Final = frozenset({"case", "config", "input", "magcap", "main", "model", "run"})


def default_folders(case: Path, *, runs: Path = Path("runs"), suffix: str = "") -> Iterator[Path]:
    """The folders that a case file may have, the best first.

    >>> [str(f) for f in default_folders(Path("/a/b/case.toml"))][:2]
    ['runs/b', 'runs/a-b']
    >>> [str(f) for f in default_folders(Path("/a/vein.toml"), suffix="-field")][:2]
    ['runs/vein-field', 'runs/a-vein-field']
    """
    path = case.absolute()
    above = [name for name in reversed(path.parent.parts) if name.strip("/\\")]
    # A file that lies where the command is given is known there by its own name.
    generic = path.stem.lower() in _GENERIC and path.parent != Path.cwd()
    names = above if generic and above else [path.stem, *above]
    for count in range(1, len(names) + 1):
        yield runs / ("-".join(reversed(names[:count])) + suffix)
    yield runs / f"{names[0]}-{digest(str(path))}{suffix}"


@contextmanager
def occupied_by_case(
    case: Path, folder: Path | None, comm: Any, *, suffix: str = ""
) -> Iterator[Path]:
    """Hold the folder of a run of the case file `case`; collective.

    Parameters
    ----------
    case : Path
    folder : Path or None
        As asked for; None for the first of `default_folders` that belongs to no other case.
    comm : MPI communicator
    suffix : str
        Ends the name of a default folder.

    Yields
    ------
    Path

    Raises
    ------
    SolverError
        If another process runs there.
    """
    with ExitStack() as stack:
        found = folder or on_root(comm, lambda: _own(case, suffix))
        try:
            stack.enter_context(occupied(found, comm, case=case))
        except SolverError:
            # Another case of this name may have begun in the meantime: then there is a next folder.
            other = folder or on_root(comm, lambda: _own(case, suffix))
            if other == found:
                raise
            found = other
            stack.enter_context(occupied(found, comm, case=case))
        yield found


def _own(case: Path, suffix: str) -> Path:
    """The first default folder that no other case file has; one that has gone leaves its folder."""
    path = case.absolute()
    for folder in default_folders(path, suffix=suffix):
        owner = owner_of(folder)
        if owner is None or not owner.case or owner.case == str(path):
            return folder
        if not Path(owner.case).is_file():
            return folder
    return folder

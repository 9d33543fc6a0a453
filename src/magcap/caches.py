"""A place for compiled code where the home folder takes none.

numba and DOLFINx' form compiler keep what they compile in ``$XDG_CACHE_HOME``, by default
``~/.cache``, and end the program where nothing can be written there, or the disk is full. Then a
folder of this user in the system's temporary folder serves them, and `note` says so.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Final

#: Where libraries look for the folder of caches.
VARIABLE: Final = "XDG_CACHE_HOME"
#: Bytes that compiled code takes at most.
_ROOM: Final = 50_000_000
_notes: list[str] = []


def note() -> str:
    """What the user should know of the place of the caches; empty where it is the usual one."""
    return " ".join(_notes)


def prepare() -> None:
    """Have a folder of caches that can be written to; before numba or DOLFINx is imported.

    Sets ``XDG_CACHE_HOME``, and ``MPLCONFIGDIR`` and ``HOME`` where they have no use either, in
    the environment of this process and its children.
    """
    place = Path(os.environ.get(VARIABLE) or os.path.expanduser("~/.cache"))
    if not place.is_absolute():  # no HOME, and no entry among the users: "~" stays
        os.environ["HOME"] = str(fallback())
    if takes_files(place):
        _spare_a_full_disk(place)
        return
    instead = fallback()
    os.environ[VARIABLE] = str(instead)
    os.environ.setdefault("MPLCONFIGDIR", str(instead / "matplotlib"))
    _spare_a_full_disk(instead)
    _notes.append(
        f"Nothing can be written to {place}: compiled code is kept in {instead} and may have to "
        f"be compiled anew. Set the variable {VARIABLE} to a folder that lasts."
    )


def takes_files(folder: Path) -> bool:
    """Whether files can be made in `folder`, which is made if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder.is_absolute() and has_room(folder)
    except OSError:
        return False


def has_room(folder: Path) -> bool:
    """Whether the disk of `folder` has room for what is compiled."""
    return shutil.disk_usage(folder).free > _ROOM


def _spare_a_full_disk(caches: Path) -> None:
    """numba first keeps its code beside magcap's: not on a disk that is full."""
    if not has_room(Path(__file__).parent):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(caches / "numba"))


def fallback() -> Path:
    """A folder of this user alone in the temporary folder.

    The one of a fixed name, which keeps what is compiled for the next run, only if nobody else
    can have put anything there: code is loaded from it.
    """
    place = Path(tempfile.gettempdir()) / f"magcap-cache-{os.getuid()}"
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        state = place.lstat()
    except OSError:
        return Path(tempfile.mkdtemp(prefix="magcap-cache-"))
    mine = stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid()
    if not mine or state.st_mode & 0o077:
        return Path(tempfile.mkdtemp(prefix="magcap-cache-"))
    return place

"""The one door for files that a case names: regular files of a sensible size, else a sentence.

A pipe would wait for a writer for ever and a device never end, so what a path leads to is looked
at before it is opened, and again once it is open.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

from magcap.errors import CaseError

from .encoding import decoded

_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def check_file(file: Path, what: str, *, most: int, hint: str = "", empty: bool = False) -> int:
    """Size of a regular file in bytes that can be read and is neither empty nor too large.

    Parameters
    ----------
    file : Path
    what : str
        For messages, e.g. ``"`vessel.file`"``.
    most : int
        Bytes.
    hint : str
        A sentence that tells what to do with a larger file.
    empty : bool
        Whether an empty file is taken.

    Raises
    ------
    CaseError
        Else.
    """
    descriptor = _opened(file, what)
    try:
        return _checked(os.fstat(descriptor), file, what, (most, hint, empty))
    finally:
        os.close(descriptor)


def read_bytes(file: Path, what: str, *, most: int, hint: str = "", empty: bool = False) -> bytes:
    """Content of a file that `check_file` finds right.

    Raises
    ------
    CaseError
        Else.
    """
    with os.fdopen(_opened(file, what), "rb") as stream:
        _checked(os.fstat(stream.fileno()), file, what, (most, hint, empty))
        try:
            data = stream.read(most + 1)
        except OSError as error:
            raise _unreadable(file, what, error) from None
    if len(data) > most:  # it grew
        raise _too_large(file, what, len(data), (most, hint, empty))
    return data


def read_text(file: Path, what: str, *, most: int, kind: str, empty: bool = False) -> str:
    """Text of a file that `check_file` finds right, in whichever encoding.

    Parameters
    ----------
    file, what, most, empty
        As for `check_file`.
    kind : str
        What is expected, e.g. ``"a B-H table is a short text"``.

    Raises
    ------
    CaseError
        Else.
    """
    data = read_bytes(file, what, most=most, hint=f"{kind[:1].upper()}{kind[1:]}.", empty=empty)
    try:
        return decoded(data)
    except ValueError:
        raise CaseError(f"{what}: {shown(file)} is not text; {kind}.") from None


def shown(file: Path) -> str:
    """A path for a sentence: in quotes, without characters that a terminal would act on."""
    text = "".join(c if c.isprintable() else "?" for c in str(file))
    return f'"{text if len(text) <= 300 else "..." + text[-297:]}"'


def _opened(file: Path, what: str) -> int:
    """A descriptor of what is at `file`, without waiting for anyone."""
    try:
        found = os.stat(file)
        _check_kind(found.st_mode, file, what)
        return os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _unreadable(file, what, error) from None
    except ValueError:  # a null character in the name
        raise CaseError(f"{what}: {shown(file)} cannot be the name of a file.") from None


def _check_kind(mode: int, file: Path, what: str) -> None:
    if stat.S_ISREG(mode):
        return
    kind = next((name for test, name in _KINDS if test(mode)), "something else")
    raise CaseError(f"{what}: {shown(file)} is not a file but {kind}.")


def _checked(found: os.stat_result, file: Path, what: str, rules: tuple[int, str, bool]) -> int:
    most, _, empty = rules
    _check_kind(found.st_mode, file, what)
    if found.st_size == 0 and not empty:
        raise CaseError(f"{what}: {shown(file)} is empty.")
    if found.st_size > most:
        raise _too_large(file, what, found.st_size, rules)
    return found.st_size


def _too_large(file: Path, what: str, size: int, rules: tuple[int, str, bool]) -> CaseError:
    most, hint, _ = rules
    return CaseError(
        f"{what}: {shown(file)} has {in_words(size)}, larger than {in_words(most)}, the most that "
        "is read." + (f" {hint}" if hint else "")
    )


def in_words(size: int) -> str:
    """Bytes for a sentence.

    >>> in_words(10_000_000), in_words(2 * 2**30)
    ('10 MB', '2.1 GB')
    """
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= scale:
            return f"{size / scale:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} bytes"


def _unreadable(file: Path, what: str, error: OSError) -> CaseError:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return CaseError(
            f"{what}: {shown(file)} is not there; a relative path starts at the folder of the case "
            "file."
        )
    if error.errno == errno.ELOOP:
        return CaseError(f"{what}: {shown(file)} is a link that leads to itself.")
    if error.errno == errno.ENXIO:
        return CaseError(f"{what}: {shown(file)} is not a file but a socket.")
    return CaseError(f"{what}: {shown(file)} cannot be read ({error.strerror}).")

"""Standard streams that a run outlives: a closed pipe or terminal, a full disk, an ASCII terminal.

What nobody reads any more is dropped and the command goes on. What the terminal's encoding does not
have is written with the letters that it has: ``204 um/s`` for ``204 µm/s``.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
import unicodedata
from collections.abc import Buffer
from typing import Final, TextIO

#: Signs without a decomposition into ASCII that Unicode would know.
_PLAIN: Final = {
    "µ": "u",
    "μ": "u",
    "∇": "grad ",
    "·": "*",
    "×": "x",
    "–": "-",
    "—": "-",
    "−": "-",
    "→": "->",
    "≤": "<=",
    "≥": ">=",
    "±": "+-",
    "✓": "ok",
    "✗": "x",
    "Ø": "diameter ",
    "Λ": "Lambda",
    "Ψ": "Psi",
    "η": "eta",
    "ρ": "rho",
    "γ": "gamma",
    "…": "...",
    "½": "1/2 ",
    "“": '"',
    "”": '"',
    "’": "'",
    "²": "^2",
    "³": "^3",
    "⁻": "^-",
    "°": " deg ",
}
#: Nobody is there to read: a pipe without an end, a terminal that went away.
_GONE: Final = (errno.EPIPE, errno.EIO, errno.EBADF, errno.ENXIO)


def plain(text: str) -> str:
    """`text` in ASCII.

    >>> plain("½∇|B|² at 204 µm/s, 10⁻⁶ m³, Péclet")
    '1/2 grad |B|^2 at 204 um/s, 10^-6 m^3, Peclet'
    """
    known = "".join(_PLAIN.get(sign, sign) for sign in text)
    return unicodedata.normalize("NFKD", known).encode("ascii", "ignore").decode() or "?"


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    """What a codec writes for signs that it does not have."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return plain(error.object[error.start : error.end]), error.end


codecs.register_error("magcap-plain", _in_ascii)


class Lasting(io.RawIOBase):
    """A file descriptor that is written to for as long as it can be.

    Attributes
    ----------
    lost : OSError or None
        Why it cannot be written to any more, unless nobody reads it.
    """

    def __init__(self, descriptor: int) -> None:
        self.lost: OSError | None = None
        self._descriptor = descriptor
        self._open = True

    def writable(self) -> bool:
        """Always."""
        return True

    def fileno(self) -> int:
        """The descriptor."""
        return self._descriptor

    def isatty(self) -> bool:
        """Whether it is a terminal that is still there."""
        return self._open and os.isatty(self._descriptor)

    def write(self, data: Buffer, /) -> int:
        """Write what the descriptor takes; all of it counts as written where it takes nothing."""
        size = memoryview(data).nbytes
        if not self._open:
            return size
        try:
            return os.write(self._descriptor, data)
        except OSError as error:
            self._open = False
            self.lost = None if error.errno in _GONE else error
            return size


def install() -> None:
    """Put lasting streams in the places of `sys.stdout` and `sys.stderr`.

    A descriptor that is closed is opened on nothing first: the next file that a library opens
    would get its number, and with it what the library prints.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number, which is this one
    sys.stdout = _lasting(1, sys.stdout)
    sys.stderr = _lasting(2, sys.stderr)


def hush() -> None:
    """Let nothing more be printed, by no library either; what was printed is on its way."""
    sys.stdout.flush()
    sys.stderr.flush()
    nothing = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nothing, descriptor)


def lost() -> OSError | None:
    """Why standard output did not get everything, unless nobody wanted it."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return raw.lost if isinstance(raw, Lasting) else None


def _lasting(descriptor: int, before: TextIO | None) -> TextIO:
    raw = Lasting(descriptor)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=getattr(before, "encoding", None) or "utf-8",
        errors="magcap-plain",
        line_buffering=raw.isatty() or descriptor == 2,
    )

"""Files that are whole or absent, and the digests that tell whether their content changed.

A file is written under a temporary name in the same folder, flushed to the disk and renamed, so
that a reader sees a whole file or none, whatever kills the writer.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name with the same ending; on success it is flushed and takes `path`'s place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{secrets.token_hex(4)}{path.suffix}")
    try:
        with _naming(path):
            yield temporary
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Name the file in an error of the system that names none or the temporary one."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and str(error.filename or path.parent).startswith(
            str(path.parent)
        ):
            error.filename = str(path)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def digest(*parts: object) -> str:
    """SHA-256 over the JSON of `parts` (str, numbers, None, lists, mappings); 16 hex digits.

    >>> digest("a", 1.0) == digest("a", 1.0)
    True
    """
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def file_digest(path: Path) -> str:
    """SHA-256 of a file's content, 16 hex digits; ``"absent"`` without the file."""
    if not path.is_file():
        return "absent"
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]

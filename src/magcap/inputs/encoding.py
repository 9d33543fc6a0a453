"""Which encoding a text is in: UTF-8, UTF-16 or UTF-32, else that of western Windows."""

from __future__ import annotations

import codecs
import re
from typing import Final

#: Byte order marks, the longer ones first.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What no text holds: control characters but tab, line ends, form feed, the end mark of DOS.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f\ufffe\uffff]")


def encoding_of(data: bytes) -> str:
    """The encoding of `data`, the beginning of a text or all of it.

    Raises
    ------
    ValueError
        If it is no text.

    >>> encoding_of("µT".encode("cp1252")), encoding_of("µT".encode())
    ('cp1252', 'utf-8')
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    if b"\0" in data:
        return _of_two_bytes(data)
    if re.search(rb"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]", data):
        raise ValueError("it is not text")
    try:  # the last character may be cut where `data` is only a beginning
        codecs.getincrementaldecoder("utf-8")().decode(data)
        return "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        raise ValueError("it is not text") from None
    return "cp1252"


def _of_two_bytes(data: bytes) -> str:
    """UTF-16 without its mark: nearly every other byte is 0."""
    half = max(1, len(data) // 2)
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if data[first::2].count(0) > 0.7 * half and data[1 - first :: 2].count(0) == 0:
            return name
    raise ValueError("it is not text")


def decoded(data: bytes) -> str:
    """The text that `data` is.

    Raises
    ------
    ValueError
        If it is no text.
    """
    try:
        text = data.decode(encoding_of(data))
    except UnicodeError:
        raise ValueError("it is not text") from None
    text = text.removesuffix("\x1a")
    if _CONTROL.search(text):
        raise ValueError("it is not text")
    return text

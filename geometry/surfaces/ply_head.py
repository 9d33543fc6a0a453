"""The head of a PLY file: how many entries of which numbers follow, and in which order of bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_TYPES: Final = {
    **dict.fromkeys(("char", "int8"), "i1"),
    **dict.fromkeys(("uchar", "uint8"), "u1"),
    **dict.fromkeys(("short", "int16"), "i2"),
    **dict.fromkeys(("ushort", "uint16"), "u2"),
    **dict.fromkeys(("int", "int32"), "i4"),
    **dict.fromkeys(("uint", "uint32"), "u4"),
    **dict.fromkeys(("long", "int64"), "i8"),
    **dict.fromkeys(("ulong", "uint64"), "u8"),
    **dict.fromkeys(("float", "float32"), "f4"),
    **dict.fromkeys(("double", "float64"), "f8"),
}
_ORDERS: Final = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}
#: A head is a few lines.
_HEAD: Final = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A number of an entry, or a list of them with its count before it."""

    name: str
    kind: str
    counted_by: str | None = None


@dataclass(slots=True, kw_only=True)
class Element:
    """So many entries of the same properties."""

    name: str
    count: int
    properties: list[Property] = field(default_factory=list)

    @property
    def least(self) -> int:
        """Numbers that an entry has at least, its lists being empty."""
        return len(self.properties)


def read_head(data: bytes) -> tuple[str, list[Element], int, int]:
    """Order of bytes ("" for text), elements, where the body starts, and lines before it."""
    if not data.startswith(b"ply"):
        raise ValueError('it does not start with "ply"')
    order: str | None = None
    elements: list[Element] = []
    place = 0
    for number in range(1, 10_000):
        end = data.find(b"\n", place, _HEAD)
        if end < 0:
            break
        words = data[place:end].decode("latin-1").split()
        place = end + 1
        if words == ["end_header"]:
            if order is None:
                raise ValueError('its head has no line "format"')
            return order, elements, place, number
        if not words or words[0] in ("comment", "obj_info") or words == ["ply"]:
            continue
        if words[0] == "format" and len(words) == 3 and words[1] in _ORDERS:
            order = _ORDERS[words[1]]
        elif words[0] == "element" and len(words) == 3 and words[2].isdecimal():
            elements.append(Element(name=words[1], count=int(words[2][:18])))
        elif words[0] == "property" and elements:
            elements[-1].properties.append(_property(words, number))
        else:
            raise ValueError(f'line {number} of its head is "{" ".join(words)[:40]}"')
    raise ValueError('its head has no end ("end_header")')


def _property(words: list[str], line: int) -> Property:
    match words:
        case ["property", "list", count, kind, name] if count in _TYPES and kind in _TYPES:
            if _TYPES[count][0] == "f":
                raise ValueError(f"a list in line {line} of its head is counted by no whole number")
            return Property(name=name, kind=_TYPES[kind], counted_by=_TYPES[count])
        case ["property", kind, name] if kind in _TYPES:
            return Property(name=name, kind=_TYPES[kind])
    raise ValueError(f'line {line} of its head is "{" ".join(words)[:40]}"')

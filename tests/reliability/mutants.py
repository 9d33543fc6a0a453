"""Random changes of text, bytes and tables, as typing errors, other programs and bad disks make."""

from __future__ import annotations

import copy
import re
from typing import Any

import numpy as np

#: Values that stand where another was meant.
WORDS = (
    *(
        "",
        "5 mm",
        "-5 mm",
        "0 mm",
        "1e400 m",
        "1e-300 m",
        "1e300 m",
        "nan mm",
        "inf T",
        "5 kg",
        "3",
    ),
    *("20 parsec", "1 km", "1e9 T", "5,3 mm", "5 µm", "1 GPa", "300 m/s", "50 %", "1 T"),
    *("tube", "bend", "surface", "channel", "halbach", "carreau-yasuda", "stick", "threshold"),
    *("langevin",),
    *("/dev/zero", "/dev/null", ".", "..", "fifo.csv", "empty.csv", "folder.stl", "loop.csv"),
    *("nothing.stl", "binary.csv", "~nobody/x", "gmsh:nix.stl", "\x00", "a" * 300, "N52", "1010"),
)
SCALARS: tuple[Any, ...] = (
    *(True, False, 0, 1, -1, 3, 10**6, 10**12, 2**63 - 1, 0.0, -0.5, 1e-300, 1e300, -1e300),
    *(float("nan"), float("inf"), float("-inf"), [], {}, [[]], [0, 0, 0], [1, 0], ["1 mm"] * 3),
)
#: What a number in a data file is replaced by.
NUMBERS = (
    *(b"nan", b"inf", b"-1", b"0", b"1e300", b"1e-300", b"99999999999", b"4294967296", b"", b"x"),
    *(b"-9223372036854775808", b"1,5", b"1e999", b"0x10", b"1000000"),
)
_NUMBER = re.compile(rb"-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")
_QUANTITY = re.compile(r"^(-?[\d.]+(?:e[-+]?\d+)?) (.+)$")
_UNITS = ("mm", "m", "um", "km", "T", "kg", "Pa", "mmHg", "A/m", "m/s", "s", "degC", "K", "")
#: Copies that one table in a list may get.
MOST_COPIES = 1500


def text(seed: str, rng: np.random.Generator) -> bytes:
    """A case file or table with one to three changes of its letters."""
    changed = seed
    for _ in range(rng.integers(1, 4)):
        changed = _edited(changed, rng)
    kind = rng.integers(12)
    if kind == 0:
        return changed.encode("utf-16")
    if kind == 1:
        return changed.encode("cp1252", errors="replace")
    if kind == 2:
        return b"\xef\xbb\xbf" + changed.encode("utf-8", errors="surrogatepass")
    if kind == 3:
        return changed.replace("\n", "\r\n").encode("utf-8", errors="surrogatepass")
    return changed.encode("utf-8", errors="surrogatepass")


def _edited(before: str, rng: np.random.Generator) -> str:
    lines = before.split("\n")
    at, row = int(rng.integers(len(before) + 1)), int(rng.integers(len(lines)))
    span = int(rng.integers(1, 13))
    match rng.integers(8):
        case 0:
            return before[:at] + before[at + span :]
        case 1:
            return before[:at] + str(rng.choice(WORDS)) + before[at:]
        case 2:
            return "\n".join([*lines[:row], lines[row], *lines[row:]])
        case 3:
            return "\n".join([*lines[:row], *lines[row + 1 :]])
        case 4:
            return before[:at]
        case 5:
            other = int(rng.integers(len(lines)))
            lines[row], lines[other] = lines[other], lines[row]
            return "\n".join(lines)
        case 6:
            return before[:at] + chr(int(rng.integers(1, 0x3000))) + before[at + 1 :]
        case _:
            swaps = ((",", ";"), (".", ","), ("[", "("), ("]", ")"), ('"', "'"), ("=", ":"))
            old, new = swaps[int(rng.integers(len(swaps)))]
            return before.replace(old, new)


def data(seed: bytes, rng: np.random.Generator) -> bytes:
    """A data file with one to three changes of bytes, numbers or length."""
    changed = seed
    for _ in range(rng.integers(1, 4)):
        changed = _damaged(changed, rng)
    return changed


def _damaged(before: bytes, rng: np.random.Generator) -> bytes:
    if not before:
        return before
    at, span = int(rng.integers(len(before))), int(rng.integers(1, 200))
    match rng.integers(7):
        case 0:
            return before[:at]
        case 1:
            return before[:at] + before[at + span :]
        case 2:
            return before[:at] + rng.bytes(span) + before[at:]
        case 3:
            return before[:at] + before[at : at + span] * 2 + before[at + span :]
        case 4:
            flipped = bytearray(before)
            for spot in rng.integers(len(before), size=int(rng.integers(1, 20))):
                flipped[spot] ^= 1 << int(rng.integers(8))
            return bytes(flipped)
        case _:  # numbers, of headers above all
            return _renumbered(before, rng)


def _renumbered(before: bytes, rng: np.random.Generator) -> bytes:
    reach = 600 if rng.random() < 0.7 else len(before)
    found = list(_NUMBER.finditer(before, 0, reach))
    if not found:
        return before
    spot = found[int(rng.integers(len(found)))]
    new = NUMBERS[int(rng.integers(len(NUMBERS)))]
    return before[: spot.start()] + new + before[spot.end() :]


def tables(seed: dict[str, Any], others: list[dict[str, Any]], rng: np.random.Generator) -> Any:
    """A case with one to three of its values, keys or tables changed."""
    tree = copy.deepcopy(seed)
    for _ in range(rng.integers(1, 4)):
        _change(tree, others[int(rng.integers(len(others)))], rng)
    return tree


def spots_of(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all values, tables and lists included."""
    items: Any = ()
    if isinstance(tree, dict):
        items = tree.items()
    elif isinstance(tree, list):
        items = enumerate(tree)
    found = [path] if path else []
    for key, value in items:
        found += spots_of(value, (*path, key))
    return found


def _at(tree: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def _change(tree: dict[str, Any], other: dict[str, Any], rng: np.random.Generator) -> None:
    spots = spots_of(tree)
    if not spots:
        return
    spot = spots[int(rng.integers(len(spots)))]
    parent, key = _at(tree, spot[:-1]), spot[-1]
    match rng.integers(8):
        case 0:
            parent[key] = _pick((*WORDS, *SCALARS), rng)
        case 1:
            del parent[key]
        case 2:
            parent[key] = _scaled(parent[key], rng)
        case 3:
            source = spots_of(other)[int(rng.integers(len(spots_of(other))))]
            parent[key] = copy.deepcopy(_at(other, source))
        case 4:
            _graft(tree, other, rng)
        case 5:
            if isinstance(parent, list):
                parent += [copy.deepcopy(parent[key])] * int(MOST_COPIES ** rng.random())
            else:
                parent[str(key) + str(rng.choice(["s", "_", "2"]))] = parent.pop(key)
        case 6:
            parent[key] = [parent[key]] if rng.random() < 0.5 else {"value": parent[key]}
        case _:
            parent[key] = _pick(WORDS, rng)


def _pick(values: tuple[Any, ...], rng: np.random.Generator) -> Any:
    return copy.deepcopy(values[int(rng.integers(len(values)))])


def _scaled(value: Any, rng: np.random.Generator) -> Any:
    """A number or quantity many times as large or small, or in another unit."""
    factor = 10.0 ** rng.choice([-300, -12, -6, -3, -1, 1, 3, 6, 12, 300])
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        scaled = value * factor
        small = isinstance(value, int) and abs(scaled) < 2.0**62
        return int(scaled) if small else scaled
    found = _QUANTITY.match(value) if isinstance(value, str) else None
    if found is None:
        return value
    if rng.random() < 0.3:
        return f"{found[1]} {rng.choice(_UNITS)}"
    return f"{float(found[1]) * factor!r} {found[2]}"


def _graft(tree: dict[str, Any], other: dict[str, Any], rng: np.random.Generator) -> None:
    """A key of another case's table put into the table of the same name."""
    name = list(other)[int(rng.integers(len(other)))]
    new, old = other[name], tree.get(name)
    if isinstance(new, list) and isinstance(old, list):
        old += copy.deepcopy(new)
    elif isinstance(new, dict) and isinstance(old, dict) and new:
        key = list(new)[int(rng.integers(len(new)))]
        old[key] = copy.deepcopy(new[key])
    else:
        tree[name] = copy.deepcopy(new)

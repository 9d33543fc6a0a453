"""Values, paths and choices as sentences spell them."""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Final


def shown(value: object) -> str:
    """`value` as it stood in the TOML file, shortened.

    >>> shown("13 kg"), shown(True), shown({"a": 1})
    ('"13 kg"', 'true', 'a table')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value if len(value) <= 60 else value[:57] + "...", ensure_ascii=False)
    if isinstance(value, float):
        return f"{value:g}" if math.isfinite(value) else str(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else "a very large number"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, Sequence):
        return f"a list of {len(value)}" if len(value) else "an empty list"
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def join(path: str, key: str) -> str:
    """Path of `key` in the table at `path`; keys that are no plain words are quoted."""
    plain = key.replace("_", "").replace("-", "").isalnum() and len(key) <= 60
    part = key if plain else shown(key)
    return f"{path}.{part}" if path else part


def choices(values: Sequence[object]) -> str:
    """List for a sentence.

    >>> choices(["a", "b", "c"])
    '"a", "b" or "c"'
    """
    words = [shown(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def suggestion(word: str, known: Sequence[str]) -> str:
    """What the user may have meant: ``"; did you mean `remanence`?"``, or the known words."""
    close = difflib.get_close_matches(word[:100].lower(), known, n=1, cutoff=0.6)
    if close:
        return f"; did you mean `{close[0]}`?"
    if 0 < len(known) <= 12:
        return f"; known here: {', '.join(f'`{k}`' for k in known)}."
    return "."


#: What differs between faults of one kind.
_OWN: Final = re.compile(r'\[\d+\]|"[^"]*"|[-+]?\d[\d.]*(?:e[-+]?\d+)?')


def capped(faults: Sequence[str], most: int = 20) -> list[str]:
    """Each fault once, and of those that differ in numbers, places and names only the first.

    >>> capped(["`a[1]` must be 3.", "`a[2]` must be 4.", "`a[3]` must be 5."], most=1)
    ['`a[1]` must be 3.', '... and 2 more like the last.']
    """
    kinds: dict[str, list[str]] = {}
    for fault in dict.fromkeys(faults):
        kinds.setdefault(_OWN.sub("#", fault), []).append(fault)
    found: list[str] = []
    for alike in kinds.values():
        found += alike[:most]
        if len(alike) > most:
            found.append(f"... and {len(alike) - most} more like the last.")
    return found

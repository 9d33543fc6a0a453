"""Which results may be kept in files: `stored` on a dataclass is all that a new one needs.

A class is known by the module that defines it and by its name, so that reading a file can import
that module by itself.
"""

from __future__ import annotations

import dataclasses
import importlib

#: The classes that may come back from a file, by `name_of`.
_STORED: dict[str, type] = {}


def stored[T](cls: type[T]) -> type[T]:
    """Let the results of this dataclass be kept by the store; goes above ``@dataclass``.

    Raises
    ------
    TypeError
        If it is no dataclass, or not at the top of a module.

    >>> @stored
    ... @dataclasses.dataclass(frozen=True)
    ... class Length:
    ...     value: float
    >>> class_of(name_of(Length)) is Length
    True
    """
    if not dataclasses.is_dataclass(cls) or "." in cls.__qualname__:
        raise TypeError(f"only a dataclass at the top of a module can be stored, not {cls!r}")
    _STORED[name_of(cls)] = cls
    return cls


def name_of(cls: type) -> str:
    """The name under which a class is known, e.g. ``magcap.geometry.mesh.types:Lumen``."""
    return f"{cls.__module__}:{cls.__qualname__}"


def is_stored(cls: type) -> bool:
    """Whether `stored` marks this very class."""
    return _STORED.get(name_of(cls)) is cls


def class_of(name: str) -> type:
    """The stored class of a name; imports its module if it has to.

    Raises
    ------
    LookupError
        If magcap has no such class, or does not store it: a file must not name just any class.
    """
    module = name.partition(":")[0]
    if name not in _STORED and module.startswith("magcap."):
        try:
            importlib.import_module(module)
        except ImportError:
            raise LookupError(f"there is no {name} any more") from None
    if name not in _STORED:
        raise LookupError(f"{name} is not a stored class")
    return _STORED[name]

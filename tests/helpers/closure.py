"""Which modules of magcap a module can reach by imports, through the doors of rooms."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import grimp

from helpers.places import ROOT

#: Where the packages lie: the links of src/magcap are followed.
SOURCE = ROOT / "src"


@cache
def import_graph() -> Any:
    """All imports of magcap, those for type checking alone left out."""
    return grimp.build_graph("magcap", exclude_type_checking_imports=True, cache_dir=None)


def reached(start: str, *, stop: Callable[[str], bool]) -> set[str]:
    """`start` and all modules that it imports, directly or not, but for those where `stop` says so.

    A name taken from the door of a room (``from magcap.solvers.flow import solve``) is the import
    of the file that the room's ``__init__.pyi`` names, not of all its files.
    """
    graph, found, open_ends = import_graph(), set[str](), [start]
    while open_ends:
        module = open_ends.pop()
        if module in found or stop(module):
            continue
        found.add(module)
        for target in graph.find_modules_directly_imported_by(module):
            open_ends += [target, *_through_door(module, target)]
    return found


def _through_door(module: str, target: str) -> Iterator[str]:
    """The files behind a door that `module` takes names from; all of them for the door itself."""
    names = _names_of(target)
    if not names:
        return
    taken: set[str] = set()
    for node in ast.walk(_tree(_file(module))):
        if isinstance(node, ast.ImportFrom):
            if node.module == target and not node.level:
                taken |= {alias.name for alias in node.names}
            elif any(f"{node.module}.{alias.name}" == target for alias in node.names):
                taken |= set(names)  # `from magcap.solvers import flow`: whatever is in it
        elif isinstance(node, ast.Import) and target in {alias.name for alias in node.names}:
            taken |= set(names)
    yield from {names[name] for name in taken if name in names}


@cache
def _names_of(package: str) -> dict[str, str]:
    """The public names of a room and the modules that they come from; empty for a file."""
    stub = SOURCE.joinpath(*package.split("."), "__init__.pyi")
    if not stub.is_file():
        return {}
    return {
        alias.asname or alias.name: f"{package}.{node.module or alias.name}"
        for node in _tree(stub).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def is_room(module: str) -> bool:
    """Whether a module is the door of a folder."""
    return SOURCE.joinpath(*module.split(".")).is_dir()


def _file(module: str) -> Path:
    place = SOURCE.joinpath(*module.split("."))
    return place / "__init__.py" if is_room(module) else place.with_suffix(".py")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))

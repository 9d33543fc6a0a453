"""How large the house is: its rooms, files, bodies and arguments, read without importing.

Every check takes the root of a checkout (or of a tree planted by a test) and returns what is above
its budget, as a name and a measure, so that one table of exceptions serves them all. What the
house says of itself is checked in `house_names`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

#: The folders of the house, and the package that each is.
PACKAGES: Final = {
    "src/magcap": "magcap",
    "geometry": "magcap.geometry",
    "solvers": "magcap.solvers",
    "postprocess": "magcap.postprocess",
}
FILE_LINES: Final = 300
ROOM_FILES: Final = 13
ROOM_LINES: Final = 2300
BODY_LINES: Final = 40
ARGUMENTS: Final = 8
KERNEL_ARGUMENTS: Final = 12

type Measures = dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A folder of the house with its modules.

    Attributes
    ----------
    name : str
        Folder below the root, such as ``solvers/flow``.
    package : str
        As it is imported, such as ``magcap.solvers.flow``.
    folder : Path
    files : tuple of Path
        Its modules without ``__init__.py``.
    """

    name: str
    package: str
    folder: Path
    files: tuple[Path, ...]

    @property
    def door(self) -> Path:
        """Its ``__init__.py``."""
        return self.folder / "__init__.py"

    @property
    def stub(self) -> Path:
        """The list of what it offers."""
        return self.folder / "__init__.pyi"

    @property
    def lazy(self) -> bool:
        """Whether its names come from the stub."""
        return "attach_stub" in self.door.read_text("utf-8")

    def offers(self) -> dict[str, str]:
        """Public names and the module (or sub-package) of the room that each comes from."""
        if not self.stub.is_file():
            return {}
        return {
            alias.asname or alias.name: (node.module or alias.name)
            for node in parsed(self.stub).body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def rooms(root: Path) -> list[Room]:
    """All rooms of the house; links are not followed."""
    found = []
    for top, package in PACKAGES.items():
        for door in sorted((root / top).rglob("__init__.py")):
            folder = door.parent
            if linked(root, door):
                continue
            parts = folder.relative_to(root / top).parts
            found.append(
                Room(
                    name=folder.relative_to(root).as_posix(),
                    package=".".join((package, *parts)),
                    folder=folder,
                    files=tuple(sorted(p for p in folder.glob("*.py") if p != door)),
                )
            )
    return found


def long_files(root: Path) -> Measures:
    """Files with more than `FILE_LINES` lines."""
    return {
        path.relative_to(root).as_posix(): lines
        for room in rooms(root)
        for path in (room.door, *room.files)
        if (lines := _lines(path)) > FILE_LINES
    }


def full_rooms(root: Path) -> Measures:
    """Rooms with more than `ROOM_FILES` files or `ROOM_LINES` lines."""
    measures = {}
    for room in rooms(root):
        if len(room.files) > ROOM_FILES:
            measures[f"{room.name} files"] = len(room.files)
        if (lines := sum(map(_lines, (room.door, *room.files)))) > ROOM_LINES:
            measures[f"{room.name} lines"] = lines
    return measures


def long_bodies(root: Path) -> Measures:
    """Functions whose body without its docstring has more than `BODY_LINES` lines."""
    return {
        name: lines
        for name, _, function in _functions(root)
        if (lines := _body_lines(function)) > BODY_LINES
    }


def many_arguments(root: Path) -> Measures:
    """Functions with more than `ARGUMENTS` arguments, kernels `KERNEL_ARGUMENTS`."""
    return {
        name: count
        for name, path, function in _functions(root)
        if (count := _argument_count(function))
        > (KERNEL_ARGUMENTS if _is_kernel(path, function) else ARGUMENTS)
    }


def skipped_formats(root: Path) -> Measures:
    """How often each folder of the checkout tells the formatter to look away."""
    mark = "fmt: " + "skip"
    measures = {}
    for folder in (*PACKAGES, "tests", "benchmarks", "examples"):
        files = [path for path in (root / folder).rglob("*.py") if not linked(root, path)]
        if count := sum(path.read_text("utf-8").count(mark) for path in files):
            measures[folder] = count
    return measures


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def linked(root: Path, path: Path) -> bool:
    """Whether a path below the root goes through a link."""
    return any(part.is_symlink() for part in path.parents if part.is_relative_to(root))


type _Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(root: Path) -> Iterator[tuple[str, Path, _Function]]:
    """All functions and methods with ``file:Class.name``."""

    def below(node: ast.AST, prefix: str) -> Iterator[tuple[str, _Function]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if not isinstance(child, ast.ClassDef):
                    yield prefix + child.name, child
                yield from below(child, f"{prefix}{child.name}.")
            else:
                yield from below(child, prefix)

    for room in rooms(root):
        for path in (room.door, *room.files):
            for name, function in below(parsed(path), ""):
                yield f"{path.relative_to(root).as_posix()}:{name}", path, function


def _body_lines(function: _Function) -> int:
    body = function.body[1 if ast.get_docstring(function, clean=False) is not None else 0 :]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _argument_count(function: _Function) -> int:
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    return sum(argument.arg not in ("self", "cls") for argument in named)


def _is_kernel(path: Path, function: _Function) -> bool:
    marks = " ".join(ast.unparse(mark) for mark in function.decorator_list)
    return "njit" in marks or (path.stem.startswith("_") and path.stem.endswith("_kernels"))

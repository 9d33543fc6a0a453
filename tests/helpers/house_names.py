"""What the house says of itself: docstrings, stubs, imports and references that must hold.

Checks as in `house`: what is wrong, as a name and 1 (or a measure).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from .house import PACKAGES, Measures, Room, parsed, rooms


def closed_doors(root: Path) -> Measures:
    """Rooms without a docstring that says more than a name, or with a stub nobody reads."""
    measures = {}
    for room in rooms(root):
        text = ast.get_docstring(parsed(room.door)) or ""
        if len(text.split()) < 12:
            measures[f"{room.name} docstring words"] = len(text.split())
        if room.lazy != room.stub.is_file():
            measures[f"{room.name} stub and attach_stub"] = 1
    return measures


def empty_promises(root: Path) -> Measures:
    """Names of a stub that its file does not define."""
    by_package = {room.package: room for room in rooms(root)}
    measures = {}
    for room in by_package.values():
        for name, module in room.offers().items():
            inner = by_package.get(f"{room.package}.{module}")
            path = room.folder / f"{module.replace('.', '/')}.py"
            if inner is not None:
                known = inner.offers() | dict.fromkeys(_defined(inner.door), "")
            elif path.is_file():
                known = dict.fromkeys((*_defined(path), path.stem), "")
            else:
                known = by_package.get(f"{room.package}.{module}".rpartition(".")[0], room).offers()
            if name not in known:
                measures[f"{room.name} {name}"] = 1
    return measures


def double_names(root: Path) -> Measures:
    """Files that bear the name of something else that their room offers."""
    return {
        f"{room.name} {name}": 1
        for room in rooms(root)
        for name, module in room.offers().items()
        if (room.folder / f"{name}.py").is_file() and module != name
    }


def back_doors(root: Path) -> Measures:
    """Imports that reach into a file of another room for a name that the room itself offers."""
    by_package = {room.package: room for room in rooms(root)}
    measures = {}
    for room in by_package.values():
        for path in room.files:
            for node in ast.walk(parsed(path)):
                if not isinstance(node, ast.ImportFrom) or node.level or not node.module:
                    continue
                other = by_package.get(node.module.rpartition(".")[0])
                if node.module in by_package or other is None:
                    continue
                if f"{room.package}.".startswith(f"{other.package}."):
                    continue  # its own room, or the one around it
                reached = [alias.name for alias in node.names if alias.name in other.offers()]
                for name in reached:
                    measures[f"{path.relative_to(root).as_posix()} {node.module}.{name}"] = 1
    return measures


def foreign_imports(root: Path) -> Measures:
    """Imports of a folder of the house as if it were a package of its own."""
    folders = {name for name in PACKAGES if "/" not in name}
    measures = {}
    for room in rooms(root):
        for path in (room.door, *room.files):
            for node in ast.walk(parsed(path)):
                if isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module or ""]
                elif isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                else:
                    continue
                if any(name.split(".")[0] in folders for name in names):
                    measures[f"{path.relative_to(root).as_posix()}:{node.lineno}"] = 1
    return measures


def lost_references(root: Path) -> Measures:
    """Files and modules of the house that a page or a docstring names, and that are not there."""
    by_package = {room.package: room for room in rooms(root)}
    measures = _lost_at_doors(by_package)
    for where, text in _prose(root):
        for name in re.findall(r"`((?:\w+/)+[\w*]+\.(?:py|toml|md))`", text):
            if not any(any(base.glob(name)) for base in (root, root / "tests", root / "src")):
                measures[f"{where} {name}"] = 1
        for name, what in re.findall(r"`((?:\w+/)+\w+\.py):(\w+)[.\w]*`", text):
            if not (root / name).is_file() or what not in _defined(root / name):
                measures[f"{where} {name}:{what}"] = 1
        for name in re.findall(r"`((?:magcap|geometry|solvers|postprocess)(?:\.\w+)+)", text):
            if not _is_there(name.removeprefix("magcap.").split("."), by_package):
                measures[f"{where} {name}"] = 1
    return measures


def _defined(path: Path) -> set[str]:
    """Names at the top level of a file, under ``if`` and ``try`` as well."""
    names: set[str] = set()
    todo: list[ast.stmt] = list(parsed(path).body)
    while todo:
        node = todo.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.ClassDef(name=name):
                names.add(name)
            case ast.TypeAlias(name=ast.Name(id=name)) | ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.Assign(targets=targets):
                found = [n for target in targets for n in ast.walk(target)]
                names |= {n.id for n in found if isinstance(n, ast.Name)}
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names |= {(alias.asname or alias.name).split(".")[0] for alias in aliases}
            case ast.If(body=body, orelse=other) | ast.Try(body=body, orelse=other):
                todo += [*body, *other]
            case _:
                pass
    return names


def _lost_at_doors(by_package: dict[str, Room]) -> Measures:
    """Files that a room's docstring names and does not have, and names that no room offers."""
    known = {name for room in by_package.values() for name in room.offers()}
    known |= {package.rpartition(".")[2] for package in by_package}
    measures = {}
    for room in by_package.values():
        text = ast.get_docstring(parsed(room.door)) or ""
        for name in re.findall(r"(?<!`)`(\w+\.py)`", text):
            if not (room.folder / name).is_file():
                measures[f"{room.name}/__init__.py {name}"] = 1
        for name in re.findall(r"(?<!`)`(\w+)`", text):
            if name not in known:
                measures[f"{room.name}/__init__.py {name}"] = 1
    return measures


def _is_there(parts: list[str], by_package: dict[str, Room]) -> bool:
    """Whether ``room.file.name`` below magcap leads to something; members of a name are its own."""
    room = by_package["magcap"]
    for index, part in enumerate(parts):
        inner = by_package.get(f"{room.package}.{part}")
        if inner is not None:
            room = inner
            continue
        path = room.folder / f"{part}.py"
        if path.is_file():
            return len(parts) == index + 1 or parts[index + 1] in _defined(path)
        return part in room.offers() or part in _defined(room.door)
    return True


def _prose(root: Path) -> Iterator[tuple[str, str]]:
    """Pages of the repository and all docstrings of the house, with their place."""
    pages = [*root.glob("*.md"), *(root / "docs").glob("*.md"), *(root / "docs").glob("*/*.md")]
    for path in sorted(path for path in pages if path.name != "CHANGELOG.md"):
        yield path.relative_to(root).as_posix(), path.read_text("utf-8")
    for room in rooms(root):
        for path in (room.door, *room.files):
            for node in ast.walk(parsed(path)):
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                    yield path.relative_to(root).as_posix(), ast.get_docstring(node) or ""

"""Pages of the documentation as something to run: examples with their output, call chains."""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: The module that examples take themselves to be in: dataclasses look theirs up, and the key of a
#: stage has the code of the module that declares it.
MODULE = "magcap.pipeline.stages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A fenced Python block and what the text block after it says that it prints.

    Attributes
    ----------
    line : int
        First line of the code on its page, from 1.
    code : str
    printed : str or None
        None where nothing is said.
    """

    line: int
    code: str
    printed: str | None


def sections(text: str, marks: str) -> dict[str, tuple[int, str]]:
    """Sections under headings of one level: title → line of the heading (from 1) and text."""
    found: dict[str, tuple[int, str]] = {}
    title = ""
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if line.startswith(f"{marks} "):
            title = line.removeprefix(marks).strip()
            found[title] = (number, "")
        elif re.match(f"#{{1,{len(marks)}}} ", line):
            title = ""
        elif title:
            found[title] = (found[title][0], found[title][1] + line)
    return found


def examples(first: int, text: str) -> list[Example]:
    """The Python blocks of a section whose heading is in line `first`."""
    fences = list(re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    found = []
    for fence, after in zip(fences, [*fences[1:], None], strict=True):
        if fence[1] == "python":
            said = after is not None and after[1] == "text"
            line = first + 1 + text[: fence.start(2)].count("\n")
            printed = after[2] if after is not None and said else None
            found.append(Example(line=line, code=fence[2], printed=printed))
    return found


def run(page: Path, blocks: list[Example]) -> list[str]:
    """Run blocks one after the other in one namespace; what they print otherwise than said."""
    names: dict[str, Any] = {"__name__": importlib.import_module(MODULE).__name__}
    wrong = []
    for block in blocks:
        out = io.StringIO()
        code = compile("\n" * (block.line - 1) + block.code, str(page), "exec")
        with contextlib.redirect_stdout(out):
            exec(code, names)
        if block.printed is not None and out.getvalue() != block.printed:
            wrong.append(
                f"{page.name}, line {block.line}: said\n{block.printed}printed\n{out.getvalue()}"
            )
    return wrong


def chain(text: str) -> list[tuple[str, str]]:
    """The numbered call chain of a section: file and function of each link."""
    return re.findall(r"^\d+\. `([\w/]+\.py):([\w.]+)`", text, re.MULTILINE)


def broken_links(root: Path, links: list[tuple[str, str]]) -> list[str]:
    """Links that are not there, or that do not name the next one in their body."""
    wrong, bodies = [], []
    for file, name in links:
        path = root / file
        found = function(path, name) if path.is_file() else None
        bodies.append("" if found is None else ast.unparse(found))
        if found is None:
            wrong.append(f"{file} has no {name}")
    for (file, name), body, (_, callee) in zip(links, bodies, links[1:], strict=False):
        owner, _, last = callee.rpartition(".")
        called = owner if last == "__init__" else last
        if body and not re.search(rf"\b({'|'.join(names_of(root / file, called))})\b", body):
            wrong.append(f"{name} in {file} does not call {called}")
    return wrong


def names_of(path: Path, name: str) -> set[str]:
    """`name` and what a file imports it as."""
    imports = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.ImportFrom)]
    return {name} | {
        alias.asname or name for one in imports for alias in one.names if alias.name == name
    }


def function(path: Path, name: str) -> ast.stmt | None:
    """The function or method `name`, such as ``Class.method``, of a file."""
    body: list[ast.stmt] = ast.parse(path.read_text("utf-8")).body
    found: ast.stmt | None = None
    for part in name.split("."):
        named = [n for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
        node = next((n for n in named if n.name == part), None)
        if node is None:
            return None
        found, body = node, node.body
    return found

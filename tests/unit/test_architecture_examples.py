"""docs/architecture.md says what is there: its examples run, its call chains are followed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from helpers import house, pages
from helpers.places import ROOT

PAGE = ROOT / "docs" / "architecture.md"
TEXT = PAGE.read_text("utf-8")
EXAMPLES = {
    title: pages.examples(*section)
    for title, section in pages.sections(TEXT, "##").items()
    if title.startswith("How to")
}
CHAINS = {
    title: links
    for title, (_, text) in pages.sections(TEXT, "###").items()
    if (links := pages.chain(text))
}


def test_page_has_what_it_promises() -> None:
    promised = {
        "How to add a vessel shape",
        "How to ask a new question about the field",
        "How to add a force",
        "How to add a stage",
        "How to add a figure, and the numbers beside it",
    }
    assert promised <= set(EXAMPLES)
    assert set(CHAINS) == {"The magnetic field", "The flow", "One carrier"}
    assert all(any(block.printed for block in blocks) for blocks in EXAMPLES.values())


def test_tree_has_every_room() -> None:
    _, tree = pages.sections(TEXT, "##")["The tree"]
    rooms = {room.package.removeprefix("magcap.").replace(".", "/") for room in house.rooms(ROOT)}
    rooms = {re.sub("^(geometry|solvers|postprocess)/", "", room) for room in rooms}
    front = {"magcap", "geometry", "solvers", "postprocess", "cli/templates"}
    assert rooms - front <= set(re.findall(r"`([\w/]+\w)`", tree))


def test_floors_are_those_that_lint_holds() -> None:
    _, floors = pages.sections(TEXT, "##")["The floors"]
    block = "\n".join(line for line in floors.splitlines() if line.startswith("    "))
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    for contract in lint["contracts"]:
        layers = [re.findall(r"\w+", layer) for layer in contract.get("layers", [])]
        first = r"^ +(?:\w+ · )*" if contract["id"] == "house" else r"\b"
        places = [[place(first + name, block) for name in layer] for layer in layers]
        if contract["id"] == "house":
            assert places == sorted(places)


def place(pattern: str, block: str) -> int:
    """The line of the block that names a floor."""
    found = [i for i, line in enumerate(block.splitlines()) if re.search(pattern + r"\b", line)]
    assert found, f"docs/architecture.md must say on which floor {pattern} stands"
    return found[0]


@pytest.mark.parametrize("title", EXAMPLES)
def test_example(title: str) -> None:
    assert pages.run(PAGE, EXAMPLES[title]) == []


@pytest.mark.parametrize("title", CHAINS)
def test_call_chain(title: str) -> None:
    assert pages.broken_links(ROOT, CHAINS[title]) == []


@pytest.mark.parametrize("title", CHAINS)
def test_way_to_a_weak_form_is_short(title: str) -> None:
    """At most 11 links and six files from the front of a room to its weak form or kernel."""
    links = CHAINS[title]
    assert len(links) <= 11
    assert len({file for file, _ in links}) <= 6


PLANTED = """# A page
## How to count
```python
x = 1 + 1
```
Words.
```python
print(x)
```
```text
3
```
## The way
### A physics
1. `a.py:front`: calls
2. `a.py:Solver.__init__`
3. `b.py:gone`
"""


def test_wrong_output_is_seen(tmp_path: Path) -> None:
    (section,) = [s for t, s in pages.sections(PLANTED, "##").items() if t == "How to count"]
    first, second = pages.examples(*section)
    assert (first.line, first.printed) == (4, None)
    assert (second.line, second.printed) == (8, "3\n")
    (complaint,) = pages.run(tmp_path / "page.md", [first, second])
    assert complaint == "page.md, line 8: said\n3\nprinted\n2\n"
    right = [first, pages.Example(line=8, code=second.code, printed="2\n")]
    assert pages.run(tmp_path / "page.md", right) == []


def test_broken_chain_is_seen(tmp_path: Path) -> None:
    links = pages.chain(pages.sections(PLANTED, "###")["A physics"][1])
    (tmp_path / "b.py").write_text("def other(): ...\n")
    source = "def front(): return {}()\nclass Solver:\n    def __init__(self): gone()\n"
    (tmp_path / "a.py").write_text(source.format("Solver"))
    assert pages.broken_links(tmp_path, links) == ["b.py has no gone"]
    (tmp_path / "a.py").write_text(source.format("Nobody"))
    (tmp_path / "b.py").write_text("def gone(): ...\n")
    assert pages.broken_links(tmp_path, links) == ["front in a.py does not call Solver"]


def test_missing_floor_is_seen() -> None:
    assert place(r"^ +(?:\w+ · )*validation", "    cli\n    study · validation\n") == 1
    with pytest.raises(AssertionError, match="must say on which floor"):
        place(r"\bnobody", "    cli\n    study · validation\n")

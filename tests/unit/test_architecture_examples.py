"""docs/architecture.md says what is there: its examples run, its call chains are followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers import pages
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
    }
    assert promised <= set(EXAMPLES)
    assert set(CHAINS) == {"The magnetic field", "The flow", "One carrier"}
    assert all(any(block.printed for block in blocks) for blocks in EXAMPLES.values())


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

"""One command on one mutant, in a process that may die, and what is wrong with its answer."""

from __future__ import annotations

import os
import re
import resource
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tomli_w

from . import mutants, seeds

#: Memory that a worker may map, in bytes: a case that wants more is refused or fails by then.
MEMORY = 12 * 2**30
#: A list of faults longer than this helps nobody.
LONGEST = 60_000
#: Words of libraries and of Python that are no sentence for a user.
FOREIGN = re.compile(
    r"Traceback|failed unexpectedly|Input should|\[type=|\w+Warning:|ERROR: In |Err: |vtk\w+ \(0x"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command gave back."""

    code: int
    words: str
    seconds: float
    left: tuple[str, ...] = ()
    raised: str = ""


def write_mutant(folder: Path, campaign: str, index: int) -> str:
    """The files of a mutant; the same for the same campaign and number. Returns its kind."""
    rng = np.random.default_rng([len(campaign), index])
    seeds.oddities(folder)
    case = folder / "case.toml"
    if campaign == "files":
        kinds = sorted(seeds.files())
        kind = kinds[index % len(kinds)]
        name, contents, text = seeds.files()[kind]
        (folder / name).write_bytes(mutants.data(contents, rng))
        case.write_text(text, encoding="utf-8")
        return kind
    texts = seeds.cases()
    chosen = len(texts) - 1 if rng.random() < 0.01 else int(rng.integers(len(texts) - 1))
    if rng.random() < 0.3:
        case.write_bytes(mutants.text(texts[chosen], rng))
        return "letters of a case"
    trees = [tomllib.loads(text) for text in texts]
    tree = mutants.tables(trees[chosen], trees, rng)
    case.write_text(tomli_w.dumps(tree), encoding="utf-8", errors="surrogatepass")
    return "values of a case"


def check(campaign: str, index: int) -> tuple[str, Answer]:
    """``magcap check`` on a mutant; the kind of the mutant and the answer."""
    with tempfile.TemporaryDirectory(prefix="mutant") as name:
        folder = Path(name)
        kind = write_mutant(folder, campaign, index)
        before = sorted(path.name for path in folder.iterdir())
        answer = command(folder, ["check", "case.toml"])
        after = sorted(path.name for path in folder.iterdir())
    left = tuple(name for name in after if name not in before)
    return kind, Answer(answer.code, answer.words, answer.seconds, left, answer.raised)


def command(folder: Path, arguments: Sequence[str]) -> Answer:
    """A command of magcap in `folder`, with all that it and its libraries print."""
    from magcap.cli.app import app

    os.environ["XDG_STATE_HOME"] = tempfile.gettempdir()
    home = Path.cwd()
    code, raised = 0, ""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as printed:
        sys.stdout.flush()
        sys.stderr.flush()
        kept = os.dup(1), os.dup(2)
        os.dup2(printed.fileno(), 1)
        os.dup2(printed.fileno(), 2)
        os.chdir(folder)
        try:
            app(list(arguments), standalone_mode=False)
        except SystemExit as end:
            code = int(end.code or 0)
        except BaseException as error:
            raised = f"{type(error).__name__}: {error}"
        finally:
            os.chdir(home)
            sys.stdout.flush()
            sys.stderr.flush()
            for old, number in zip(kept, (1, 2), strict=True):
                os.dup2(old, number)
                os.close(old)
        printed.seek(0)
        words = printed.read().decode("utf-8", errors="replace")
    return Answer(code, words, time.perf_counter() - start, (), raised)


def faults(answer: Answer, codes: Sequence[int] = (0, 2)) -> list[str]:
    """What no user should see in this answer."""
    found = []
    if answer.raised:
        found.append(f"raised {answer.raised}")
    if answer.code not in codes:
        found.append(f"exit code {answer.code}: {answer.words.strip()[-300:]}")
    if not answer.words.strip():
        found.append(f"exit code {answer.code} without a word")
    foreign = FOREIGN.search(answer.words)
    if foreign:
        start = max(foreign.start() - 100, 0)
        found.append(f"words of a library: {answer.words[start : foreign.end() + 200].strip()}")
    if len(answer.words) > LONGEST:
        found.append(f"{len(answer.words)} letters")
    if answer.left:
        found.append(f"left {', '.join(answer.left)}")
    return found


def limit_memory() -> None:
    """For a worker: no mutant may take the machine's memory, or write a dump of its own."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

"""Starter cases, written by ``magcap new NAME --template T``; each runs as it is."""

from __future__ import annotations

import difflib
from importlib import resources
from pathlib import Path
from typing import Final

from magcap.errors import CaseError

TEMPLATES: Final = (
    "tube",
    "bend",
    "stenosis",
    "bifurcation",
    "surface",
    "halbach",
    "beads",
    "iron",
    "electromagnet",
)


def template_text(template: str) -> str:
    """The case file of a template.

    Raises
    ------
    CaseError
        If there is no such template.
    """
    if template not in TEMPLATES:
        close = difflib.get_close_matches(template[:100], TEMPLATES, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise CaseError(f"`--template` must be one of {', '.join(TEMPLATES)}.{hint}")
    return resources.files(__name__).joinpath(f"{template}.toml").read_text("utf-8")


def write_template(name: str, template: str) -> Path:
    """Write NAME.toml from a template and return its path; nothing is written over.

    Raises
    ------
    CaseError
        If there is no such template, or a file is there already.
    """
    text = template_text(template)
    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    if path.stem.strip(". ") == "":
        raise CaseError(f'The name of a case must be a word such as "femoral", got "{name}".')
    title = path.stem.replace("_", " ").replace('"', "'").replace("\\", "/")
    if not title.isprintable():
        raise CaseError("The name of a case must be printable text.")
    text = text.replace('title = "TITLE"', f'title = "{title}"', 1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise CaseError(f"{path} is there already; give another name or remove it.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        raise CaseError(f"{path} cannot be written: {reason}.") from None
    return path

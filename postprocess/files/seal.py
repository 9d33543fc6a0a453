"""What ties an answer to its case: hashes of the case, of the files it names and of the results.

``manifest.json`` in the folder of a run holds them, ``case_hash`` of the summary repeats that of
the case. An answer beside a case or files that it does not belong to is refused, and the old
answer goes before the first file of a new one is written.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from magcap.case import Case
from magcap.errors import CaseError
from magcap.files import digest, file_digest, write_text
from magcap.reading import case_toml

MANIFEST: Final = "manifest.json"
#: The answer in words and numbers; the summary goes first, since it makes a folder a finished run.
_ANSWER: Final = ("summary.json", "report.html", "view.html", MANIFEST)
#: What `magcap.files.replacing` leaves behind where a run was killed.
_UNFINISHED: Final = re.compile(r"\..+\.[0-9a-f]{8}(\.\w+)?")
_AGAIN: Final = "Run the case again: finished stages are reused."


def sealed(folder: Path, summary: Mapping[str, Any], results: Sequence[str]) -> dict[str, Any]:
    """`summary` with the hash of the case in `folder`; writes the manifest of its `results`."""
    text = (folder / "case.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    inputs = {name: file_digest(Path(name)) for name in sorted(set(_files_in(tables)))}
    found = digest(tables, sorted(inputs.values()))
    files = {name: file_digest(folder / name) for name in results}
    manifest = {"case_hash": found, "inputs": inputs, "results": files}
    write_text(folder / MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    return {**summary, "case_hash": found}


def check_seal(folder: Path, summary: Mapping[str, Any]) -> None:
    """Refuse a summary that is not that of the case and of the results in `folder`.

    Results that are gone are for their readers to miss.

    Raises
    ------
    CaseError
        With the name of what does not match.
    """
    manifest = _manifest(folder)
    known = summary.get("case_hash")
    if manifest is None or known is None:
        raise CaseError(
            f"`{folder}` does not say which case its results belong to (it has no {MANIFEST}, or "
            f"its summary has no case_hash). {_AGAIN}"
        )
    try:
        tables = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CaseError(
            f"`{folder / 'case.toml'}` cannot be read: the results beside it belong to no case. "
            f"{_AGAIN}"
        ) from None
    here = digest(tables, sorted(manifest["inputs"].values()))
    if not here == known == manifest["case_hash"]:
        raise CaseError(
            f"The results in `{folder}` are not those of the case.toml beside them (hash {here}, "
            f"results {known}). {_AGAIN}"
        )
    changed = [
        name
        for name, was in manifest["inputs"].items()
        if file_digest(Path(name)) not in (was, "absent")
    ]
    changed += [
        str(folder / name)
        for name, was in manifest["results"].items()
        if file_digest(folder / name) not in (was, "absent")
    ]
    if changed:
        raise CaseError(
            [f"`{name}` is not what it was when `{folder}` was made. {_AGAIN}" for name in changed]
        )


def is_answer_to(folder: Path, case: Case) -> bool:
    """Whether the answer in `folder`, if there is one, is that to `case`."""
    manifest = _manifest(folder)
    if manifest is None:
        return not (folder / _ANSWER[0]).exists()
    tables = tomllib.loads(case_toml(case))
    inputs = [file_digest(Path(name)) for name in set(_files_in(tables))]
    return bool(digest(tables, sorted(inputs)) == manifest["case_hash"])


def retire(folder: Path) -> None:
    """Remove the answer in `folder`: first the summary, then report, view, manifest and pictures.

    The data sets stay until those of the next run take their places.
    """
    for name in _ANSWER:
        (folder / name).unlink(missing_ok=True)
    for path in (folder / "figures").glob("*.png"):
        path.unlink(missing_ok=True)
    (folder / "figures" / "captions.json").unlink(missing_ok=True)
    for place in (folder, folder / "figures"):
        for path in place.glob(".*"):
            if _UNFINISHED.fullmatch(path.name):
                path.unlink(missing_ok=True)


def _manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder; None where there is none or it is damaged."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = (
        isinstance(found, dict)
        and isinstance(found.get("case_hash"), str)
        and all(_is_digests(found.get(name)) for name in ("inputs", "results"))
    )
    return found if whole else None


def _is_digests(value: object) -> bool:
    """Whether a part of the manifest names files of the folder or of the case, each with a hash."""
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def _files_in(value: Any) -> Iterator[str]:
    """The files that the tables of a case name; their paths are absolute."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _files_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _files_in(item)
    elif isinstance(value, str) and value.startswith("/") and Path(value).is_file():
        yield value

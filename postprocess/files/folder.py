"""The run folder: its summary, its case, and the way back to what pictures and report need.

Every file is written under a temporary name beside it, flushed to the disk and renamed, so that
a reader finds a whole file or none. Which files there are: `magcap.postprocess.files.contents`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from magcap.case import Case
from magcap.errors import CaseError
from magcap.files import write_text
from magcap.postprocess.numbers import json_safe
from magcap.reading import case_toml

from .contents import CAPTURE, CARRIERS, FLOW, LUMEN
from .datasets import Datasets
from .seal import check_seal, sealed


def read_results(folder: str | Path) -> Datasets:
    """The data sets of a finished run, from its files alone, each when it is wanted.

    Raises
    ------
    CaseError
        If the folder holds no finished run, or files that do not belong together.
    """
    from magcap.reading import load

    folder = Path(folder)
    summary = _summary(folder / "summary.json")
    alone = (folder / LUMEN.name).is_file()  # only the field was asked for
    whole = () if alone else (FLOW.name, CAPTURE.name, CARRIERS.name)
    missing = [name for name in ("case.toml", *whole) if not (folder / name).is_file()]
    if missing:
        raise CaseError(
            f"`{folder}` must hold a finished run, but {', '.join(missing)} is missing. "
            "Run the case again: finished stages are reused."
        )
    check_seal(folder, summary)
    return Datasets(case=load(folder / "case.toml"), summary=summary, source=folder)


def write_summary(
    folder: str | Path, summary: dict[str, Any], results: Sequence[str] = ()
) -> dict[str, Any]:
    """Write summary.json, and before it the manifest that ties it to its case and results.

    Parameters
    ----------
    folder : path
        Of the run, with its case.toml.
    summary : dict
    results : sequence of str
        Names of the files in `folder` that belong to the answer.

    Returns
    -------
    dict
        The summary as written, with its ``case_hash``.
    """
    folder = Path(folder)
    whole: dict[str, Any] = json_safe(sealed(folder, summary, results))
    text = json.dumps(whole, indent=2, ensure_ascii=False, allow_nan=False)
    write_text(folder / "summary.json", text + "\n")
    return whole


def read_summary(folder: str | Path) -> dict[str, Any]:
    """Content of summary.json, which is that of the case and the results beside it.

    Raises
    ------
    CaseError
        If there is none, it is damaged, or it belongs to another case or to other results.
    """
    folder = Path(folder)
    summary = _summary(folder / "summary.json")
    check_seal(folder, summary)
    return summary


def _summary(path: Path) -> dict[str, Any]:
    """Content of summary.json as it stands there."""
    try:
        summary: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CaseError(
            f"`{path.parent}` must be the folder of a finished run, but it has no summary.json. "
            "Make one with `magcap run CASE.toml`."
        ) from None
    except (OSError, ValueError) as fault:
        raise CaseError(f"`{path}` cannot be read: {fault}. Run the case again.") from None
    if not isinstance(summary, dict) or "capture" not in summary:
        raise CaseError(f"`{path}` is not the summary of a run. Run the case again.")
    return summary


def write_case(folder: Path, case: Case) -> None:
    """Write case.toml, complete with all defaults."""
    header = "# What was run, complete with every default; made by magcap.\n"
    write_text(folder / "case.toml", header + case_toml(case))

"""What each stage of a run depends on, as hashes; see `magcap.stages`.

Moving a magnet changes the keys of the field and of the capture, never those of the flow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel

from magcap.case import Case
from magcap.stages import code_digest
from magcap.store import digest, file_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The key of every stage; `control` and `capture` have one per carrier of the case."""

    lumen: str
    field_mesh: str
    field: str
    flow: str
    control: tuple[str, ...]
    capture: tuple[str, ...]

    @classmethod
    def of(cls, case: Case) -> Self:
        """Keys of `case`; reads the files that it names."""
        sizes = case.mesh.model_dump(include={"resolution", "lumen_size", "wall_size"})
        lumen = digest(
            "lumen", _table(case.vessel), sizes, code_digest("geometry"), _version("gmsh")
        )
        magnets = [_table(magnet) for magnet in case.magnet]
        field_mesh = digest(
            "field mesh", lumen, magnets, _table(case.tissue), _table(case.mesh),
            case.magnetics.order, code_digest("geometry"),
        )  # fmt: skip
        field = digest(
            "field", field_mesh, magnets, _table(case.background), _table(case.magnetics),
            [_table(probe) for probe in case.probe], _table(case.depth), code_digest("solvers"),
        )  # fmt: skip
        blood = case.blood.model_dump(mode="json", exclude={"temperature", "hematocrit"})
        flow = digest("flow", lumen, blood, _table(case.flow), code_digest("solvers"))
        release = (flow, _table(case.capture), _table(case.blood))
        control = tuple(digest("control", *release, _table(carrier)) for carrier in case.carrier)
        capture = tuple(digest("capture", field, one) for one in control)
        return cls(
            lumen=lumen,
            field_mesh=field_mesh,
            field=field,
            flow=flow,
            control=control,
            capture=capture,
        )


def folder_name(title: str) -> str:
    """A folder name from a title.

    >>> folder_name("Femoral artery, button magnet")
    'femoral-artery-button-magnet'
    """
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-")[:80] or "untitled"


def _table(model: BaseModel | None) -> Any:
    """A table of the case as JSON, with the contents of the files that it names."""
    if model is None:
        return None
    values = [getattr(model, name) for name in type(model).model_fields]
    files = [file_digest(value) for value in values if isinstance(value, Path)]
    return [model.model_dump(mode="json"), files]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # conda and Debian install some libraries without metadata
        return "unknown"

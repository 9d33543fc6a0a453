"""What each stage of a run depends on, as hashes; see `magcap.pipeline.stage`.

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
from magcap.files import digest, file_digest

from .stage import code_digest

#: Keys of magnets, iron and coils that change the field but not its mesh.
_NOT_OF_THE_SHAPE = frozenset(
    {"name", "grade", "remanence", "recoil_permeability", "temperature", "coercivity",
     "magnetization", "material", "relative_permeability", "turns", "current", "fill_factor",
     "heat_transfer", "ambient_temperature"}
)  # fmt: skip


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
        shapes = [
            _table(part, without=_NOT_OF_THE_SHAPE)
            for part in (*case.magnet, *case.iron, *case.coil)
        ]
        sources = [_table(part) for part in (*case.magnet, *case.iron, *case.coil, *case.field_map)]
        asked = [_table(point) for point in (*case.probe, *case.grid, case.depth)]
        solved = [sources, _table(case.background), _table(case.magnetics), _table(case.target),
                  code_digest("solvers", "library")]  # fmt: skip
        field_mesh = digest(
            "field mesh", lumen, shapes, _table(case.tissue), _table(case.mesh),
            case.magnetics.order, code_digest("geometry"),
            None if case.mesh.tolerance is None else solved,
        )  # fmt: skip
        field = digest("field", field_mesh, solved, asked)
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


def _table(model: BaseModel | None, *, without: frozenset[str] = frozenset()) -> Any:
    """A table of the case as JSON, with the contents of the files that it names."""
    if model is None:
        return None
    kept = set(type(model).model_fields) - without
    files = [file_digest(Path(value)) for value in map(model.__getattribute__, sorted(kept))
             if isinstance(value, Path) or _is_file(value)]  # fmt: skip
    return [model.model_dump(mode="json", include=kept), files]


def _is_file(value: Any) -> bool:
    """Whether a text of the case (made absolute on loading) names a file, as a material may."""
    return isinstance(value, str) and value.startswith("/") and Path(value).is_file()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # conda and Debian install some libraries without metadata
        return "unknown"

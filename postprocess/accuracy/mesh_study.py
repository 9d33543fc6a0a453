"""The same case on a coarse, a medium and a fine mesh: which numbers move, and how far."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from magcap.postprocess.numbers import json_safe

from .richardson import Convergence, convergence

#: Path in the summary, unit, cells that it depends on.
_QUANTITIES = (
    ("flow.pressure_drop", "Pa", "lumen_cells"),
    ("flow.max_speed", "m/s", "lumen_cells"),
    ("flow.wall_shear_stress.mean", "Pa", "lumen_cells"),
    ("flow.wall_shear_stress.max", "Pa", "lumen_cells"),
    ("field.max_B_in_lumen", "T", "lumen_cells"),
    ("field.max_grad_half_B2_in_lumen", "T^2/m", "lumen_cells"),
)
_EFFICIENCIES = ("efficiency_flux", "efficiency_area")
_COLUMNS = (
    *("quantity", "carrier", "unit", "coarse", "medium", "fine", "extrapolated", "order"),
    *("error_coarse", "error_medium", "error_fine", "sampling", "how"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One mesh of a study: its resolution and the summary of the run on it."""

    resolution: str
    summary: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshStudy:
    """Three meshes, coarse to fine.

    Attributes
    ----------
    levels : tuple of Level
    used : str
        Resolution of the run that the study belongs to.
    sizes : str
        How the meshes were made, in words.
    """

    levels: tuple[Level, Level, Level]
    used: str
    sizes: str

    @property
    def position(self) -> int:
        """Of the run's own mesh among the levels."""
        return [level.resolution for level in self.levels].index(self.used)

    def cells(self, kind: str) -> list[int]:
        """Numbers of cells by a key of ``mesh`` of the summary."""
        return [int(level.summary["mesh"][kind]) for level in self.levels]

    def of_carrier(self, number: int, name: str = "efficiency_flux") -> Convergence:
        """What the study says about an efficiency of a carrier, counted from 0."""
        found = [level.summary["capture"][number][name] for level in self.levels]
        return convergence(
            [_number(one["value"]) for one in found],
            self._sizes("lumen_cells"),
            noise=_noise(found),
        )

    def _sizes(self, kind: str) -> list[float]:
        """Relative sizes of cells: number^(−1/3)."""
        return [float(max(count, 1)) ** (-1.0 / 3.0) for count in self.cells(kind)]


def study_numbers(study: MeshStudy) -> dict[str, Any]:
    """``mesh_study`` of summary.json."""
    return {
        "resolutions": [level.resolution for level in study.levels],
        "used": study.used,
        "sizes": study.sizes,
        "lumen_cells": study.cells("lumen_cells"),
        "field_cells": study.cells("field_cells"),
        "quantities": [*_of_carriers(study), *_of_fields(study)],
    }


def write_csv(stream: IO[Any], study: MeshStudy) -> None:
    """The table, one row a quantity; SI."""
    rows = csv.writer(stream)
    rows.writerow(_COLUMNS)
    for row in study_numbers(study)["quantities"]:
        known = json_safe([*row["values"], row["extrapolated"], row["order"], *row["errors"]])
        head = [row["name"], row["carrier"] or "", row["unit"]]
        rows.writerow([*head, *known, json_safe(row["sampling"]), row["how"]])


def write_json(stream: IO[Any], study: MeshStudy) -> None:
    """The same numbers as in the summary."""
    json.dump(json_safe(study_numbers(study)), stream, indent=1, allow_nan=False)


def _of_carriers(study: MeshStudy) -> Iterator[dict[str, Any]]:
    for number, entry in enumerate(study.levels[0].summary["capture"]):
        for name in _EFFICIENCIES:
            found = [level.summary["capture"][number].get(name) for level in study.levels]
            if any(one is None for one in found):
                continue
            values = [_number(one["value"]) for one in found]
            about = study.of_carrier(number, name)
            row = _row(name, "1", values, about)
            yield row | {"carrier": entry["carrier"], "sampling": _noise(found)}


def _of_fields(study: MeshStudy) -> Iterator[dict[str, Any]]:
    for path, unit, kind in _QUANTITIES:
        values = [_at(level.summary, path) for level in study.levels]
        if any(math.isfinite(value) for value in values):
            yield _row(path, unit, values, convergence(values, study._sizes(kind)))


def _row(name: str, unit: str, values: list[float], about: Convergence) -> dict[str, Any]:
    return {
        "name": name,
        "carrier": None,
        "unit": unit,
        "values": values,
        "extrapolated": about.extrapolated,
        "order": about.order,
        "errors": list(about.errors),
        "sampling": 0.0,
        "how": about.how,
    }


def _noise(found: list[Any]) -> float:
    """Half of the widest 95 % interval; nan counts as none."""
    halves = [0.5 * (_number(one["ci95"][1]) - _number(one["ci95"][0])) for one in found]
    return max((half for half in halves if math.isfinite(half)), default=0.0)


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _at(summary: Mapping[str, Any], path: str) -> float:
    found: Any = summary
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return _number(found)

"""The data sets of a run, from memory or from its folder, for pictures and the 3-D view."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyvista as pv

from magcap.case import Case
from magcap.postprocess.numbers import DepthCurve, PlaneMap
from magcap.postprocess.outcome import Outcome

from . import contents
from .carriers import CarrierEnds
from .file import File


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Datasets:
    """The content of the files of one run: ``data[FILE]``, each made or read when first wanted.

    Attributes
    ----------
    case : Case
    summary : dict
        Content of summary.json (empty where not known yet).
    source : Outcome or Path
        Results in memory, or the folder of a finished run.
    made : dict
        What was made or read, and what `magcap.postprocess.outcome.once` keeps.
    """

    case: Case
    summary: dict[str, Any]
    source: Outcome | Path
    made: dict[Any, Any] = dataclasses.field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, outcome: Outcome, summary: dict[str, Any] | None = None) -> Datasets:
        """The data sets of results that are in memory."""
        return cls(case=outcome.case, summary=summary or {}, source=outcome)

    def __getitem__[T](self, file: File[T]) -> T | None:
        """The content of a file; None where the run has none."""
        if isinstance(self.source, Outcome):
            return file.made_from(self.source)
        if file not in self.made:
            self.made[file] = file.load(self.source)
        content: T | None = self.made[file]
        return content

    @property
    def field(self) -> Any:
        """UnstructuredGrid of the field mesh; None without one."""
        return self[contents.FIELD]

    @property
    def flow(self) -> Any:
        """UnstructuredGrid of the lumen; with the flow unless only the field was asked for."""
        grid = self[contents.FLOW]
        return self[contents.LUMEN] if grid is None else grid

    @property
    def capture(self) -> Any:
        """PolyData of wall and captured carriers; None where only the field was asked for."""
        return self[contents.CAPTURE]

    @property
    def paths(self) -> Any:
        """PolyData of the stored trajectories; empty without any."""
        return _surface(self[contents.PATHS])

    @property
    def bodies(self) -> Any:
        """PolyData of magnets, iron and windings; empty without any."""
        return _surface(self[contents.BODIES])

    @property
    def stray(self) -> Any:
        """PolyData of the 0.5 mT surface (IEC 60601-2-33:2010); empty without one."""
        return _surface(self[contents.STRAY])

    @property
    def stray_2022(self) -> Any:
        """PolyData of the 0.9 mT surface (IEC 60601-2-33:2022); empty without one."""
        return _surface(self[contents.STRAY_2022])

    @property
    def cut(self) -> Any:
        """StructuredGrid of the field in the plane of vessel and magnets; None without one."""
        return self[contents.CUT]

    @property
    def depth(self) -> DepthCurve | None:
        """The depth curve; None without bodies."""
        return self[contents.DEPTH]

    @property
    def planes(self) -> tuple[PlaneMap, ...]:
        """The field on planes by depth, the skin last."""
        return self[contents.PLANES] or ()

    @property
    def ends(self) -> tuple[CarrierEnds, ...]:
        """Where the carriers of each kind ended; empty where only the field was asked for."""
        ends = self[contents.CARRIERS] or ()
        if isinstance(self.source, Outcome):
            return ends
        # A kind of which nothing was released has no row in the file.
        known = {one.name: one for one in ends}
        names = [str(entry["carrier"]) for entry in self.summary["capture"]]
        return tuple(known.get(name) or _nowhere(name) for name in names)


def _surface(data: Any) -> Any:
    return pv.PolyData() if data is None else data


def _nowhere(name: str) -> CarrierEnds:
    none = np.empty(0, dtype=np.int64)
    return CarrierEnds(name=name, position=np.empty((0, 3)), state=none, weight=np.empty(0))

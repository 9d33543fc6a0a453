"""What `magcap.run` returns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from magcap.case import Case
from magcap.geometry.magnet import MagnetBody
from magcap.geometry.mesh import FieldMesh, Lumen
from magcap.solvers.results import CaptureResult, FieldSample, FlowField, MagneticField

if TYPE_CHECKING:
    import pyvista


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """A finished run: the case, every stage's result and the summary.

    Attributes
    ----------
    case : Case
    folder : Path
        Where the files are.
    bodies : tuple of MagnetBody
    lumen : Lumen
    field_mesh : FieldMesh or None
        None without magnets.
    field : MagneticField
    depth : FieldSample or None
        The field along the line from the nearest magnet face through the vessel.
    flow : FlowField
    capture : CaptureResult
    summary : dict
        The content of summary.json.
    """

    case: Case
    folder: Path
    bodies: tuple[MagnetBody, ...]
    lumen: Lumen
    field_mesh: FieldMesh | None
    field: MagneticField
    depth: FieldSample | None
    flow: FlowField
    capture: CaptureResult
    summary: dict[str, Any]

    def parts(self) -> dict[str, Any]:
        """The results of the stages by name, as postprocessing takes them."""
        return {
            "bodies": self.bodies,
            "lumen": self.lumen,
            "field_mesh": self.field_mesh,
            "field": self.field,
            "depth": self.depth,
            "flow": self.flow,
            "capture": self.capture,
        }

    def plot(self, *, show: bool = True) -> pyvista.Plotter:
        """The scene of the run: magnets, tissue, vessel, field and captured carriers.

        Parameters
        ----------
        show : bool
            Open a window (or a notebook view); otherwise only return the plotter.
        """
        from magcap.postprocess import render

        plotter = render.build_scene(self.case, **self.parts())
        if show:
            plotter.show()
        return plotter

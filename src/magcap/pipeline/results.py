"""What `magcap.run` returns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from magcap.case import Case
from magcap.geometry.mesh import FieldMesh, Lumen
from magcap.geometry.scene import MagneticScene
from magcap.solvers.results import CaptureResult, FlowField, MagneticField

if TYPE_CHECKING:
    import pyvista


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldResult:
    """A finished field: what `magcap.run_field` returns.

    Attributes
    ----------
    case : Case
    folder : Path
        Where the files are.
    scene : MagneticScene
        Magnets, iron, coils and whatever else makes the field.
    lumen : Lumen
    field_mesh : FieldMesh or None
        None without magnets and iron.
    field : MagneticField
        ``field.observed`` has the depth line, the planes and the rest of the field report.
    summary : dict
        The content of summary.json.
    """

    case: Case
    folder: Path
    scene: MagneticScene
    lumen: Lumen
    field_mesh: FieldMesh | None
    field: MagneticField
    summary: dict[str, Any]

    def parts(self) -> dict[str, Any]:
        """The results of the stages by name, as postprocessing takes them."""
        return {
            "scene": self.scene,
            "lumen": self.lumen,
            "field_mesh": self.field_mesh,
            "field": self.field,
            "flow": None,
            "capture": None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult(FieldResult):
    """A finished run: the field, the flow and what was captured.

    Attributes
    ----------
    flow : FlowField
    capture : CaptureResult
    """

    flow: FlowField
    capture: CaptureResult

    def parts(self) -> dict[str, Any]:
        """The results of the stages by name, as postprocessing takes them."""
        return FieldResult.parts(self) | {"flow": self.flow, "capture": self.capture}

    def plot(self, *, show: bool = True) -> pyvista.Plotter:
        """The scene of the run: magnets, tissue, vessel, field and captured carriers.

        Parameters
        ----------
        show : bool
            Open a window (or a notebook view); otherwise only return the plotter.
        """
        from magcap.postprocess.pictures import build_scene

        plotter = build_scene(self.case, **self.parts())
        if show:
            plotter.show()
        return plotter

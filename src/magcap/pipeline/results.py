"""What `magcap.run` returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from magcap.case import Case
from magcap.geometry.mesh import FieldMesh, Lumen
from magcap.geometry.scene import MagneticScene
from magcap.solvers.results import CaptureResult, FlowField, MagneticField

if TYPE_CHECKING:
    import pyvista

    from magcap.postprocess.outcome import Outcome


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
    made : mapping of type to tuple
        Results of all stages by their class; one for each carrier where a stage has several.
    """

    case: Case
    folder: Path
    scene: MagneticScene
    lumen: Lumen
    field_mesh: FieldMesh | None
    field: MagneticField
    summary: dict[str, Any]
    made: Mapping[type, tuple[object, ...]]

    def outcome(self) -> Outcome:
        """The results of the stages, as postprocessing takes them."""
        from magcap.postprocess.outcome import Outcome

        return Outcome(
            case=self.case,
            scene=self.scene,
            lumen=self.lumen,
            field_mesh=self.field_mesh,
            field=self.field,
            results=self.made,
        )


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

    def outcome(self) -> Outcome:
        """The results of the stages, as postprocessing takes them."""
        return replace(FieldResult.outcome(self), flow=self.flow, capture=self.capture)

    def plot(self, *, show: bool = True) -> pyvista.Plotter:
        """The scene of the run: magnets, tissue, vessel, field and captured carriers.

        Parameters
        ----------
        show : bool
            Open a window (or a notebook view); otherwise only return the plotter.
        """
        from magcap.postprocess.pictures import build_scene

        plotter = build_scene(self.outcome())
        if show:
            plotter.show()
        return plotter

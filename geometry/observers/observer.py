"""A named group of points at which the field is asked for: magpylib's word for it.

Observers are made here, sampled by `magcap.solvers.field.solve` and read by their names from
`MagneticField.observed`. A new question about the field is one file here with a function from a
`Site` to observers, listed in `of_case`, and one reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from magcap.arrays import FloatArray
from magcap.case import Case
from magcap.geometry.mesh import Lumen
from magcap.geometry.scene import MagneticScene, SourceHull

if TYPE_CHECKING:
    from .line import DepthLine


class Accuracy(Enum):
    """What the field at an observer's points is worth.

    The mesh is made for the vessel; far off its cells are large, and a field twice differentiated
    there carries their error. Extraction (`magcap.solvers.error.distant`) does not, and costs
    a sum over a layer of air for each point.
    """

    NEAR = "the field of the mesh: close to bodies or vessel, for pictures, or too many points"
    FAR = "a few points that may lie anywhere: extraction wherever the bodies leave room for it"
    FAR_MANY = "thousands of points: extraction for those well away from the bodies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observer:
    """Points at which the field is asked for by name.

    Attributes
    ----------
    name : str
        One of its own in a case, e.g. ``"depth"`` or ``"plane 10 mm"``.
    points : ndarray, shape (n, 3)
        In m; may lie outside of the mesh.
    accuracy : Accuracy
        Whether the points are worth more than the field of the mesh.
    required : bool
        Whether the field must be known at every point: then it is an error if a field map of the
        case ends before; otherwise the field is nan there.
    """

    name: str
    points: FloatArray
    accuracy: Accuracy = Accuracy.NEAR
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """All that a question about the field may look at.

    Attributes
    ----------
    case : Case
    scene : MagneticScene
        Of the case.
    lumen : Lumen
    hull : SourceHull or None
        Around all bodies; None where nothing but a background makes the field.
    line : DepthLine or None
        From the face of the bodies into the depth.
    """

    case: Case
    scene: MagneticScene
    lumen: Lumen
    hull: SourceHull | None
    line: DepthLine | None

"""Do the bodies of a scene stand free, after someone has moved them?"""

from __future__ import annotations

from magcap.case import Tissue
from magcap.geometry.lumen import Outline
from magcap.geometry.scene import MagneticScene

from .overlaps import overlap_faults
from .winding_overlaps import winding_overlap_faults


def placement_faults(
    scene: MagneticScene, shape: Outline, tissue: Tissue | None = None
) -> list[str]:
    """Magnets, iron and coils that overlap each other, the vessel or the tissue, in sentences.

    Parameters
    ----------
    scene : MagneticScene
        Moved parts, e.g. by `magcap.geometry.scene.moved`.
    shape : Outline
        Of the vessel.
    tissue : Tissue, optional
        Of the case.
    """
    bodies = [body for _, body in scene.solids]
    faults = overlap_faults(bodies, shape.wall, tissue, axis=shape.axis, radius=shape.radius)
    if scene.windings:
        faults += winding_overlap_faults(
            scene.windings, bodies, shape.wall, tissue, axis=shape.axis, radius=shape.radius
        )
    return faults

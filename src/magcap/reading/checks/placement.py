"""Do the bodies of a scene stand free, after someone has moved them?"""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Tissue
from magcap.geometry.bodies import signed_distance
from magcap.geometry.lumen import Outline
from magcap.geometry.scene import MagneticScene, about_mm, without_block

from .overlaps import overlap_faults
from .winding_overlaps import winding_overlap_faults

#: A body that is nearer to the blood than this in m touches it: no wall of a vessel is thinner.
TOUCHING = 1e-5
#: Points of the wall that are looked at, at most.
_POINTS = 5000


def placement_notes(scene: MagneticScene, wall: FloatArray) -> list[str]:
    """A sentence for each magnet and iron part that touches the lumen.

    Parameters
    ----------
    scene : MagneticScene
    wall : ndarray, shape (n, 3)
        Points of the lumen's wall in m.
    """
    points = wall[:: max(1, len(wall) // _POINTS)]
    gaps: dict[str, float] = {}
    for _, body in scene.solids:
        name = without_block(body.name)
        gap = float(np.min(signed_distance(body, points)))
        gaps[name] = min(gap, gaps.get(name, np.inf))
    return [
        f"`{name}` touches the lumen (gap {about_mm(max(gap, 0.0))}): between a magnet and blood "
        "there are the wall of a vessel and tissue. Move it off, unless it is meant to be there."
        for name, gap in gaps.items()
        if gap < TOUCHING
    ]


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

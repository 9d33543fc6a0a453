"""All points at which the field of a case is asked for.

``"probes"``: the points of the case; ``"depth"``: along the line into the depth;
``"plane 10 mm"`` …, ``"plane vessel"``: square grids across it, row by row; ``"section"``: a grid
in the plane of vessel and magnets; ``"skin"`` and ``"skin near"``: a grid on the skin and its
points nearest to the magnets; ``"stray"``: rays for the 0.5 mT surface; ``"grid NAME"``: the
grids of the case. What makes no sense for a case is absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from magcap.case import Case
from magcap.geometry.mesh import Lumen
from magcap.geometry.scene import MagneticScene, source_hull

from .across import plane_observers
from .grids import grid_observers
from .line import depth_line, depth_observer
from .observer import Observer, Site
from .probes import probe_observer
from .section import section_observer
from .skin import skin_observers
from .stray import stray_observer

#: The questions in the order of their answers.
QUESTIONS: tuple[Callable[[Site], Iterable[Observer]], ...] = (
    probe_observer,
    depth_observer,
    plane_observers,
    section_observer,
    skin_observers,
    stray_observer,
    grid_observers,
)


def observers_of(case: Case, scene: MagneticScene, lumen: Lumen) -> tuple[Observer, ...]:
    """The observers of a case, in the order of `QUESTIONS`.

    Parameters
    ----------
    case : Case
    scene : MagneticScene
        Of the case.
    lumen : Lumen
    """
    site = Site(
        case=case,
        scene=scene,
        lumen=lumen,
        hull=source_hull(scene),
        line=depth_line(scene, lumen, case.depth),
    )
    return tuple(observer for question in QUESTIONS for observer in question(site))

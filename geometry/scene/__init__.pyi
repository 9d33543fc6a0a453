from .changes import (
    Move as Move,
    Vector as Vector,
    moved as moved,
    with_current as with_current,
    with_magnetization as with_magnetization,
    with_remanence as with_remanence,
)
from .hull import (
    SourceHull as SourceHull,
    middle_of as middle_of,
    source_hull as source_hull,
)
from .iron import (
    IronBody as IronBody,
    iron_bodies as iron_bodies,
    iron_body as iron_body,
)
from .magnets import (
    STRONG_RECOIL as STRONG_RECOIL,
    MagnetBody as MagnetBody,
    bodies as bodies,
    bodies_of as bodies_of,
    recoil_of as recoil_of,
    segment_angles as segment_angles,
)
from .magpylib import (
    from_magpylib as from_magpylib,
)
from .names import (
    about_mm as about_mm,
    given_mm as given_mm,
    table_name as table_name,
    without_block as without_block,
)
from .scene import (
    MagneticScene as MagneticScene,
    scene_of as scene_of,
)
from .tissue import (
    TissueLayerGeometry as TissueLayerGeometry,
    TissueSlab as TissueSlab,
    magnetic_layers as magnetic_layers,
    skin_plane as skin_plane,
    tissue_layers as tissue_layers,
    tissue_permeability as tissue_permeability,
    tissue_slabs as tissue_slabs,
)
from .winding import (
    Winding as Winding,
    WindingShape as WindingShape,
    separation_of as separation_of,
    windings as windings,
)
from .winding_surface import (
    WIRE_RADIUS as WIRE_RADIUS,
    winding_body as winding_body,
)

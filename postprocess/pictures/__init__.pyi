from . import actors as actors, anatomy as anatomy, bodies as bodies
from .curves import (
    DEPTH as DEPTH,
    positive as positive,
    shortened as shortened,
)
from .drawing import (
    Figure as Figure,
    Painter as Painter,
    build_scene as build_scene,
    draw_figures as draw_figures,
)
from .field_figures import (
    IRON as IRON,
    PLANES as PLANES,
    SAFETY as SAFETY,
)
from .figures import (
    CAPTURED as CAPTURED,
    DENSITY as DENSITY,
    FLOW as FLOW,
    FORCE as FORCE,
    OVERVIEW as OVERVIEW,
)
from .frame import (
    MM as MM,
    frame_in as frame_in,
    frame_of as frame_of,
    in_mm as in_mm,
)
from .linear_lumen import (
    linear_lumen as linear_lumen,
    lumen_points as lumen_points,
    wall as wall,
)
from .panels import (
    Studio as Studio,
    bold as bold,
    color_bar as color_bar,
    figure as figure,
    plain_log as plain_log,
    show as show,
)
from .plane_map import (
    segment_rows as segment_rows,
)
from .wall_shear import (
    WALL_SHEAR as WALL_SHEAR,
)
from .working_points import (
    WORKING_POINTS as WORKING_POINTS,
)

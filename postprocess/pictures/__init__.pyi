from . import actors as actors, anatomy as anatomy, bodies as bodies
from .curves import (
    positive as positive,
    shortened as shortened,
)
from .frame import (
    MM as MM,
    frame_of as frame_of,
    in_mm as in_mm,
)
from .linear_lumen import (
    wall as wall,
)
from .panels import (
    bold as bold,
    figure as figure,
    plain_log as plain_log,
)
from .plane_map import (
    segment_rows as segment_rows,
)
from .render import (
    build_scene as build_scene,
    draw_all as draw_all,
    render_folder as render_folder,
)

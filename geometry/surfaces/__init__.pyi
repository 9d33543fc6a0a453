from .closed import (
    read_closed_surface as read_closed_surface,
    volume_and_centroid as volume_and_centroid,
)
from .files import (
    UNITS as UNITS,
    read_surface as read_surface,
)
from .intersection import (
    intersecting_triangles as intersecting_triangles,
)
from .repair import (
    without_flat_triangles as without_flat_triangles,
)
from .smoothing import (
    smoothed as smoothed,
)
from .subdivision import (
    dense_points as dense_points,
    split_at_middles as split_at_middles,
)
from .topology import (
    Edges as Edges,
    TriangleSurface as TriangleSurface,
    boundary_loops as boundary_loops,
    corner_angles as corner_angles,
    edges_of as edges_of,
    enclosed_volume as enclosed_volume,
    merge_points as merge_points,
    oriented as oriented,
    parts as parts,
    shape_of as shape_of,
)

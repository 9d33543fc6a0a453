from .boundary import (
    closed_surface as closed_surface,
    measured_opening as measured_opening,
)
from .distances import (
    flatten as flatten,
    graph_arc_length as graph_arc_length,
    wall_distance as wall_distance,
)
from .limited import (
    TimeIsUp as TimeIsUp,
    within as within,
)
from .quality import (
    VISCOUS_LAYER as VISCOUS_LAYER,
    curved_min_jacobian as curved_min_jacobian,
    mesh_quality as mesh_quality,
    radius_ratio as radius_ratio,
    unfold as unfold,
    volumes as volumes,
)
from .second_order import (
    boundary_facets as boundary_facets,
    elevate as elevate,
    orient as orient,
    unique_edges as unique_edges,
)
from .session import (
    gmsh_session as gmsh_session,
)
from .types import (
    TET_EDGES as TET_EDGES,
    TRI_EDGES as TRI_EDGES,
    Ends as Ends,
    FieldMesh as FieldMesh,
    Lumen as Lumen,
    MeshQuality as MeshQuality,
    Opening as Opening,
    TetMesh as TetMesh,
)

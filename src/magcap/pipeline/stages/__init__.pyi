from .adapted_mesh import (
    ADAPTED_MESH as ADAPTED_MESH,
    field_mesh_of as field_mesh_of,
)
from .capture import CAPTURE as CAPTURE
from .control import (
    CONTROL as CONTROL,
    FLOOR as FLOOR,
)
from .field import FIELD as FIELD
from .field_mesh import (
    FIELD_MESH as FIELD_MESH,
    meshed as meshed,
)
from .flow import (
    FLOW as FLOW,
    PERIOD as PERIOD,
)
from .loads import LOADS as LOADS
from .suspension import (
    SUSPENSION as SUSPENSION,
    blood_flow as blood_flow,
    moved as moved,
)
from .tracing_velocity import (
    TRACING_VELOCITY as TRACING_VELOCITY,
    followed as followed,
)
from .vessel import VESSEL as VESSEL

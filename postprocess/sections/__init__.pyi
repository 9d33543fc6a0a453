from .accuracy import (
    ACCURACY as ACCURACY,
)
from .bodies import (
    BODIES as BODIES,
)
from .capture import (
    CAPTURE as CAPTURE,
)
from .coils import (
    COILS as COILS,
)
from .depth import (
    DEPTH as DEPTH,
)
from .field import (
    FIELD as FIELD,
    PROBES as PROBES,
)
from .flow import (
    FLOW as FLOW,
    FLOW_PERIOD as FLOW_PERIOD,
)
from .hold import (
    HOLD as HOLD,
)
from .loads import (
    LOADS as LOADS,
)
from .mesh import (
    MESH as MESH,
)
from .planes import (
    PLANES as PLANES,
)
from .safety import (
    SAFETY as SAFETY,
)
from .working_points import (
    WORKING_POINTS as WORKING_POINTS,
    margin_of as margin_of,
)

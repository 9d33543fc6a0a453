from .design import (
    FieldDesign as FieldDesign,
)
from .live import (
    Efficiency as Efficiency,
    Live as Live,
)
from .mesh_study import (
    mesh_study as mesh_study,
)

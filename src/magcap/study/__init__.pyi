from .design import (
    FieldDesign as FieldDesign,
)
from .mesh_study import (
    mesh_study as mesh_study,
)

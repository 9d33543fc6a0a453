from .design import (
    FieldDesign as FieldDesign,
)

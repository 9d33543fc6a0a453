from .field_map import (
    FieldMap as FieldMap,
    field_maps as field_maps,
)
from .file import (
    read_field_map as read_field_map,
)

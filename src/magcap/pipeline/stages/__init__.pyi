from .field import (
    mesh_and_field as mesh_and_field,
)

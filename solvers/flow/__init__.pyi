from .steady import (
    solve as solve,
)

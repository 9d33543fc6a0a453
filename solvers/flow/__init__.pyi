from .conditions import (
    Conditions as Conditions,
)
from .steady import (
    solve as solve,
)

from .cut import (
    CONCENTRATION as CONCENTRATION,
)
from .section import (
    SUSPENSION as SUSPENSION,
)

from .charges import (
    Recoil as Recoil,
)
from .loads import (
    body_loads as body_loads,
)
from .working_point import (
    warn_of_losses as warn_of_losses,
    working_points as working_points,
)

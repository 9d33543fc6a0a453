from .lost import (
    draw_lost as draw_lost,
)
from .power import (
    lost_power as lost_power,
)
from .section import (
    HEMODYNAMICS as HEMODYNAMICS,
)

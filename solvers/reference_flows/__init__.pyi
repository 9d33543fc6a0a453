from .cylinder import (
    Forces as Forces,
    Shedding as Shedding,
    channel_with_cylinder as channel_with_cylinder,
    plane_cylinder as plane_cylinder,
    rising_and_falling as rising_and_falling,
    shedding as shedding,
)
from .decaying import (
    Decay as Decay,
    decaying_flow as decaying_flow,
)
from .march import (
    History as History,
)
from .step import (
    Eddies as Eddies,
    step_flow as step_flow,
)

from .cylinder import (
    Forces as Forces,
    Shedding as Shedding,
    channel_rising_and_falling as channel_rising_and_falling,
    channel_with_cylinder as channel_with_cylinder,
    plane_cylinder as plane_cylinder,
    rising_and_falling as rising_and_falling,
    shedding as shedding,
)
from .march import (
    History as History,
)
from .step import (
    Eddies as Eddies,
    step_flow as step_flow,
)

from .steps import (
    last_cycle as last_cycle,
    outlet_numbers as outlet_numbers,
    period_numbers as period_numbers,
    time_mean as time_mean,
)
from .table import (
    read_steps as read_steps,
    write_steps as write_steps,
)
from .wall_layer import (
    wall_layer_numbers as wall_layer_numbers,
)

from .measure import (
    volume_and_area as volume_and_area,
)
from .murray import (
    murray_radii as murray_radii,
    optimal_angles as optimal_angles,
)
from .wall import (
    Branching as Branching,
    Pipe as Pipe,
    branching as branching,
    plane_axes as plane_axes,
)

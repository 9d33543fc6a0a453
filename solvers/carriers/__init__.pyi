from .fluid import (
    Fluid as Fluid,
    between as between,
    fluid_of as fluid_of,
    has_cells as has_cells,
    in_the_other as in_the_other,
    name_of as name_of,
)
from .forces import (
    Median as Median,
    Pull as Pull,
    Stream as Stream,
    median_in as median_in,
    pull as pull,
    stream_of as stream_of,
)
from .notes import (
    carrier_notes as carrier_notes,
    field_notes as field_notes,
    vessel_notes as vessel_notes,
)
from .population import (
    SCORES as SCORES,
    Mean as Mean,
    Population as Population,
    curve_of as curve_of,
    force_per_moment as force_per_moment,
    mean as mean,
    median as median,
    population_of as population_of,
    sample as sample,
)

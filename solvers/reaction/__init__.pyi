from ._dipole_kernels import (
    fields as fields,
)
from .air import (
    Reaction as Reaction,
    local_cells as local_cells,
    reaction_of as reaction_of,
)
from .moments import (
    Moments as Moments,
    moments_of as moments_of,
    reacting_regions as reacting_regions,
)

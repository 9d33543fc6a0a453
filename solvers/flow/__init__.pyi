from .conditions import (
    Conditions as Conditions,
    conditions_at as conditions_at,
    conditions_of as conditions_of,
)
from .equations import (
    CELL_QUADRATURE as CELL_QUADRATURE,
    FACET_QUADRATURE as FACET_QUADRATURE,
    GRAD_DIV as GRAD_DIV,
    Discretisation as Discretisation,
    dirichlet as dirichlet,
    grad_div_of as grad_div_of,
    navier_stokes as navier_stokes,
    taylor_hood as taylor_hood,
)
from .inlet import (
    InletMotion as InletMotion,
    flow_rate_of as flow_rate_of,
    flow_rates_of as flow_rates_of,
    inlet_motion as inlet_motion,
    inlet_velocity as inlet_velocity,
)
from .newton import (
    NewtonFailed as NewtonFailed,
    newton_to as newton_to,
)
from .outlets import (
    OutletLaw as OutletLaw,
    level_of as level_of,
    outlet_laws as outlet_laws,
)
from .outputs import (
    Scales as Scales,
    nodal_viscosity as nodal_viscosity,
    summarize as summarize,
)
from .start import (
    MASS_TOLERANCE as MASS_TOLERANCE,
    RTOL as RTOL,
    begin as begin,
    converge as converge,
    settle as settle,
)
from .steady import (
    solve as solve,
)
from .system import (
    FlowSystem as FlowSystem,
)
from .wall_stress import (
    WallGauge as WallGauge,
    wall_gauge as wall_gauge,
)

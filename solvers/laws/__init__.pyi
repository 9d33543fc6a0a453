from .blood import (
    CASSON_RANGE as CASSON_RANGE,
    POWER_LAW_RANGE as POWER_LAW_RANGE,
    QUEMADA_RANGE as QUEMADA_RANGE,
    viscosity_of as viscosity_of,
)
from .contact import (
    ROUGHNESS as ROUGHNESS,
    Grip as Grip,
    asperity_lever as asperity_lever,
    contact_motion as contact_motion,
    heat_touches as heat_touches,
    held_drag as held_drag,
    rolling_speed as rolling_speed,
)
from .lift import (
    deformability_lift as deformability_lift,
    held_lift as held_lift,
    shear_lift as shear_lift,
    wall_lift as wall_lift,
)
from .magnetisation import (
    Cores as Cores,
    Curve as Curve,
    Langevin as Langevin,
    Linear as Linear,
    Measured as Measured,
    force_per_moment as force_per_moment,
    langevin as langevin,
    magnetic_volume_of_iron as magnetic_volume_of_iron,
)
from .mobility import (
    confinement as confinement,
    diffusivity as diffusivity,
    relaxation_time as relaxation_time,
    sinking_velocity as sinking_velocity,
    slip_factor as slip_factor,
    stokes_mobility as stokes_mobility,
    tube_axis as tube_axis,
    wall_parallel as wall_parallel,
    wall_perpendicular as wall_perpendicular,
)
from .near_wall import (
    approach_factor as approach_factor,
    shear_factor as shear_factor,
)
from .regime import (
    Transport as Transport,
)
from .rheology import (
    Viscosity as Viscosity,
    ViscosityLaw as ViscosityLaw,
    apparent_share as apparent_share,
    relative_viscosity as relative_viscosity,
)
from .suspension import (
    MagneticHead as MagneticHead,
    volume_share as volume_share,
)
from .thinning import (
    Casson as Casson,
    PowerLaw as PowerLaw,
    Quemada as Quemada,
)
from .tube_flow import (
    TubeFlow as TubeFlow,
    tube_flow as tube_flow,
)
from .wall_shear import (
    WallShear as WallShear,
    wall_shear_over as wall_shear_over,
)
from .womersley import (
    quasi_steady_error as quasi_steady_error,
    wall_shear_factor as wall_shear_factor,
    womersley_number as womersley_number,
)

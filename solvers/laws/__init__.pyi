from .magnetisation import (
    diffusivity as diffusivity,
    driver as driver,
    magnetic_volume_of_iron as magnetic_volume_of_iron,
    relaxation_time as relaxation_time,
    slip_factor as slip_factor,
    stokes_mobility as stokes_mobility,
)
from .regime import (
    Transport as Transport,
)
from .rheology import (
    Viscosity as Viscosity,
    viscosity_of as viscosity_of,
)

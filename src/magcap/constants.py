"""Physical constants in SI, with their sources."""

from __future__ import annotations

import math
from typing import Final

#: Vacuum permeability in H/m. The classical value 4πe-7 (so does magpylib's); CODATA 2022
#: differs by 1e-10 relative.
MU_0: Final = 4e-7 * math.pi
#: Boltzmann constant in J/K (exact since the 2019 SI).
K_B: Final = 1.380649e-23
#: 0 °C in K.
ZERO_CELSIUS: Final = 273.15
#: Standard acceleration of free fall in m/s².
G_0: Final = 9.80665

from .carriers import (
    core_volume as core_volume,
    median_diameter as median_diameter,
    overfull as overfull,
)
from .case import (
    Draft as Draft,
    cross_faults as cross_faults,
)
from .coils import (
    coil_faults as coil_faults,
)
from .iron import (
    iron_faults as iron_faults,
)
from .magnets import (
    magnet_faults as magnet_faults,
)

from .carriers import (
    core_volume as core_volume,
    median_diameter as median_diameter,
    overfull as overfull,
)
from .case import (
    check_bodies as check_bodies,
    cross_faults as cross_faults,
)
from .flow import (
    inlet_tables as inlet_tables,
    lag_faults as lag_faults,
    late_release as late_release,
)
from .placement import (
    placement_faults as placement_faults,
    placement_notes as placement_notes,
)

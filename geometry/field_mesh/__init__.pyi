from .air import (
    domain_faults as domain_faults,
)
from .build import (
    build_field_mesh as build_field_mesh,
)
from .cloud import (
    SizeCloud as SizeCloud,
)
from .equidistribution import (
    SMALLEST as SMALLEST,
    equidistributed as equidistributed,
    local_factors as local_factors,
)
from .next_sizes import (
    cell_sizes as cell_sizes,
    size_cloud as size_cloud,
)

from . import newton as newton
from .cells import (
    IronCells as IronCells,
    Laws as Laws,
)
from .laws import (
    RegionLaws as RegionLaws,
)
from .matter import (
    Matter as Matter,
    matter_of as matter_of,
)
from .newton_problem import (
    LinearSteps as LinearSteps,
    NonlinearProblem as NonlinearProblem,
    summed as summed,
)
from .source_projection import (
    Projector as Projector,
)
from .tangent import (
    Tangent as Tangent,
)
from .total import (
    TotalRegion as TotalRegion,
    edge_gradients as edge_gradients,
    total_region as total_region,
)

from .checks import (
    largest_share as largest_share,
    relative_difference as relative_difference,
    subharmonic_violation as subharmonic_violation,
)
from .gradient import (
    Located as Located,
    RecoveredField as RecoveredField,
    locate as locate,
)
from .rigid_motion import (
    Motion as Motion,
    common_motion as common_motion,
    moved_back as moved_back,
    same_scene as same_scene,
)
from .solution import (
    FieldSolution as FieldSolution,
    PotentialField as PotentialField,
    exact_sample as exact_sample,
)
from .solver import (
    MagnetostaticSolver as MagnetostaticSolver,
)

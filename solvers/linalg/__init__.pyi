from .multigrid import (
    JIT_OPTIONS as JIT_OPTIONS,
    PMultigrid as PMultigrid,
)

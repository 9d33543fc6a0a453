from .spaces import (
    Spaces as Spaces,
    build_spaces as build_spaces,
)
from .stiffness import (
    interpolation as interpolation,
    stiffness_matrix as stiffness_matrix,
)
from .tensor import (
    TensorStiffness as TensorStiffness,
    TensorUpdate as TensorUpdate,
)

from ._stiffness_kernels import (
    add_product as add_product,
    product as product,
)
from .spaces import (
    Spaces as Spaces,
    build_spaces as build_spaces,
)
from .stiffness import (
    MatrixEntries as MatrixEntries,
    copied_entries as copied_entries,
    interpolation as interpolation,
    shared_entries as shared_entries,
    stiffness_matrix as stiffness_matrix,
)
from .tensor import (
    TensorStiffness as TensorStiffness,
    TensorUpdate as TensorUpdate,
)

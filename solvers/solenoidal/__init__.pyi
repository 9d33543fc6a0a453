from .defects import (
    Defects as Defects,
    defects as defects,
)
from .reconstruction import (
    Reconstruction as Reconstruction,
    reconstruct as reconstruct,
)

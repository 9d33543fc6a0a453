from .coil_design import (
    CoilFigures as CoilFigures,
    coil_figures as coil_figures,
)

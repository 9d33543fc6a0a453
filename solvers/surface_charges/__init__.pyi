from .reaction import (
    PANELS as PANELS,
    react as react,
)

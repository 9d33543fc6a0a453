from .capture import (
    solve as solve,
    solve_control as solve_control,
)

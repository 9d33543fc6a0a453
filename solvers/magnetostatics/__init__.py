"""magcap.solvers.magnetostatics."""

import magcap.solvers.fem  # noqa: F401

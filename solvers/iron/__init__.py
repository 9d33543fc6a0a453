"""magcap.solvers.iron."""

import magcap.solvers.fem  # noqa: F401

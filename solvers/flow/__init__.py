"""magcap.solvers.flow."""

import magcap.solvers.fem  # noqa: F401

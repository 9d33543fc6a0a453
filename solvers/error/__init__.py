"""magcap.solvers.error."""

import magcap.solvers.fem  # noqa: F401

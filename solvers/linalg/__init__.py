"""magcap.solvers.linalg."""

import magcap.solvers.fem  # noqa: F401

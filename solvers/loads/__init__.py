"""magcap.solvers.loads."""

import magcap.solvers.fem  # noqa: F401

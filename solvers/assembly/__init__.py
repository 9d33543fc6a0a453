"""magcap.solvers.assembly."""

import magcap.solvers.fem  # noqa: F401

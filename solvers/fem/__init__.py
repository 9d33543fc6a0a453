"""magcap.solvers.fem."""

from . import setup as setup

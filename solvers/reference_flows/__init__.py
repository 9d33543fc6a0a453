"""Flows that the community compares codes by: over a step, around a cylinder in a channel.

In: the fineness of a mesh and of the steps in time. Out: lengths, profiles, coefficients of drag
and lift, as benchmarks give them. The equations are those of users, in two dimensions or three: the
weak form and Newton's method of `magcap.solvers.flow`, the linear system of `magcap.solvers.oseen`
and the steps of `magcap.solvers.unsteady`; conditions that no case file can ask for are set here.

Open `cylinder.py` first. Called by `magcap.validation` and by tests.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

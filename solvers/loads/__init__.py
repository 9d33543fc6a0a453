"""What the field does to its own bodies: force, torque, working points.

In: a `FieldSolution` or exact sources, and the scene. Out: loads on each part, by the Maxwell
stress F = ∮ (B Bᵀ − ½B² I) n dS/μ0 and by virtual work, which must agree; the working point of
magnets against their knee.

Open `loads.py` first: `body_loads`. `stress.py`, `virtual_work.py` and, without iron, `charges.py`
are the ways, `wrap.py` the surfaces, `contact.py` and `faces.py` bodies that touch,
`working_point.py` demagnetisation. Called by `magcap.solvers.field`.
"""

import lazy_loader as _lazy

import magcap.solvers.fem  # noqa: F401

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

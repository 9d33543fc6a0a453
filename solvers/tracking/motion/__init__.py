"""The compiled velocity of a carrier at a point of a cell: numbers and two arrays in, numbers out.

In: the record and the flow of `packed_lumen.Cells`, a `Particle` and the `Options` of a run; out:
slip, velocity, forces and diffusivity. Equations: docs/capture.md. Open `_motion_kernels.py` first
(the velocity), then `_slip_kernels.py`, `_lift_kernels.py`, `_push_kernels.py` (lift and inertia),
`_contact_kernels.py` (a carrier in contact), `_cell_kernels.py` and `_field_kernels.py` (one
tetrahedron), `_options_kernels.py` (the names of the numbers). `solvers/tracking/kernels` calls it.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

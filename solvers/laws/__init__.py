"""Laws of single carriers and of blood as pure array functions, each with its source.

Magnetisation M(|H|) (Langevin, linear to saturation), Stokes' drag with slip at finite Reynolds
number, mobility near a wall, D = kT/(6πηa), relaxation time (ρ_p + ρ_f/2)d²/(18η), lift;
viscosity μ(γ̇) of blood by five laws; dimensionless numbers of transport. In and out: floats or
arrays in SI (the viscosity takes UFL expressions as well).

Open `magnetisation.py` first, then `mobility.py` (drag, wall, diffusion) and `lift.py`;
`blood.py` with `rheology.py` and `thinning.py` is the blood, `regime.py` says which transport wins.
Called by carriers, flow, tracking and ``magcap check``; the tracer's kernels repeat the laws one
carrier at a time, and a test holds the two together.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

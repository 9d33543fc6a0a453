"""Everything of a case that makes or bends the magnetic field, resolved.

In: the tables of magnets, iron, coils, maps, background and tissue. Out: a `MagneticScene` of
`MagnetBody` (pose, remanence in T, recoil permeability), `IronBody`, `Winding` and maps, in SI and
without names of grades; layers of tissue; scenes with parts moved or remagnetised (`Move`,
`moved`).

Open `scene.py` first: `scene_of` is the list. `magnets.py` and `halbach.py` resolve magnets and
arrays, `changes.py` changes a scene, `magpylib.py` reads objects of magpylib. The field mesh, the
solvers of the field, loads, observers and pictures take the scene, never the tables.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

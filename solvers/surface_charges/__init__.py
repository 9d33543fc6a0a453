"""The reaction of magnets with recoil permeability above 1, without meshing the space.

In: bodies with remanence and μr in a scene. Out: the charges on their surfaces and a scene whose
exact field has the reaction in it: σ = (μr − 1) n·μ0 H just inside, H of the rigid magnets, the
currents and σ itself, sampled at the points of `surface_nodes` and solved by GMRES.

Open `reaction.py` first: `react`. Called by the stage of the field and by `magcap.study`, where a
field must be had in milliseconds; iron needs the mesh.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""The whole case file as one frozen model; every number inside is SI.

One file per table of the TOML file beside this one. Reading, collecting all faults and the checks
that need more than one table are in `magcap.reading`; geometry and solvers take these models.
"""

from __future__ import annotations

from pydantic import Field

from .capture import Capture
from .carrier import Carrier
from .coil import Coil
from .field import Background, FieldMapTable
from .flow import Blood, Flow, Suspension
from .iron import Iron
from .magnet import Magnet
from .numerics import MagneticsOptions, Mesh
from .observers import DepthOptions, Grid, Probe
from .tissue import Target, Tissue
from .values import Model
from .vessel import Vessel


class Case(Model):
    """A whole case: everything a run depends on."""

    title: str = "untitled"
    magnet: tuple[Magnet, ...] = ()
    iron: tuple[Iron, ...] = ()
    coil: tuple[Coil, ...] = ()
    background: Background | None = None
    field_map: tuple[FieldMapTable, ...] = ()
    vessel: Vessel
    tissue: Tissue | None = None
    target: Target | None = None
    blood: Blood = Blood()
    flow: Flow
    carrier: tuple[Carrier, ...] = Field(min_length=1)
    capture: Capture = Capture()
    suspension: Suspension | None = None
    mesh: Mesh = Mesh()
    magnetics: MagneticsOptions = MagneticsOptions()
    probe: tuple[Probe, ...] = ()
    grid: tuple[Grid, ...] = ()
    depth: DepthOptions = DepthOptions()

"""The captured fraction of changed magnets, while a designer waits.

>>> import magcap
>>> live = magcap.Live(magcap.load("case.toml"))  # doctest: +SKIP
>>> live.move("magnet[1]", shift=(0.0, 0.0, 0.002)).value  # doctest: +SKIP

The vessel, the flow, the seeds and their packing are made once (vessel and flow from the store
where they are there). A change costs the field at the nodes of the vessel and one ensemble of
carriers: no mesh of the field, no pictures, no files.

*Without iron* the field is exact, with the reaction of the magnets by charges on their surfaces
(`magcap.study.design`). *With iron* it comes from finite elements: quickly where only remanences
and currents change, by a new mesh where magnets or iron move, which takes many times as long.
Tissue (|χ| of 1e-5) is left out.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from magcap.case import Carrier, Case
from magcap.errors import CaseError
from magcap.geometry.lumen import outline
from magcap.geometry.scene import MagneticScene, Move, Vector
from magcap.parallel import computing, world
from magcap.pipeline import Reporter, Stages, stages_in
from magcap.pipeline.stages import FLOW, PERIOD, TRACING_VELOCITY, VESSEL, followed
from magcap.postprocess.numbers import efficiency
from magcap.reading.checks import placement_faults

from .design import FieldDesign


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency:
    """The captured fraction of one kind of carrier, released with the blood that enters.

    Attributes
    ----------
    value : float
        Captured share, as ``efficiency_flux`` of a run.
    ci95 : tuple of float
        Its 95 % confidence interval (sampling alone).
    carrier : str
        Name of the kind of carrier.
    released : int
        Carriers followed.
    max_B, max_grad_half_B2 : float
        Largest |B| in T and |½∇|B|²| in T²/m at the nodes of the vessel.
    field : str
        How the field was had, in words.
    seconds, field_seconds : float
        Wall time of the answer and of its field.
    """

    value: float
    ci95: tuple[float, float]
    carrier: str
    released: int
    max_B: float
    max_grad_half_B2: float
    field: str
    seconds: float
    field_seconds: float


class Live(AbstractContextManager["Live", None]):
    """A case whose magnets, iron and coils are changed again and again.

    Parameters
    ----------
    case : Case
        From `magcap.load`.
    carrier : str or int, optional
        Name of the kind of carrier that is followed, or its number counted from 1; default: the
        first.
    store : path, optional
        Where results of stages are kept, as for `magcap.run`; default: that of runs in ``runs``.
    comm : MPI communicator, optional
        Default: all ranks; every call is collective then.
    reporter : Reporter, optional
        Hears of progress of vessel and flow.

    Attributes
    ----------
    case : Case
    carrier : Carrier
    design : FieldDesign
        Gives the field of the changed magnets.

    Raises
    ------
    CaseError
        If there is no such carrier, or the case is wrong.
    SolverError
        If vessel or flow cannot be had.
    """

    @computing()
    def __init__(
        self,
        case: Case,
        *,
        carrier: str | int = 1,
        store: str | Path | None = None,
        comm: Any = None,
        reporter: Reporter | None = None,
    ) -> None:
        from magcap.solvers import field
        from magcap.solvers.tracking.release import release

        self.case = case
        number = _number(case, carrier)
        self.carrier: Carrier = case.carrier[number - 1]
        self._path = f"carrier[{number}]"
        self._comm = comm or world()
        self.design = FieldDesign(case, comm=self._comm)
        stages: Stages = stages_in(
            Path("runs/live"), store, comm=self._comm, reporter=reporter, force=False
        )
        made = stages.make((VESSEL, PERIOD, FLOW, TRACING_VELOCITY), case, self.design.scene)
        self._lumen = made[VESSEL]
        field.require_covered(self.design.scene, self._lumen.mesh.points, ())
        self._outline = outline(case.vessel)
        self._still = release(self._lumen, followed(made), self.carrier, case.capture, case.blood)

    def move(
        self,
        name: str,
        *,
        shift: Vector = (0.0, 0.0, 0.0),
        axis: Vector = (0.0, 0.0, 1.0),
        angle: float = 0.0,
        about: Vector | None = None,
    ) -> Efficiency:
        """The captured fraction with one part moved from where the case has it.

        Parameters
        ----------
        name : str
            ``"magnet[1]"``, ``"iron[1]"``, ``"coil[1]"`` or ``"all"``.
        shift, axis, angle, about
            See `magcap.Move`; in m and rad. Moves do not add up.

        Raises
        ------
        CaseError
            If there is no such part, or it would stand in the vessel, the tissue or another body.
        SolverError
            If the field cannot be had.
        """
        return self.changed(moves={name: Move(shift=shift, axis=axis, angle=angle, about=about)})

    @computing()
    def changed(
        self,
        *,
        moves: Mapping[str, Move] | None = None,
        remanence: Mapping[str, float] | None = None,
        magnetization: Mapping[str, Vector] | None = None,
        currents: Mapping[str, float] | None = None,
    ) -> Efficiency:
        """The captured fraction of the changed case; parameters as of `FieldDesign.changed`.

        Each call starts from the case: changes do not add up. The seeds and the random numbers are
        those of `magcap.run`, so that two answers differ by their fields alone.

        Raises
        ------
        CaseError, SolverError
            As `move`.
        """
        start = time.perf_counter()
        scene = self.design.changed(
            moves=moves, remanence=remanence, magnetization=magnetization, currents=currents
        )
        if moves:
            self._check(scene)
        return self._answer(scene, start)

    def close(self) -> None:
        """Free the matrices of the field; the object may be used on."""
        self.design.close()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check(self, scene: MagneticScene) -> None:
        """Refuse bodies that stand in the vessel, the tissue or each other."""
        faults = placement_faults(scene, self._outline, self.case.tissue)
        if faults:
            raise CaseError(faults)

    def _answer(self, scene: MagneticScene, start: float) -> Efficiency:
        """The field of a scene, and the carriers in it."""
        from magcap.solvers import carriers, tracking

        before = self.design.meshes
        sample = self.design.force_map(self._lumen.mesh.points, scene=scene)
        field_seconds = time.perf_counter() - start
        force = carriers.force_per_moment(
            self.carrier, sample.B, sample.grad_half_B2, self.case.blood, path=self._path
        )
        pulled = tracking.pulled(self._still, self._lumen, force)
        found = efficiency(tracking.follow_all(pulled, self._lumen, comm=self._comm))
        return Efficiency(
            value=found.value,
            ci95=(found.low, found.high),
            carrier=self.carrier.name,
            released=self.carrier.count,
            max_B=float(np.linalg.norm(sample.B, axis=1).max()),
            max_grad_half_B2=float(np.linalg.norm(sample.grad_half_B2, axis=1).max()),
            field=_words(self.design, before),
            seconds=time.perf_counter() - start,
            field_seconds=field_seconds,
        )


def _words(design: FieldDesign, meshes_before: int) -> str:
    """How the field of an answer was had."""
    if not design.meshes:
        return "exact field of the sources, reaction of the magnets by surface charges"
    if design.meshes > meshes_before:
        return "finite elements on a new mesh, which iron needs: slower than without iron"
    return "finite elements on the mesh that was there"


def _number(case: Case, carrier: str | int) -> int:
    """Number of a kind of carrier, counted from 1."""
    names = [one.name for one in case.carrier]
    if isinstance(carrier, str):
        if carrier in names:
            return names.index(carrier) + 1
        raise CaseError(f'There is no carrier "{carrier}" among {", ".join(names) or "none"}.')
    if not 1 <= carrier <= len(names):
        raise CaseError(
            f"The number of a carrier must lie between 1 and {len(names)}, got {carrier}."
        )
    return carrier

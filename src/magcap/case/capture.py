"""The `[capture]` table: how carriers are released, moved and counted."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from magcap.constants import G_0

from .values import (
    Count,
    Flag,
    Integer,
    Length,
    Load,
    Model,
    Number,
    Quantity,
    Rate,
    Time,
    Vector,
    form,
    with_default,
)


class StickWall(Model):
    """Whatever touches the wall is captured where it touches."""

    model: Literal["stick"] = "stick"


class ThresholdWall(Model):
    """Friction and a lever hold a carrier against the blood's drag and torque; else it rolls on."""

    model: Literal["threshold"]
    friction: Number = Field(
        ge=0.0, le=2.0, description="Coefficient of friction: largest force along the wall / pull"
    )
    #: Height of the asperities that keep the surfaces apart; default: 1 % of the carrier's radius.
    roughness: Length | None = None
    #: Against rolling; default: √(ε (2a − ε)) of asperities of the height ε on a radius a.
    lever: Length | None = None


class AdhesionWall(Model):
    """Bonds form while a carrier is in contact, and hold it if they bear the load."""

    model: Literal["adhesion"]
    #: Load at which one bond breaks.
    bond_strength: Load
    #: At which a carrier in contact makes its bonds, without load.
    formation_rate: Rate
    #: That share the load.
    bonds: Count = 1
    #: By which load hinders a bond: rate · exp(−length · load per bond/(kT)) (Bell 1978); default:
    #: 0.1 nm (Decuzzi and Ferrari 2006).
    bond_length: Length = 1e-10
    #: Gap within which bonds form; default: 1 % of the carrier's radius.
    reach: Length | None = None
    #: Of the bonds about the point over which a carrier tips; default: as of a threshold.
    lever: Length | None = None


Wall = Annotated[
    Annotated[StickWall | ThresholdWall | AdhesionWall, Field(discriminator="model")],
    BeforeValidator(with_default("model", "stick")),
]


class PhaseRelease(Model):
    """All carriers at one time of the cycle."""

    #: After the waveform's time 0, below its period.
    phase: Annotated[float, Quantity("time", non_negative=True)]


Force = Literal[
    "magnetic",
    "drag",
    "gravity",
    "brownian",
    "wall",
    "lift",
    "saffman-lift",
    "wall-lift",
    "deformability-lift",
]
#: What ``"lift"`` stands for: by shear and slip, by inertia off a wall, of soft carriers.
LIFTS: tuple[Force, ...] = ("saffman-lift", "wall-lift", "deformability-lift")


class Capture(Model):
    """How carriers are released, moved and counted."""

    seeding: Literal["flux", "area"] = "flux"
    release: Annotated[
        Annotated[Literal["cycle"], Tag("value")] | Annotated[PhaseRelease, Tag("table")],
        Discriminator(form),
    ] = Field(
        default="cycle",
        description="In a flow that pulses: over the cycle, as the blood enters, or at a phase.",
    )
    inlet: str | None = Field(
        default=None,
        description="The inlet by which the carriers come in; default: all, by their flow.",
    )
    #: Default: 100 mean transit times.
    duration: Time | None = None
    seed: Integer = Field(default=1, ge=0, le=2**32 - 1)
    forces: tuple[Force, ...] = Field(
        default=("magnetic", "drag", "gravity", "brownian", "wall"),
        description='"lift" stands for "saffman-lift" (shear and slip), "wall-lift" (inertia, off '
        'a wall) and "deformability-lift" (of carriers with a softness, off a wall).',
    )
    wall: Wall = StickWall()
    gravity: Vector = (0.0, 0.0, -G_0)
    control: Flag = True
    dynamics: Literal["overdamped", "inertial", "auto"] = Field(
        default="auto",
        description="With inertia, added mass and the blood's acceleration, or without; auto: with "
        "them where carriers would leave the path of the blood by more than a thousandth.",
    )
    #: Relative error of a path per step, in units of the local cell size.
    tolerance: Number = Field(default=1e-3, gt=0.0, lt=1.0)

    @property
    def lifts(self) -> tuple[Force, ...]:
        """The lifts that act, each by its own name."""
        return tuple(one for one in LIFTS if "lift" in self.forces or one in self.forces)

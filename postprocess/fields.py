"""One table of the fields: symbol, label, unit, colour map and name in files.

Files hold SI; pictures show `shown = scale * SI` in `unit`. Sequential maps are perceptually
uniform and safe for colour-blind readers (matplotlib's viridis family, ColorBrewer).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldInfo:
    """How a field is named and shown.

    Attributes
    ----------
    name : str
        Array name in files, with its SI unit.
    label : str
        In words, for a scale bar or an axis.
    symbol : str
        Mathtext, without dollar signs.
    unit : str
        Shown unit.
    scale : float
        Shown unit per SI unit.
    colors : str
        Matplotlib colour map.
    """

    name: str
    label: str
    symbol: str
    unit: str
    scale: float
    colors: str

    @property
    def title(self) -> str:
        """For a scale bar: ``"Flux density |B| (T)"``."""
        return f"{self.label} ({self.unit})"


FIELDS: Final[dict[str, FieldInfo]] = {
    "B": FieldInfo(
        name="B [T]",
        label="Flux density |B|",
        symbol=r"|B|",
        unit="T",
        scale=1.0,
        colors="viridis",
    ),
    "grad_half_B2": FieldInfo(
        name="half grad B^2 [T^2/m]",
        label="Force driver ½∇|B|²",
        symbol=r"|\frac{1}{2}\nabla |B|^2|",
        unit="T²/m",
        scale=1.0,
        colors="magma",
    ),
    "grad_B": FieldInfo(
        name="grad B [T/m]",
        label="Field gradient |∇|B||",
        symbol=r"|\nabla |B||",
        unit="T/m",
        scale=1.0,
        colors="magma",
    ),
    "force": FieldInfo(
        name="force [N]",
        label="Magnetic force",
        symbol="F",
        unit="pN",
        scale=1e12,
        colors="magma",
    ),
    "drift": FieldInfo(
        name="drift [m/s]",
        label="Terminal drift",
        symbol="v",
        unit="µm/s",
        scale=1e6,
        colors="magma",
    ),
    "velocity": FieldInfo(
        name="velocity [m/s]",
        label="Blood speed",
        symbol="|u|",
        unit="m/s",
        scale=1.0,
        colors="viridis",
    ),
    "pressure": FieldInfo(
        name="pressure [Pa]", label="Pressure", symbol="p", unit="Pa", scale=1.0, colors="cividis"
    ),
    "viscosity": FieldInfo(
        name="viscosity [Pa*s]",
        label="Viscosity",
        symbol=r"\mu",
        unit="mPa·s",
        scale=1e3,
        colors="cividis",
    ),
    "wall_traction": FieldInfo(
        name="wall shear stress [Pa]",
        label="Wall shear stress",
        symbol=r"\tau_w",
        unit="Pa",
        scale=1.0,
        colors="cividis",
    ),
    "tawss": FieldInfo(
        name="time-averaged wall shear stress [Pa]",
        label="Time-averaged wall shear stress",
        symbol=r"\langle|\tau_w|\rangle",
        unit="Pa",
        scale=1.0,
        colors="cividis",
    ),
    "peak_wall_shear": FieldInfo(
        name="largest wall shear stress [Pa]",
        label="Largest wall shear stress",
        symbol=r"\max|\tau_w|",
        unit="Pa",
        scale=1.0,
        colors="cividis",
    ),
    "osi": FieldInfo(
        name="oscillatory shear index [1]",
        label="Oscillatory shear index",
        symbol=r"\mathrm{OSI}",
        unit="1",
        scale=1.0,
        colors="YlOrRd",
    ),
    "rrt": FieldInfo(
        name="relative residence time [1/Pa]",
        label="Relative residence time",
        symbol=r"\mathrm{RRT}",
        unit="1/Pa",
        scale=1.0,
        colors="YlOrRd",
    ),
    "concentration": FieldInfo(
        name="concentration [1/m^3]",
        label="Carriers in the blood",
        symbol="n",
        unit="1/ml",
        scale=1e-6,
        colors="inferno",
    ),
    "arc_length": FieldInfo(
        name="arc length [m]",
        label="Along the vessel",
        symbol="s",
        unit="mm",
        scale=1e3,
        colors="cividis",
    ),
    "wall_distance": FieldInfo(
        name="wall distance [m]",
        label="Distance to the wall",
        symbol="d",
        unit="mm",
        scale=1e3,
        colors="cividis",
    ),
    "density": FieldInfo(
        name="captured density [1/m^2]",
        label="Captured carriers",
        symbol="n",
        unit="1/mm²",
        scale=1e-6,
        colors="YlOrRd",
    ),
}

#: State of a carrier -> (words, colour); Okabe and Ito's colours.
STATES: Final[dict[int, tuple[str, str]]] = {
    1: ("captured", "#D55E00"),
    2: ("exited", "#0072B2"),
    0: ("in flight at the end", "#8C8C8C"),
    3: ("lost (a defect)", "#000000"),
}

#: Tissue by material name; anything else is grey.
TISSUES: Final[dict[str, str]] = {
    "skin": "#E8B99A",
    "fat": "#F2DE91",
    "muscle": "#C96F63",
    "bone": "#D9D3C3",
    "vessel wall": "#B23A48",
}

#: Categorical colours for curves (Okabe and Ito), in order.
CURVES: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
#: Line styles once the colours are used up.
STYLES: Final = ("-", "--", ":")

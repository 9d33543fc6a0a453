"""Units in the headers of tables, in the spellings that are seen."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from magcap.case import unit_factor

#: Spellings that pint does not know or takes for something else, without blanks and lower case.
_SPELLINGS: Final = {
    **dict.fromkeys(("am2/kg", "am2kg-1", "a*m2/kg"), "A*m^2/kg"),
    **dict.fromkeys(("emug-1", "emu/gram"), "emu/g"),
    **dict.fromkeys(("emu/cc", "emucm-3", "emu/ccm"), "emu/cm^3"),
    **{"am-1": "A/m", "kam-1": "kA/m", "acm-1": "A/cm", "oersted": "Oe", "koe": "kOe", "oe": "Oe"},
    **dict.fromkeys(("t", "tesla", "wb/m2", "vs/m2", "wbm-2", "vsm-2"), "T"),
    **{"mt": "mT", "millitesla": "mT", "ut": "uT", "microtesla": "uT"},
    **{"g": "G", "gauss": "G", "kg": "kG", "kgauss": "kG", "kilogauss": "kG"},
    **{"sec": "s", "seconds": "s", "msec": "ms", "ml/sec": "ml/s", "cc/s": "cm^3/s"},
    **{"ccm/s": "cm^3/s", "m3s-1": "m^3/s", "mls-1": "ml/s", "cm3s-1": "cm^3/s"},
    **{"a/m": "A/m", "ka/m": "kA/m", "ma/m": "MA/m", "a/cm": "A/cm"},
    **{'"': "in", "inches": "in", "inch": "in", "micron": "um", "microns": "um"},
}
#: Dimensions of what tables hold.
_DIMENSIONS: Final = (
    "length",
    "time",
    "volume flow rate",
    "magnetic flux density",
    "magnetization",
    "specific magnetization",
    "velocity",
)


@lru_cache(maxsize=1024)
def factor_of(unit: str, dimension: str) -> float | None:
    """SI units in one `unit` of a dimension; None if it is no such unit.

    >>> factor_of("mT", "magnetic flux density"), factor_of("kG", "magnetic flux density")
    (0.001, 0.1)
    >>> factor_of("A m²/kg", "specific magnetization"), factor_of("mm", "time")
    (1.0, None)
    """
    text = unit.strip().translate(str.maketrans("μ−–⋅", "µ--·"))
    plain = re.sub(r"[\s·*^]", "", text.translate(str.maketrans("²³⁻¹", "23-1"))).lower()
    for spelled in (text, _SPELLINGS.get(plain), _SPELLINGS.get(plain.replace("µ", "u"))):
        if spelled:
            factor = unit_factor(spelled, dimension)
            if factor is not None:
                return factor
    return None


@lru_cache(maxsize=1024)
def is_unit(text: str) -> bool:
    """Whether a text is a unit of what tables hold.

    >>> is_unit("ml/min"), is_unit("Q"), is_unit("A m2/kg")
    (True, False, True)
    """
    return bool(text.strip()) and any(factor_of(text, dimension) for dimension in _DIMENSIONS)

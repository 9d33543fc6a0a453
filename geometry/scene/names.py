"""Names of parts and lengths as messages spell them."""

from __future__ import annotations


def without_block(name: str) -> str:
    """Magnet, iron part or winding that a body is a block of.

    >>> without_block("magnet[2] block 3"), without_block("coil[1] upper block 1")
    ('magnet[2]', 'coil[1] upper')
    """
    return name.split(" block ")[0]


def table_name(name: str) -> str:
    """Table of the case that a body or a winding comes from.

    >>> table_name("magnet[2] block 3"), table_name("coil[1] upper")
    ('magnet[2]', 'coil[1]')
    """
    return name.split(" ")[0]


def given_mm(length: float) -> str:
    """A length in m that was given, in millimetres.

    >>> given_mm(0.0125)
    '12.5 mm'
    """
    return f"{length * 1e3:g} mm"


def about_mm(length: float) -> str:
    """A length in m that was computed, in millimetres with three digits.

    >>> about_mm(0.0123456)
    '12.3 mm'
    """
    return f"{length * 1e3:.3g} mm"

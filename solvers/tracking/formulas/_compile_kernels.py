# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: how the functions of the tracer are compiled, and x y + z rounded once."""

from __future__ import annotations

from numba import types
from numba.extending import intrinsic

#: Options of the functions called inside the inner loop (LLVM does not inline across numba's
#: libraries on its own: five times slower), and of the larger ones. `forceinline` is told of both:
#: a function that does not say inherits it from who calls it, and what rarely runs then fills the
#: common path. Without `_nrt` numba counts no references: nothing here makes an array, and the
#: atomic counts of those handed on took 15 % of a step (more on two threads, which count the same
#: arrays). No fastmath: whether a sum becomes a fused operation then depends on what was inlined,
#: and a run that compiles would differ in the last bits from one that loads the same kernels.
INLINE = {"error_model": "numpy", "forceinline": True, "_nrt": False}
OUTLINE = {"error_model": "numpy", "forceinline": False, "_nrt": False}


@intrinsic
def fma(typing, x, y, z):
    """x y + z rounded once; asked for by name it is the same in every compilation."""

    def generate(context, builder, signature, arguments):
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), generate

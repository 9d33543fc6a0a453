"""How the kernels of all forms are compiled."""

from __future__ import annotations

from typing import Any

#: For ``dolfinx.fem.form``, whose default is -O2 for a generic machine.
JIT_OPTIONS: dict[str, Any] = {"cffi_extra_compile_args": ["-O3", "-march=native"]}

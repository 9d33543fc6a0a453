"""GMRES with a kept factorisation: solutions, when it is made anew, what happens when it fails."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from magcap.solvers.linalg import LinearBreakdown, LowRankLU

SIZE = 400


def convection(speed: float) -> sp.csr_matrix:
    """A matrix that is not symmetric; speeds far from each other differ much."""
    side = int(np.sqrt(SIZE))
    line = sp.diags([-1.0 - speed, 2.1, -1.0 + speed], [-1, 0, 1], shape=(side, side))
    return sp.csr_matrix(sp.kronsum(line, line))


def petsc_matrix(entries: sp.csr_matrix) -> Any:
    from petsc4py import PETSc

    csr = (entries.indptr, entries.indices, entries.data.copy())
    return PETSc.Mat().createAIJ(entries.shape, csr=csr, comm=PETSc.COMM_SELF)


def replace(matrix: Any, entries: sp.csr_matrix) -> None:
    matrix.setValuesCSR(entries.indptr, entries.indices, entries.data)
    matrix.assemble()


def right_side(matrix: Any) -> Any:
    b = matrix.createVecLeft()
    b.array[:] = np.random.default_rng(1).normal(size=SIZE)
    return b


def relative_residual(entries: sp.csr_matrix, x: Any, b: Any) -> float:
    return float(np.linalg.norm(entries @ x.array - b.array) / np.linalg.norm(b.array))


def test_a_matrix_that_changes_is_solved_to_the_tolerance(
    caplog: pytest.LogCaptureFixture,
) -> None:
    matrix = petsc_matrix(convection(0.0))
    b = right_side(matrix)
    with LowRankLU(matrix, prefix="test_lu_") as lu, caplog.at_level(logging.DEBUG):
        first, once = lu.solve(b, 1e-10)
        assert once <= 3, "a fresh factorisation nearly solves"
        assert relative_residual(convection(0.0), first, b) < 1e-9
        replace(matrix, convection(0.02))
        near, few = lu.solve(b, 1e-10)
        assert once < few <= 30, "the old factorisation is kept while iterations stay few"
        assert relative_residual(convection(0.02), near, b) < 1e-9
        assert not caplog.records
        replace(matrix, convection(3.0))
        far, again = lu.solve(b, 1e-10)
        assert "new factorisation" in caplog.text
        assert again <= 3
        assert relative_residual(convection(3.0), far, b) < 1e-9


def test_options_under_the_prefix_are_heard() -> None:
    from petsc4py import PETSc

    options: Any = PETSc.Options("test_options_")
    options["ksp_type"] = "gcr"
    try:
        matrix = petsc_matrix(convection(0.5))
        with LowRankLU(matrix, prefix="test_options_") as lu:
            assert lu._ksp.getType() == "gcr"
        with LowRankLU(matrix, prefix="test_other_") as lu:
            assert lu._ksp.getType() == "fgmres"
    finally:
        options.delValue("ksp_type")


def test_a_singular_matrix_is_a_breakdown_with_its_reason() -> None:
    entries = convection(0.5).tolil()
    entries[7] = 0.0
    entries[7, 7] = 0.0
    matrix = petsc_matrix(sp.csr_matrix(entries))
    b = right_side(matrix)
    lu = LowRankLU(matrix, prefix="test_singular_")
    with lu, pytest.raises(LinearBreakdown, match="broke down"):
        lu.solve(b, 1e-10)


def test_what_single_precision_cannot_hold_is_factorised_in_double(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tiny = sp.csr_matrix(1e-50 * convection(0.5))
    matrix = petsc_matrix(tiny)
    b = right_side(matrix)
    b.scale(1e-50)
    with LowRankLU(matrix, prefix="test_tiny_") as lu, caplog.at_level(logging.DEBUG):
        x, iterations = lu.solve(b, 1e-10)
        assert "exact factorisation" in caplog.text
        assert iterations <= 3
        assert relative_residual(tiny, x, b) < 1e-9
        lu.solve(b, 1e-10)
        assert caplog.text.count("exact factorisation") == 1

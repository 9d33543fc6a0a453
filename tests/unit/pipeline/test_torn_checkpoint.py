"""A checkpoint that cannot be read is told, and the flow is computed from its start."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from mpi4py import MPI

from helpers.synthetic import tube_lumen
from magcap.geometry.scene import MagneticScene
from magcap.pipeline import Context
from magcap.pipeline.unfinished import keeper_of


@pytest.mark.parametrize(("content", "told"), [(None, False), (b"PK\x03\x04 torn", True)])
def test_torn_checkpoint(
    content: bytes | None, told: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    context = Context(
        scene=MagneticScene(),
        comm=MPI.COMM_SELF,
        progress=lambda text, share: None,
        unfinished=tmp_path,
    )
    path = tmp_path / ".flow_over_a_period-0123.checkpoint.npz"
    if content is not None:
        path.write_bytes(content)
    keeper = keeper_of(context, tube_lumen(2, 2), "0123")
    assert keeper is not None
    with caplog.at_level(logging.WARNING):
        assert keeper.found() is None
    assert ("is torn, cut short" in caplog.text) == told

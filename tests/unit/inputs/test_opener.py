"""Only regular files of a sensible size are opened, and nothing waits for ever."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from magcap.errors import CaseError
from magcap.inputs import check_file, read_bytes, read_text

WHAT = "`vessel.file`"


def fault(file: Path, most: int = 1000) -> str:
    with pytest.raises(CaseError) as caught:
        read_bytes(file, WHAT, most=most)
    with pytest.raises(CaseError) as again:
        check_file(file, WHAT, most=most)
    assert caught.value == again.value
    text = str(caught.value)
    assert text.startswith(WHAT)
    assert text.endswith((".", "?"))
    return text


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.csv")
    (tmp_path / "folder").mkdir()
    assert "not a file but a pipe" in fault(tmp_path / "fifo.csv")
    assert "not a file but a folder" in fault(tmp_path / "folder")
    assert "not a file but a device" in fault(Path("/dev/zero"))
    for place in ("fifo.csv", "folder", "/dev/zero"):
        link = tmp_path / "link.csv"
        link.symlink_to(tmp_path / place)
        assert "not a file" in fault(link)
        link.unlink()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert "not a file but a socket" in fault(tmp_path / "s")


def test_what_is_not_there(tmp_path: Path) -> None:
    assert "is not there" in fault(tmp_path / "none.csv")
    (tmp_path / "a").write_text("x")
    assert "is not there" in fault(tmp_path / "a" / "b.csv")
    (tmp_path / "dead").symlink_to(tmp_path / "gone")
    assert "is not there" in fault(tmp_path / "dead")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "leads to itself" in fault(tmp_path / "loop")
    assert "cannot be the name" in fault(tmp_path / "a\0b")
    assert "cannot be read" in fault(tmp_path / ("n" * 300))


def test_sizes(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"")
    assert "is empty" in fault(file)
    assert read_bytes(file, WHAT, most=10, empty=True) == b""
    with file.open("wb") as stream:
        stream.truncate(5 * 2**30)  # sparse: takes no room
    assert "has 5.4 GB, larger than 1 kB" in fault(file)
    file.write_bytes(b"abc")
    assert read_bytes(file, WHAT, most=3) == b"abc"
    assert check_file(file, WHAT, most=3) == 3


def test_files_without_a_size_are_empty() -> None:
    """Files of the system say that they have no bytes, and may never end."""
    if not Path("/proc/self/mounts").exists():
        pytest.skip("this system has no /proc")
    assert "is empty" in fault(Path("/proc/self/mounts"))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings(encoding: str, tmp_path: Path) -> None:
    text = "x [mm];B [µT];Größe\r\n1,5;2\r\n" * 3
    file = tmp_path / "a.csv"
    file.write_bytes(text.encode(encoding))
    assert read_text(file, WHAT, most=1000, kind="a table is text") == text


@pytest.mark.parametrize("data", [b"\xff\x00\xff", b"\x93\x81" * 20, b"a\x00b" * 9, b"1,2\n\x01"])
def test_what_is_no_text(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(CaseError, match="is not text; a table is text"):
        read_text(tmp_path / "a.csv", WHAT, most=1000, kind="a table is text")

"""The set-up: packages by hash, no script from the network, certificates that the system trusts."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from helpers.places import ROOT

LOCKS = ("requirements.lock", "scripts/uv-hashes.txt")


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    pins = re.split(r"\n(?=\S)", text.strip())
    assert len(pins) == len(re.findall(r"^[a-z0-9-]+==\S+", text, re.MULTILINE))
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", pin) for pin in pins)


def test_nothing_from_the_network_is_run_unseen() -> None:
    script = (ROOT / "scripts" / "setup.sh").read_text(encoding="utf-8")
    assert not re.search(r"curl[^\n]*\|[^\n]*\bsh\b", script)
    commands = script.replace("\\\n", " ").splitlines()
    installs = [line for line in commands if re.search(r"(uv\"?|/pip) (pip )?install -", line)]
    assert len(installs) == 3
    for line in installs:
        assert "--require-hashes" in line or "--no-deps --no-build-isolation -e ." in line


#: `trusting` of the set-up with a uv that knows no other certificates than its own.
FAKE = """
say() {{ echo "$*"; }}
{function}
uv() {{ [ "${{UV_SYSTEM_CERTS:-}}" = 1 ] && echo "installed"; }}
trusting uv pip install x && echo "ends well" || echo "ends badly"
"""


@pytest.mark.parametrize(
    ("trusts", "says"),
    [
        (False, "trying again with the certificates that the system trusts\ninstalled\nends well"),
        (True, "installed\nends well"),
    ],
)
def test_a_proxy_that_opens_tls(trusts: bool, says: str) -> None:
    script = (ROOT / "scripts" / "setup.sh").read_text(encoding="utf-8")
    (function,) = re.findall(r'^bundle="".*?^}$', script, re.MULTILINE | re.DOTALL)
    environment = {"PATH": "/usr/bin:/bin"} | ({"UV_SYSTEM_CERTS": "1"} if trusts else {})
    done = subprocess.run(
        ["bash", "-euc", FAKE.format(function=function)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == says


def _audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", Path(ROOT / "scripts" / "audit.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_audit_tells_faults_from_silence() -> None:
    told = _audit().told
    sound = {"name": "numpy", "version": "2", "vulns": []}
    faulty = {"name": "x", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
    unknown = {"name": "vtk", "skip_reason": "not found"}
    assert told("", "osv") == ([], 3)
    assert told(json.dumps({"dependencies": [unknown]}), "osv") == ([], 3)
    lines, code = told(json.dumps({"dependencies": [sound, unknown]}), "osv")
    assert (code, len(lines)) == (0, 1)
    assert "1 packages checked against osv; not known there: vtk; 0 known faults" in lines[0]
    lines, code = told(json.dumps({"dependencies": [sound, faulty]}), "osv")
    assert (code, lines[0]) == (1, "audit: x 1: CVE-1, mended in 2")

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess

import pytest

from feedback.wire import HubError
from hub import service

EXPOSURE_MOST = 2.0  # of 10; systemd calls below 2.5 "OK"
HAS_ANALYZE = shutil.which("systemd-analyze") is not None


def test_the_unit_starts_this_program(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: "/opt/my hub/bin/orangery-hub")
    assert "\nExecStart='/opt/my hub/bin/orangery-hub' serve --port 8460\n" in service.unit(8460)


@pytest.mark.skipif(not HAS_ANALYZE, reason="no systemd-analyze here")
def test_systemd_reads_the_unit_and_finds_it_closed_off(tmp_path):
    file = tmp_path / service.UNIT
    file.write_text(re.sub(r"ExecStart=.*", "ExecStart=/bin/true", service.unit(8460)))
    read = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", file], capture_output=True, text=True, check=False
    )
    assert service.UNIT not in read.stderr
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", file],
        capture_output=True,
        text=True,
        check=False,
    )
    exposure = re.search(r"exposure level for \S+: ([\d.]+)", judged.stdout)
    assert exposure, judged.stderr
    assert float(exposure[1]) <= EXPOSURE_MOST


def test_systemd_is_told_when_the_hub_is_ready(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        assert service.notify("READY=1")
        assert heard.recv(64) == b"READY=1"


def test_without_systemd_nobody_is_told(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not service.notify("READY=1")


def test_the_memory_of_a_process_is_told_in_bytes():
    told = service.memory(os.getpid())
    assert told["most"] >= told["resident"] > 1_000_000


def test_the_memory_of_nobody_is_an_error():
    with pytest.raises(HubError, match="no_such_process"):
        service.memory(2**30)

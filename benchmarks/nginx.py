"""An nginx of our own on loopback over one folder, in the foreground, with Debian's settings."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fleet.brokers import free_port

_LIMIT_S = 10.0
_CONFIG = """
daemon off;
{user}
worker_processes {workers};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 768; }}
http {{
    sendfile on;
    tcp_nopush on;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


@contextmanager
def nginx(root: Path, workers: str = "auto") -> Iterator[tuple[str, int]]:
    """Serve the files of `root`; yield the address and the process id of the master.

    `workers`: processes, "auto" for one a core.

    RuntimeError where it does not start.
    """
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
    if program is None:
        raise RuntimeError("nginx is not installed: scripts/setup test")
    with tempfile.TemporaryDirectory(prefix="orangery-nginx-") as folder:
        port, config = free_port(), Path(folder) / "nginx.conf"
        config.write_text(
            _CONFIG.format(user=_user(), workers=workers, folder=folder, port=port, root=root)
        )
        command = [program, "-p", folder, "-e", f"{folder}/error.log", "-c", str(config)]
        with subprocess.Popen(command) as process:
            try:
                _await(port, process)
                yield f"http://127.0.0.1:{port}", process.pid
            finally:
                process.terminate()


def _user() -> str:
    """As root its workers would drop to a user who may not read our folder."""
    return f"user {pwd.getpwuid(0).pw_name};" if os.geteuid() == 0 else ""


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("nginx does not start")

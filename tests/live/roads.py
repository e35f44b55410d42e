"""How pip finds packages on this machine, and the same for a bare one: indexes, folders, proxies.

Where they lie is told by pip's own settings and by the environment, and only handed on from there.
"""

from __future__ import annotations

import ast
import configparser
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.live.bare import Machine

# https://pip.pypa.io/en/stable/topics/configuration/: those options that say where packages are.
OPTIONS = (
    *("index-url", "extra-index-url", "find-links", "no-index", "trusted-host"),
    *("cert", "client-cert", "proxy", "timeout", "default-timeout", "retries"),
)
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
VARIABLES = (
    *_PROXIES,
    *(name.upper() for name in _PROXIES),
    *("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"),
)
SMALL = "segno"
"""One of the locked packages, 80 kB: what is asked for to see whether the road is open."""

_LIMIT_S = 90
_CONFIGURATION = "etc/pip.conf"


def settings(said: str | None = None) -> dict[str, str]:
    """Return pip's options that say where packages are, as `pip config list` tells (or told) them.

    What stands in the environment goes before what stands in files, as it does for pip.
    """
    told = _pip("config", "list").stdout if said is None else said
    lines = re.findall(r"^([^=\s]+)\.([\w-]+)=(.*)$", told, re.MULTILINE)
    lines.sort(key=lambda line: line[0] == ":env:")
    found = {name: " ".join(str(ast.literal_eval(value)).split()) for _, name, value in lines}
    return {name: value for name, value in found.items() if name in OPTIONS}


def environment() -> dict[str, str]:
    """Return the variables by which programs are told of proxies and of whom to believe."""
    return {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}


def places(values: Mapping[str, str]) -> Iterator[Path]:
    """Yield the files and folders of this machine that are named in some settings."""
    for word in " ".join(values.values()).split():
        path = Path(unquote(urlsplit(word).path) if word.startswith("file:") else word)
        if path.is_absolute() and path.exists():
            yield path


def why_not() -> str:
    """Return why no package can be had here; "" where one was brought."""
    with tempfile.TemporaryDirectory() as folder:
        words = ("download", "--quiet", "--no-deps", "--no-cache-dir", f"--dest={folder}")
        wanted = f"{SMALL}=={metadata.version(SMALL)}"
        try:
            done = _pip(*words, "--retries=1", "--timeout=15", wanted)
        except subprocess.TimeoutExpired:
            return f"pip did not bring {SMALL} within {_LIMIT_S} s"
    return "" if done.returncode == 0 else f"pip does not bring {SMALL}: {done.stderr[-300:]}"


def open_to(machine: Machine) -> None:
    """Let pip find on a bare machine what it finds here: its settings, and the places they name."""
    found = settings()
    file = configparser.RawConfigParser()
    file["global"] = found
    with (machine.root / _CONFIGURATION).open("w", encoding="utf-8") as to:
        file.write(to)
    machine.environment |= environment()
    for place in {*places(found), *places(environment())}:
        there = machine.root / place.relative_to("/")
        if place.is_file():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(place, there)
        elif not there.exists():
            machine.lend(_uppermost_unknown(place, machine.root))


def _uppermost_unknown(place: Path, root: Path) -> Path:
    """Return the folder of `place` that is lent: an index links to files that lie beside it."""
    above = [place, *place.parents]
    return next(one for one in reversed(above) if not (root / one.relative_to("/")).exists())


def _pip(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *words],
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )

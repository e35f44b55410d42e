"""How the command line shows which program this is, of what, and whether it is as it was signed."""

from __future__ import annotations

import datetime as dt
import importlib
import platform as machine
import ssl
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.backends.openssl import backend
from rich.table import Table

from desktop.made_of import Part
from fleet import store

if TYPE_CHECKING:
    from desktop.selfupdate.verifying import Verdict

_CAME = {
    "source": "from source",
    "versions": "the archive; it renews itself",
    "deb": "a Debian package; apt renews it",
    "rpm": "an RPM package; its package manager renews it",
    "loose": "a folder that somebody put there; nobody renews it",
}
_LYING = (
    "A program that was exchanged could say this too. To be sure, hold this folder against the "
    "signed list from another computer: docs/supply-chain.md."
)


def platform() -> str:
    """Return the platform that runs, in the words of a build: "linux-x86_64"."""
    return f"{sys.platform}-{machine.machine()}"


def runs_with() -> dict[str, str]:
    """Return the versions of what everything rests on; "" where it is not there."""
    return {
        "Python": machine.python_version(),
        "Qt": _qt(),
        "SQLite": store.SQLITE,
        "OpenSSL": _number(ssl.OPENSSL_VERSION),
        "OpenSSL for signatures": _number(backend.openssl_version_text()),
    }


def version(told: Mapping[str, Any]) -> Table:
    """Return which program this is, a line each."""
    table = _lines()
    table.add_row("Orangery", told["version"])
    table.add_row("Commit", told["commit"] or "-")
    table.add_row("Made", _time(told["made"]))
    table.add_row("Platform", told["platform"])
    table.add_row("Came as", _CAME[told["packaged"]])
    if told["folder"]:
        table.add_row("Folder", told["folder"])
    if git := told.get("git"):
        state = f"{git['changed']} files changed" if git["changed"] else "nothing changed"
        table.add_row("Git", f"{git['commit']}, {state}")
    table.add_row("New versions", told["maker"] or "signed by nobody")
    for name, number in told["runs_with"].items():
        table.add_row(name, number or "-")
    return table


def parts(found: Iterable[Part]) -> Table:
    """Return every part in a line."""
    table = Table(box=None, pad_edge=False)
    for column in ("Part", "Version", "Licence"):
        table.add_column(column, no_wrap=column != "Licence")
    for part in found:
        table.add_row(part.name, part.version, part.licence)
    return table


def verdict(found: Verdict, *, mine: bool = True) -> Table:
    """Return who signed, when, and each file that is not as it was signed.

    `mine`: it is of the program that says so.
    """
    table = _lines()
    table.add_row("Version", f"{found.version}, {found.platform}")
    table.add_row("Commit", found.commit or "-")
    table.add_row("Signed list", f"{found.maker}, week {found.week}, sha256 {found.sha256}")
    table.add_row("Published", f"{_time(found.published)}, valid until {_time(found.expires)}")
    for one in found.signed:
        who = ", ".join(one.signers) or "-"
        have = len(one.signers) or one.threshold
        table.add_row("Signed", f"{one.role}: {have} of {one.keys} keys ({who})")
    table.add_row("Read from", found.source)
    for each in found.differences:
        table.add_row(each.kind.capitalize(), each.path)
    if found.launcher is False:
        table.add_row("Launcher", "not the one of this version; each version brings its own")
    size = f"{found.files} files, {found.size / 1e6:.1f} MB"
    wrong = len(found.differences)
    table.add_row("Result", f"{wrong} differ" if wrong else f"all as signed: {size}")
    if mine:
        table.add_row("But", _LYING)
    return table


def _lines() -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _number(said: str) -> str:
    """Return the number of "OpenSSL 3.0.19 27 Jan 2026"."""
    return said.split()[1]


def _qt() -> str:
    """Return Qt's version: of the library where it is there, without starting anything of it."""
    try:
        core = importlib.import_module("PySide6.QtCore")
    except ImportError:
        return ""
    return str(core.qVersion())


def _time(at: float | None) -> str:
    if not at:
        return "-"
    return f"{dt.datetime.fromtimestamp(at, dt.UTC):%Y-%m-%d %H:%M} UTC"

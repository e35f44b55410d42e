"""What Orangery is made of, and where help is: values, no widgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version

from desktop import build
from desktop.language import mark, translate

THIRD: Mapping[str, str] = {
    "PySide6-Essentials": "LGPL-3.0-only",
    "aiohttp": "Apache-2.0 AND MIT",
    "click": "BSD-3-Clause",
    "cryptography": "Apache-2.0 OR BSD-3-Clause",
    "jeepney": "MIT",
    "jinja2": "BSD-3-Clause",
    "keyring": "MIT",
    "msgspec": "BSD-3-Clause",
    "paho-mqtt": "EPL-2.0 OR BSD-3-Clause",
    "pillow": "MIT-CMU",
    "platformdirs": "MIT",
    "rich": "MIT",
    "securesystemslib": "MIT",
    "segno": "BSD-3-Clause",
    "shamir-mnemonic": "MIT",
    "sqlite-utils": "Apache-2.0",
    "tuf": "Apache-2.0 OR MIT",
    "tzdata": "Apache-2.0",
    "tzlocal": "MIT",
    "urllib3": "MIT",
    "zeroconf": "LGPL-2.1-or-later",
}
"""What is needed of others -> under which licence; a test compares it with pyproject.toml."""

_HELP = (
    ("docs/window.md", mark("About", "every page of this window")),
    ("docs/updates.md", mark("About", "how a week goes through a home")),
    ("docs/brokers.md", mark("About", "brokers: found, tried, made")),
    ("docs/trust.md", mark("About", "what is verified, and what each failure means")),
    ("docs/reports.md", mark("About", "what a report says of your home, and what never")),
    ("docs/troubleshooting.md", mark("About", "when something does not work")),
)


def program() -> str:
    """Return the version of the program; "?" where it was not installed as a package."""
    return build.version()


def thanks() -> Iterable[str]:
    """Yield a line for each thing of others that is in the program: what, which, its licence."""
    for name, licence in THIRD.items():
        yield f"{name} {_version(name)}".rstrip() + f": {licence}"
    yield "Lucide (icons): ISC"


def help_lines() -> tuple[tuple[str, str], ...]:
    """Return (document, what it is about)."""
    return tuple((place, translate("About", words)) for place, words in _HELP)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # a frozen program carries no record of it
        return ""

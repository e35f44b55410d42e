"""Which version of the hub runs: as it was built, or as it was installed."""

from __future__ import annotations

from importlib import metadata

import msgspec

import resources

_PROGRAM = "orangery-fleet"  # the distribution that carries the version


class _Build(msgspec.Struct):
    """What the hub reads of what was written down when it was built."""

    version: str


def version() -> str:
    """Return it; "?" where the source was never installed."""
    try:
        return msgspec.json.decode(resources.path("build.json").read_bytes(), type=_Build).version
    except FileNotFoundError:
        pass
    try:
        return metadata.version(_PROGRAM)
    except metadata.PackageNotFoundError:
        return "?"

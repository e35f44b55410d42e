"""What is said of a house as one file, in the window: values, no widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop import language
from desktop.house_file import Manifest
from desktop.language import mark, translate

LEAST = 8
"""Characters of a passphrase that is not asked about again."""


def summary(manifest: Manifest, now: float) -> str:
    """Return what is in a file, in one line."""
    said = translate("Carry", "{devices}, {reports}, {size}, of {day}")
    return said.format(
        devices=translate("Carry", "%n device(s)", None, manifest.devices),
        reports=translate("Carry", "%n report(s)", None, manifest.reports),
        size=language.size(manifest.size),
        day=language.moment(manifest.made, now),
    )


def weakness(passphrase: str) -> str:
    """Return what is to be known of a passphrase before the file is made; "": nothing."""
    if len(passphrase) >= LEAST:
        return ""
    return translate("Carry", "Short: who has the file can try them all. Take four words.")


_MISSING = {
    "broker": mark("Carry", "the password of {user} at the broker {name}"),
    "certificate": mark("Carry", "the file {user} for the broker {name}"),
    "hub": mark("Carry", "the hub: join again with an invitation"),
    "staff": mark("Carry", "your token as staff of {name}"),
}


def missing(what: Sequence[Mapping[str, str]]) -> str:
    """Return what is to be said again, a line each; "": nothing."""
    if not what:
        return ""
    lines = [translate("Carry", _MISSING[one["what"]]).format(**one) for one in what]
    return "\n".join([translate("Carry", "Then say again:"), *(f"· {line}" for line in lines)])


def suggested(day: str) -> str:
    """Return the name of a new file, without its ending."""
    return f"orangery-{day}"

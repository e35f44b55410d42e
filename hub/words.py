"""The sentence for an error code, for the hub's own command line (English)."""

from __future__ import annotations

import json

import resources
from fleet.errors import OrangeryError


def sentence(error: OrangeryError) -> str:
    """What happened and what to do; the code itself where nobody has written a sentence."""
    known = json.loads(resources.path("i18n/errors/hub.json").read_text(encoding="utf-8"))
    said = known.get(error.code, {}).get("en", [str(error)])
    return " ".join(part.format_map(_Facts(error.facts)) for part in said)


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "?"

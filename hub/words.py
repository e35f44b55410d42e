"""Words: the sentence for an error code (English), and drafts of what staff will sign."""

from __future__ import annotations

import json

import resources
from fleet.errors import OrangeryError


def sentence(error: OrangeryError) -> str:
    """What happened and what to do; the code itself where nobody has written a sentence."""
    said = known().get(error.code, {}).get("en", [str(error)])
    return " ".join(part.format_map(_Facts(error.facts)) for part in said)


def drafted(name: str, **facts: object) -> dict[str, str]:
    """Return a draft of what staff may publish: language -> words."""
    drafts = json.loads(resources.path("i18n/drafts.json").read_text(encoding="utf-8"))
    return {language: words.format(**facts) for language, words in drafts[name].items()}


def known() -> dict[str, dict[str, list[str]]]:
    """Every code of every room -> language -> sentence and hint."""
    merged: dict[str, dict[str, list[str]]] = {}
    for file in sorted(resources.path("i18n/errors").glob("*.json")):
        merged |= json.loads(file.read_text(encoding="utf-8"))
    return merged


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "?"

"""The languages people may read, and how a text is picked for a reader. No Qt.

Traditional Chinese, as Taiwan writes it, is made of our simplified sentences: each of them is in
resources/i18n/zh_TW.json. `scripts/translations` adds what is missing there by OpenCC and a list of
our own terms, and never touches what somebody has mended by hand. Makers and hubs write English and
simplified Chinese (firmware/weeks.py:LANGUAGES), which is shown as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import TypeVar

import resources

T = TypeVar("T")

NAMES: Mapping[str, str] = {"en": "English", "zh_CN": "简体中文", "zh_TW": "繁體中文"}
"""Language code -> its own name for itself."""
_TAIWAN = "zh_TW"


def of_system(name: str) -> str:
    """Return which of ours a system's locale ("zh_HK.UTF-8") asks for."""
    if not name.startswith("zh"):
        return "en"
    return _TAIWAN if re.match("zh[_-](Hant|TW|HK|MO)", name) else "zh_CN"


def written(language: str) -> str:
    """Return the language that is written for a reader of `language`: "en" or "zh_CN"."""
    return "zh_CN" if language == _TAIWAN else language


def pick(words: Mapping[str, T], language: str) -> T | None:
    """Return what others wrote for a reader: in their language, else in English, else in any."""
    found = words.get(language) or words.get(written(language)) or words.get("en")
    return found or next(iter(words.values()), None)


def told(sentence: str, language: str) -> str:
    """Return a sentence of ours, as it is `written`, as a reader of `language` has it."""
    return _taiwan().get(sentence, sentence) if language == _TAIWAN else sentence


@cache
def _taiwan() -> Mapping[str, str]:
    read: dict[str, str] = json.loads(resources.path("i18n/zh_TW.json").read_text(encoding="utf-8"))
    return read

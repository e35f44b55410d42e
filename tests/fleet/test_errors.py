"""Every code this room raises has its sentence in both languages, and no sentence is left over."""

import json
import re
from pathlib import Path

import pytest

import fleet
from resources import path

WORDS = {
    file.stem: json.loads(file.read_text(encoding="utf-8"))
    for file in path("i18n/errors").glob("*.json")
}
SAID = WORDS["fleet"] | WORDS["brokers"]
FILES = list(Path(fleet.__file__).parent.glob("*.py"))
_RAISED = re.compile(r"(?:Error|_say)\(\s*(?:BrokerState\.\w+,\s*)?\"([a-z0-9_]+)\"")
_CHOSEN = re.compile(r"\"((?:broker|store|disk|house|keyring)_[a-z_]+)\"")
_NO_CODES = {"broker_settings", "store_settings"}


def raised():
    codes = set()
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        codes |= set(_RAISED.findall(text)) | set(_CHOSEN.findall(text))
    return codes - _NO_CODES


def test_each_code_has_its_words_and_each_words_a_code():
    assert set(WORDS["fleet"]) <= raised()
    assert raised() <= {code for room in WORDS.values() for code in room}


@pytest.mark.parametrize("code", SAID)
def test_each_code_says_what_is_and_what_to_do_in_both_languages(code):
    assert set(SAID[code]) == {"en", "zh_CN"}
    for sentence, hint in SAID[code].values():
        assert sentence
        assert hint


@pytest.mark.parametrize("code", SAID)
def test_both_languages_tell_the_same_facts(code):
    facts = [set(re.findall(r"{(\w+)}", " ".join(words))) for words in SAID[code].values()]
    assert facts[0] == facts[1]

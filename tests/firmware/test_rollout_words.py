"""Every code that this room's rules can give has a sentence and a hint in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from firmware import catalogue
from fleet.model import RolloutState, UpdateState, Waiting

ROOT = Path(__file__).parents[2]
WORDS = {
    code: said
    for file in (ROOT / "resources/i18n/errors").glob("*.json")
    for code, said in json.loads(file.read_text(encoding="utf-8")).items()
}
FILES = (
    "catalogue", "effects", "health", "order_desk", "rollout", "rollout_clock", "rollout_orders",
    "rollout_words", "runner", "serve", "simulate",
)  # fmt: skip
RAISED = re.compile(
    r"(?:code=|reason=|Error\(\s*|Refusal\(|wrong: str = |wrong=|Unfit\([\w.]+, )\"([a-z_]+)\""
)


def raised() -> set[str]:
    code = "".join((ROOT / f"firmware/{name}.py").read_text() for name in FILES)
    return set(RAISED.findall(code))


@pytest.mark.parametrize("code", sorted(raised() | catalogue._DEPTHS.keys()))
def test_every_code_that_is_raised_has_its_words(code):
    assert code in WORDS


@pytest.mark.parametrize(
    "code", sorted({*map(str, UpdateState), *map(str, Waiting), *map(str, RolloutState)} - {""})
)
def test_every_state_and_reason_to_wait_has_its_words(code):
    assert code in WORDS


@pytest.mark.parametrize(
    "code",
    sorted(json.loads((ROOT / "resources/i18n/errors/rollout.json").read_text(encoding="utf-8"))),
)
def test_words_say_the_same_facts_in_both_languages(code):
    said = WORDS[code]
    facts = {lang: set(re.findall(r"{(\w+)}", "".join(words))) for lang, words in said.items()}
    assert facts["en"] == facts["zh_CN"]
    assert all(len(words) == 2 and all(words) for words in said.values())


def test_the_search_for_codes_finds_those_it_should():
    assert {"other_vendor", "week_unknown", "old_version", "serve_unavailable", "fault"} <= raised()
